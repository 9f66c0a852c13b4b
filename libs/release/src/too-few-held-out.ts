import { differenceOf, type Interval, numberText, proportion, withVariance } from '@ehrsynth/statistics';
import type { Gate } from './gate.ts';
import { GATES } from './gates.ts';
import { judgeGate } from './verdict.ts';

/** How many times as many patients are tried, at most, and by what factor more each time. */
const MOST_TIMES = 10_000;
const FACTOR = 1.05;

export interface Sides {
  training: number;
  holdout: number;
}

/** Gates of privacy whose figure of a model that remembers nobody follows from how many patients there are. */
const AT_BEST: Readonly<Record<string, (sides: Sides) => Interval>> = {
  ...named(['membership-sets', 'membership-counts', 'membership-density'], evenOdds),
  ...named(['exact-copies', 'near-copies'], noneMore),
  'real-patients': ({ training, holdout }) => proportion(0, training + holdout),
};

/** What a cohort is too small for. */
export interface TooFewHeldOut {
  /** Gates that cannot pass whatever is generated, of those that this is known of. */
  gates: string[];
  /** Held-out patients with whom each of them can. */
  needed: number;
}

/**
 * Which gates cannot pass with so few patients, though nobody were remembered: their intervals reach past the threshold at best. With `needed`
 * held-out patients, and as many more to learn from, they can; how many it takes beyond that depends on what is generated. Undefined where there is
 * none.
 */
export function tooFewHeldOut(training: number, holdout: number): TooFewHeldOut | undefined {
  if (training === 0 || holdout === 0) return undefined;
  const sides = { training, holdout };
  const gates = unable(sides);
  if (gates.length === 0) return undefined;
  let times = 1;
  while (times < MOST_TIMES && unable(scaledBy(sides, times)).length > 0) times *= FACTOR;
  return { gates, needed: scaledBy(sides, times).holdout };
}

/** The same in a sentence. */
export function tooFewText({ gates, needed }: TooFewHeldOut, { training, holdout }: Sides): string {
  const all = Math.ceil((needed * (training + holdout)) / holdout);
  return `${numberText(holdout)} held-out patients are too few for ${gates.length} privacy gates to pass (${gates.join(', ')}), whatever is generated: at least ${numberText(needed)} are needed (${numberText(all)} patients in all with the same --holdout), and more if synthetic patients are near real ones, which evaluate then reports`;
}

function unable(sides: Sides): string[] {
  const rows = { ...sides, synthetic: sides.training + sides.holdout };
  return GATES.filter(({ name }) => name in AT_BEST)
    .filter((gate: Gate) => judgeGate(gate, gate.threshold!, AT_BEST[gate.name](sides), rows).outcome !== 'passed')
    .map(({ name }) => name);
}

function scaledBy({ training, holdout }: Sides, times: number): Sides {
  return { training: Math.ceil(training * times), holdout: Math.ceil(holdout * times) };
}

function named(names: string[], figure: (sides: Sides) => Interval): Record<string, (sides: Sides) => Interval> {
  return Object.fromEntries(names.map((name) => [name, figure]));
}

/** An AUC of 0.5, with the variance of ranks where both sides are the same. @see Hanley, McNeil 1982 */
function evenOdds({ training, holdout }: Sides): Interval {
  return withVariance(0.5, 1 / (12 * training), 1 / (12 * holdout));
}

function noneMore({ training, holdout }: Sides): Interval {
  return differenceOf({ successes: 0, trials: training }, { successes: 0, trials: holdout });
}
