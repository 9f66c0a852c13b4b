import { FEMALE, MALE } from '@ehrsynth/histories';
import { type Pause, yieldToEventLoop } from '@ehrsynth/io';
import { type Interval, meanOf, proportion, withVariance } from '@ehrsynth/statistics';
import { eachSide, type SideName, SIDES } from '../sides.ts';
import { coxRegression } from './cox.ts';
import type { EffectDefinition } from './effect-definitions.ts';
import type { Figure } from './figure.ts';
import { episodesOf, type FollowUp, followUps, tableOf } from './follow-up.ts';
import { type LogRatio, oddsRatio } from './odds-ratio.ts';
import type { Sides } from './side.ts';

export interface Effects {
  odds: RatioFit;
  hazards: RatioFit;
  effects: Effect[];
}

/** How near ratios are to those of held-out people, over all exposures, outcomes and groups of people that could be measured. */
export interface RatioFit {
  /** Mean absolute difference of the logarithms. */
  difference: Figure;
  /** Share whose intervals overlap. */
  overlap: Figure;
  ratios: number;
}

export interface Effect {
  name: string;
  title: string;
  /** All people first. A group is left out where the real people of a cell of its table are fewer than `minPatients`. */
  groups: EffectOfGroup[];
  notMeasured?: string;
}

export interface EffectOfGroup {
  group: string;
  odds: Ratios;
  hazard: Ratios;
}

/** A ratio on each side, with its 95% interval; undefined where it has none. */
export type Ratios = Partial<Record<SideName, Interval>>;

/**
 * Odds ratios (of tables of two by two, Woolf's intervals) and hazard ratios (Cox's model with the exposure from its day on, sex and
 * age) of stated outcomes after stated exposures, of all people and by sex, age and race.
 */
export async function effectsOf(
  sides: Sides,
  definitions: readonly EffectDefinition[],
  minPatients: number,
  pause: Pause = yieldToEventLoop,
): Promise<Effects> {
  const effects: Effect[] = [];
  const measured: Record<'odds' | 'hazard', LogRatios[]> = { odds: [], hazard: [] };
  for (const definition of definitions) {
    const people = eachSide((name) => followUps(sides[name], definition));
    const groups: EffectOfGroup[] = [];
    for (const [group, isIn] of groupsOf(sides)) {
      const own = eachSide((name) => people[name].filter(isIn));
      if (!SIDES.every((name) => isEnough(own[name], name, minPatients))) continue;
      const odds = eachSide((name): LogRatio | undefined => oddsRatio(tableOf(own[name])));
      const hazard = eachSide((name) => coxRegression(episodesOf(own[name])));
      measured.odds.push(odds);
      measured.hazard.push(hazard);
      groups.push({ group, odds: ratiosOf(odds), hazard: ratiosOf(hazard) });
      await pause();
    }
    const { name, title } = definition;
    const reason = `a cell of the table has fewer than ${minPatients} patients of one of the groups`;
    effects.push({ name, title, groups, ...(groups.length === 0 && { notMeasured: reason }) });
  }
  return { odds: fitOf(measured.odds), hazards: fitOf(measured.hazard), effects };
}

type LogRatios = Record<SideName, LogRatio | undefined>;

function groupsOf({ holdout }: Sides): [name: string, isIn: (person: FollowUp) => boolean][] {
  const races = holdout.histories.dictionary.races.texts;
  return [
    ['all', () => true],
    ['female', ({ sex }) => sex === FEMALE],
    ['male', ({ sex }) => sex === MALE],
    ['under 40', ({ age }) => age !== undefined && age < 40],
    ['40 to 64', ({ age }) => age !== undefined && age >= 40 && age < 65],
    ['65 and over', ({ age }) => age !== undefined && age >= 65],
    ...races
      .slice(1)
      .map((race, i): [string, (person: FollowUp) => boolean] => [`race ${race}`, (person) => person.race === i + 1]),
  ];
}

/** Real people in each cell; of synthetic people so many who are exposed, who are not, and who have the outcome. */
function isEnough(people: FollowUp[], name: SideName, minPatients: number): boolean {
  const { exposedWith, exposedWithout, otherWith, otherWithout } = tableOf(people);
  const cells =
    name === 'synthetic'
      ? [exposedWith + exposedWithout, otherWith + otherWithout, exposedWith + otherWith]
      : [exposedWith, exposedWithout, otherWith, otherWithout];
  return cells.every((count) => count >= minPatients);
}

function ratiosOf(ratios: LogRatios): Ratios {
  const found: Ratios = {};
  for (const name of SIDES) {
    const ratio = ratios[name];
    if (!ratio) continue;
    const { value, lower, upper } = withVariance(ratio.log, ratio.variance);
    found[name] = { value: Math.exp(value), lower: Math.exp(lower), upper: Math.exp(upper) };
  }
  return found;
}

const MIN_RATIOS = 2;

function fitOf(measured: LogRatios[]): RatioFit {
  const known = measured.filter((ratios) => SIDES.every((name) => ratios[name] !== undefined));
  if (known.length < MIN_RATIOS) {
    const notMeasured =
      'fewer than two outcomes after an exposure have enough patients, training, held-out and synthetic';
    return { difference: { notMeasured }, overlap: { notMeasured }, ratios: known.length };
  }
  const differences = (other: SideName) =>
    meanOf(known.map((ratios) => Math.abs(ratios[other]!.log - ratios.holdout!.log)));
  const overlap = (other: SideName) =>
    proportion(known.filter((ratios) => overlaps(ratios[other]!, ratios.holdout!)).length, known.length);
  return {
    difference: { synthetic: differences('synthetic'), floor: differences('training') },
    overlap: { synthetic: overlap('synthetic'), floor: overlap('training') },
    ratios: known.length,
  };
}

function overlaps(a: LogRatio, b: LogRatio): boolean {
  const [one, other] = [a, b].map(({ log, variance }) => withVariance(log, variance));
  return one.lower <= other.upper && other.lower <= one.upper;
}
