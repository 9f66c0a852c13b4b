import { NO_DAY } from '@ehrsynth/histories';
import type { Alphabet } from './alphabet.ts';
import type { Dictionary } from './dictionary.ts';
import { SPANS } from './spans.ts';
import type { Walk } from './walk.ts';

const YEAR = 365.25;
const OLDEST_YEARS = 120;

/**
 * What cannot come next although it is in the interval that may: codes of the other sex, of another age, of other classes of visits or
 * never for the first time after others, stays longer than those of the class, visits after the last day of the cohort, what nobody lacks, and
 * death where too few died. What follows from the order of tokens alone is the walk's.
 */
export class Grammar {
  private readonly bySex: Record<'female' | 'male', number[]> = { female: [], male: [] };
  /** Of each class the tokens that it never has. */
  private readonly neverIn: number[][];
  /** Of each class the entries that nobody has for the first time in it. */
  private readonly neverFirstIn: number[][];
  private readonly aged: { token: number; from: number; to: number }[] = [];
  private readonly known = new Map<string, readonly number[]>();
  private readonly absences: number[];
  /** By a span: the tokens of it and of all that are longer. Each choice of a day or a stay asks for one. */
  private readonly gapsFrom: number[][];
  private readonly staysFrom: number[][];
  readonly weekdays: readonly number[];

  constructor(
    private readonly dictionary: Dictionary,
    private readonly alphabet: Alphabet,
  ) {
    const ofClasses = () => Array.from({ length: dictionary.classes.length + 1 }, (): number[] => []);
    [this.neverIn, this.neverFirstIn] = [ofClasses(), ofClasses()];
    dictionary.entries.forEach(({ sex, minAge, maxAge, neverIn, neverFirstIn }, entry) => {
      const token = alphabet.codes.start + entry;
      for (const kind of neverIn) this.neverIn[kind].push(token);
      for (const kind of neverFirstIn) if (!neverIn.includes(kind)) this.neverFirstIn[kind].push(entry);
      if (sex) this.bySex[sex === 'female' ? 'male' : 'female'].push(token);
      if (minAge !== undefined || maxAge !== undefined)
        this.aged.push({ token, from: minAge ?? 0, to: maxAge ?? Infinity });
    });
    this.gapsFrom = spansFrom(alphabet.gaps.start + 1);
    this.staysFrom = spansFrom(alphabet.stays.start);
    const { start, end } = alphabet.weekdays;
    this.weekdays = Array.from({ length: end - start }, (_, i) => start + i);
    const { lacked } = dictionary;
    const absences = (['sexes', 'races', 'ethnicities', 'years', 'ages'] as const).flatMap((name) =>
      lacked.includes(name) || alphabet[name].end - alphabet[name].start === 1 ? [] : [alphabet[name].end - 1],
    );
    this.absences = dictionary.deaths ? absences : [...absences, alphabet.death];
  }

  /** Tokens that cannot come next; others than those that may come at all may be among them. */
  barred(walk: Walk): readonly number[] {
    if (walk.phase === 'code') return this.barredCodes(walk);
    if (walk.phase === 'gap') return this.barredGaps(walk);
    if (walk.phase === 'weekday') return this.barredWeekdays(walk);
    if (walk.phase === 'stay') return this.barredStays(walk);
    return this.absences;
  }

  private barredCodes(walk: Walk): readonly number[] {
    const { start } = this.alphabet.codes;
    const never = [...this.neverFirstIn[walk.kind], ...walk.past.neverFirst];
    const first = never.filter((entry) => !walk.past.had(entry)).map((entry) => start + entry);
    return first.length > 0 ? [...this.barredOf(walk), ...first] : this.barredOf(walk);
  }

  /** By who it is and the class of the visit. */
  private barredOf({ sex, day, birth, kind }: Walk): readonly number[] {
    const name = this.dictionary.sexes[sex - this.alphabet.sexes.start];
    const age = birth === NO_DAY ? -1 : Math.floor((day - birth) / YEAR);
    const key = `${name} ${age} ${kind}`;
    let barred = this.known.get(key);
    if (!barred) {
      const ofSex = name === 'female' || name === 'male' ? this.bySex[name] : [];
      const ofAge = age < 0 ? [] : this.aged.filter(({ from, to }) => age < from || age > to);
      this.known.set(key, (barred = [...ofSex, ...ofAge.map(({ token }) => token), ...this.neverIn[kind]]));
    }
    return barred;
  }

  /** Stays that are longer than those of the class. */
  private barredStays({ kind }: Walk): readonly number[] {
    return this.staysFrom[SPANS.of(this.dictionary.longest[kind]) + 1];
  }

  /** Days of the week that the span that was chosen has after the last day alone. */
  private barredWeekdays(walk: Walk): readonly number[] {
    return this.weekdays.filter((token) => walk.daysOn(token)[0] > this.dictionary.lastDay);
  }

  /** Spans that begin after the last day or at an age that nobody reaches; and all, or that of no day, where there were as many items as people have. */
  private barredGaps({ day, birth, items, itemsOfDay }: Walk): readonly number[] {
    const oldest = birth === NO_DAY ? Infinity : Math.floor(birth + OLDEST_YEARS * YEAR);
    const most = Math.min(this.dictionary.lastDay, oldest) - day;
    const { mostItems, mostItemsOfDay } = this.dictionary;
    const first = most < 0 || items >= mostItems ? 0 : SPANS.of(most) + 1;
    const barred = this.gapsFrom[first];
    return itemsOfDay >= mostItemsOfDay ? [this.alphabet.gaps.start + 1, ...barred] : barred;
  }
}

function spansFrom(start: number): number[][] {
  return Array.from({ length: SPANS.count + 1 }, (_, first) =>
    Array.from({ length: SPANS.count - first }, (__, i) => start + first + i),
  );
}
