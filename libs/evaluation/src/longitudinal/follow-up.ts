import { FEMALE, MALE, NO_DAY } from '@ehrsynth/histories';
import { type CodeSet, membersOf } from './code-set.ts';
import { lastDayOf } from './cohort.ts';
import type { Episode } from './cox.ts';
import type { EffectDefinition } from './effect-definitions.ts';
import { ageOn } from './features.ts';
import type { TwoByTwo } from './odds-ratio.ts';
import type { Side } from './side.ts';

/** A person followed from the first visit to the outcome, or to death or the last day of the record. */
export interface FollowUp {
  sex: number;
  race: number;
  /** At the first visit; undefined where the birth date is not known. */
  age?: number;
  /** Days from the first visit. */
  days: number;
  hasOutcome: boolean;
  /** Days from the first visit to the exposure, 0 where it came before; undefined where it did not come before the end. */
  exposure?: number;
}

/** Everybody who is followed. Those who had the outcome by the day of the first visit are left out, and those who are seen on one day. */
export function followUps(side: Side, { exposure, outcome }: EffectDefinition): FollowUp[] {
  const { arrays, patients } = side.histories;
  const [exposures, outcomes] = [firstDays(side, exposure), firstDays(side, outcome)];
  const found: FollowUp[] = [];
  for (let patient = 0; patient < patients; patient++) {
    if (arrays.visitStarts[patient] === arrays.visitStarts[patient + 1]) continue;
    const start = arrays.firstDay[arrays.visitStarts[patient]];
    const outcomeDay = outcomes[patient];
    const hasOutcome = outcomeDay !== NO_DAY;
    const days = (hasOutcome ? outcomeDay : lastDayOf(side, patient)) - start;
    if (days <= 0) continue;
    const exposed = exposures[patient] === NO_DAY ? Infinity : Math.max(0, exposures[patient] - start);
    found.push({
      sex: arrays.sex[patient],
      race: arrays.race[patient],
      age: ageOn(arrays.birthDay[patient], start),
      days,
      hasOutcome,
      ...(exposed < days && { exposure: exposed }),
    });
  }
  return found;
}

/** Who was exposed before the outcome or the end, and who had the outcome. */
export function tableOf(people: readonly FollowUp[]): TwoByTwo {
  const table = { exposedWith: 0, exposedWithout: 0, otherWith: 0, otherWithout: 0 };
  for (const { exposure, hasOutcome } of people) {
    if (exposure !== undefined) table[hasOutcome ? 'exposedWith' : 'exposedWithout']++;
    else table[hasOutcome ? 'otherWith' : 'otherWithout']++;
  }
  return table;
}

/**
 * Episodes before and after the exposure, which counts from its day on: no time before it counts as exposed. Adjusted for sex and for
 * age at the first visit, in decades, each where it is not the same for all.
 */
export function episodesOf(people: readonly FollowUp[]): Episode[] {
  const known = people.filter(({ sex, age }) => (sex === FEMALE || sex === MALE) && age !== undefined);
  const adjusted = [({ sex }: FollowUp) => Number(sex === MALE), ({ age }: FollowUp) => age! / 10].filter(
    (covariate) => new Set(known.map(covariate)).size > 1,
  );
  return known.flatMap((person) => {
    const { days, hasOutcome, exposure } = person;
    const others = adjusted.map((covariate) => covariate(person));
    const before: Episode = {
      start: 0,
      stop: Math.min(days, exposure ?? days),
      event: hasOutcome && exposure === undefined,
      covariates: [0, ...others],
    };
    if (exposure === undefined) return [before];
    const after: Episode = { start: exposure, stop: days, event: hasOutcome, covariates: [1, ...others] };
    return exposure === 0 ? [after] : [before, after];
  });
}

/** The first day on which each patient has one of some codes. */
function firstDays({ histories, occurrences }: Side, set: CodeSet): Int32Array {
  const members = membersOf(set, histories.dictionary);
  const days = new Int32Array(histories.patients).fill(NO_DAY);
  for (let patient = 0; patient < days.length; patient++) {
    for (let at = occurrences.starts[patient]; at < occurrences.starts[patient + 1]; at++) {
      if (!members[occurrences.codes[at]]) continue;
      const day = occurrences.days[occurrences.dayStarts[at]];
      if (days[patient] === NO_DAY || day < days[patient]) days[patient] = day;
    }
  }
  return days;
}
