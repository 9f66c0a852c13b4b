import { type SideName, SIDES } from '../sides.ts';
import type { LeveledLab } from './distribution.ts';
import { decimalsOf, DIGITS, FINER, lastDigitOf } from './last-digits.ts';
import { type BinCounts, countBins, hasPeople, shareIn, sharesIn } from './merge-bins.ts';

/** Values in common bins. */
export interface ValueHistogram {
  /** Ends of the bins: a bin is from one up to, without it, the next. The first and the last bin are open: they have all that is beyond. */
  edges: number[];
  /** Shares of the values: one bin more than there are ends. */
  holdout: number[];
  training: number[];
  synthetic: number[];
}

/** Shares of last digits. */
export interface DigitShare {
  /** A digit; `finer` for values with more decimals than the source records; `others` for those that few patients have. */
  digit: string;
  holdout: number;
  training: number;
  synthetic: number;
}

const BINS = 30;

/**
 * Values in bins of the same round width over the middle 98 % of the held-out patients' values. Neighbours are merged until at least
 * `minPatients` held-out and as many training patients have a value in each. Ends are round numbers, never values of single patients.
 * Undefined where not even all together are so many.
 */
export function valueHistogram({ values }: LeveledLab, minPatients: number): ValueHistogram | undefined {
  const sorted = values.holdout.value.slice().sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  const resolution = 10 ** -decimalsOf(recorded(values.holdout));
  const width = Math.max(resolution, roundWidth((at(0.99) - at(0.01)) / BINS));
  const first = Math.floor(at(0.01) / width);
  const bins = Math.floor(at(0.99) / width) - first + 3;
  // Values are moved by a trifle, so that 0.3 is not below 3 × 0.1.
  const binOf = (value: number) => Math.max(0, Math.min(bins - 1, Math.floor(value / width + 1e-9) - first + 1));
  const sides = {} as Record<SideName, BinCounts>;
  for (const side of SIDES)
    sides[side] = countBins(values[side], bins, minPatients, (i) => binOf(values[side].value[i]));
  const groups = mergedBins(sides, bins, minPatients);
  if (!groups) return undefined;
  const edges = groups.slice(1).map(([bin]) => Number(((first + bin - 1) * width).toPrecision(12)));
  const of = (side: SideName) => groups.map((group) => shareIn(sides[side], group));
  return { edges, holdout: of('holdout'), training: of('training'), synthetic: of('synthetic') };
}

/** Last digits, as in `lastDigitDistance`. Digits that fewer than `minPatients` real patients have stand together. */
export function digitShares({ values }: LeveledLab, minPatients: number): DigitShare[] {
  const decimals = decimalsOf(recorded(values.holdout));
  const sides = {} as Record<SideName, BinCounts>;
  for (const side of SIDES) {
    const { value, isBound } = values[side];
    sides[side] = countBins(values[side], DIGITS, minPatients, (i) =>
      isBound[i] === 1 ? -1 : lastDigitOf(value[i], decimals),
    );
  }
  const isShown = (digit: number) =>
    hasPeople(sides, [digit], minPatients) || (sides.holdout.values[digit] === 0 && sides.training.values[digit] === 0);
  const all = [...Array(DIGITS).keys()];
  const shown = all.filter(isShown);
  const others = all.filter((digit) => !isShown(digit));
  while (others.length > 0 && !hasPeople(sides, others, minPatients)) {
    const having = shown.filter((digit) => sides.holdout.values[digit] > 0);
    if (having.length === 0) return [];
    const fewest = having.reduce((a, b) => (sides.holdout.values[a] <= sides.holdout.values[b] ? a : b));
    others.push(...shown.splice(shown.indexOf(fewest), 1));
  }
  const row = (digit: string, digits: number[]): DigitShare => ({ digit, ...sharesIn(sides, digits) });
  return [
    ...shown.map((digit) => row(digit === FINER ? 'finer' : String(digit), [digit])),
    ...(others.length > 0 ? [row('others', others)] : []),
  ];
}

function recorded({ value, isBound }: LeveledLab['values']['holdout']): Float64Array {
  return value.filter((_, i) => isBound[i] === 0);
}

/** 1, 2 or 5 times a power of ten: the first that is not below a width; 0 of 0. */
function roundWidth(width: number): number {
  if (!(width > 0)) return 0;
  const power = 10 ** Math.floor(Math.log10(width));
  return [1, 2, 5, 10].map((times) => times * power).find((one) => one >= width * (1 - 1e-9)) ?? 10 * power;
}

/** Neighbours together, each group of enough people; the last joins the one before where it is not. */
function mergedBins(sides: Record<SideName, BinCounts>, bins: number, minPatients: number): number[][] | undefined {
  const groups: number[][] = [];
  let open: number[] = [];
  for (let bin = 0; bin < bins; bin++) {
    open.push(bin);
    if (!hasPeople(sides, open, minPatients)) continue;
    groups.push(open);
    open = [];
  }
  if (groups.length === 0) return undefined;
  groups[groups.length - 1].push(...open);
  return groups;
}
