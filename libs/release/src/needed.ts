import { type Interval, Z } from '@ehrsynth/statistics';
import type { GateOutcome } from './gate-outcome.ts';
import type { Figures, Gate } from './gate.ts';

/** With fewer held-out patients no interval is believed. */
export const LEAST_PEOPLE = 100;
/** More than anybody has are as many as that. */
const MOST_NEEDED = 1_000_000;
/** More patients by less than this are no help. */
const LEAST_MORE = 1.2;
/** Half widths of an interval, and of chance in nine of ten cases: 1.2816 standard errors to 1.96. */
const MARGIN = 1 + 1.2816 / 1.96;

/** How many patients and synthetic rows there are. */
export type Rows = Figures['comparison']['rows'];

/**
 * How many held-out patients, or synthetic ones, let the gate pass in nine of ten cases. The figure is expected half way to the safe one:
 * chance is likely to have a part in it, and more patients leave less to remember of each.
 */
export function neededFor(
  { safe = 0, perRowOf, most = Infinity }: Gate,
  estimate: Interval,
  threshold: number,
  { training, holdout, synthetic }: Rows,
): Pick<GateOutcome, 'needed' | 'draws'> {
  const expected = Math.max(safe, (safe + Math.min(estimate.value, threshold)) / 2);
  const half = (threshold - expected) / MARGIN;
  const ratio = Math.max(LEAST_MORE, (perRowOf ? timesOfShare : timesOfMean)(estimate, expected, half));
  const people = perRowOf && peopleOf({ perRowOf }, { training, holdout });
  // Of fewer rows than people, more people are found with each that is added: rows have to be more, and people only with them.
  const isOfRows = people !== undefined && synthetic < people && holdout >= LEAST_PEOPLE;
  const more = isOfRows ? (ratio * synthetic) / people : ratio;
  const needed =
    more > 1 || !isOfRows ? Math.min(MOST_NEEDED, Math.max(LEAST_PEOPLE, twoDigits(holdout * more))) : undefined;
  const draws = people === undefined ? 0 : twoDigits(isOfRows ? ratio * synthetic : ratio * people);
  return {
    ...(needed !== undefined && needed <= most && { needed }),
    ...(draws > synthetic && { draws }),
  };
}

/** How many times as many cases make the interval of a mean that narrow: its half width falls as one over their root. */
function timesOfMean({ value, upper }: Interval, _expected: number, half: number): number {
  return ((upper - value) / half) ** 2;
}

/** The same of a share, such as that of people who were found, whose interval of few or none falls as one over the cases. */
function timesOfShare({ value, upper }: Interval, expected: number, half: number): number {
  const found = Math.max(0, value);
  return casesOf(expected, half) / casesOf(found, upper - found);
}

/** Cases of which a share's interval has that upper half: Wilson's score interval, solved for them. */
function casesOf(share: number, half: number): number {
  const upper = Math.min(share + half, 1 - 1e-9);
  return (Z ** 2 * upper * (1 - upper)) / (upper - share) ** 2;
}

/** The people whom rows are shares of, where these are more. */
export function peopleOf({ perRowOf }: Pick<Gate, 'perRowOf'>, { training, holdout }: Omit<Rows, 'synthetic'>): number {
  return perRowOf === 'training' ? training : training + holdout;
}

/** Rounded up to two digits. */
export function twoDigits(count: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, count))) - 1);
  return Math.ceil(count / unit) * unit;
}
