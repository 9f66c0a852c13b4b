import type { Rng } from '@ehrsynth/random';
import { z } from 'zod';

/** Most bins of a value, and values that each rests on at least. */
const MOST_BINS = 20;
const LEAST_VALUES = 25;
/** Points of the smoothed quantile function within a bin, at most. */
const MOST_POINTS = 9;
const MOST_DECIMALS = 6;

const Bin = z.object({
  /** Values that enough people had, and how many times. */
  atoms: z.array(z.tuple([z.number(), z.number()])),
  /** Times of all other values, and their quantiles, evenly spaced; linear in between. */
  others: z.number(),
  points: z.array(z.number()),
});

/** Quantile bins of a value, and what a draw inside of one is like. */
export const ValueBins = z.object({
  /** Decimals that the source uses. */
  decimals: z.number().int().min(0).max(MOST_DECIMALS),
  /** First value of each bin but the first. */
  cuts: z.array(z.number()),
  bins: z.array(Bin),
});
export type ValueBins = z.infer<typeof ValueBins>;

/** Values with whose they are. */
export interface OwnedValues {
  values: ArrayLike<number>;
  owners: ArrayLike<number>;
}

/**
 * Bins of values: 2 to 20 quantile bins where there are enough people, each with at least `minPatients` of them; none where there are
 * fewer people than that. The smallest and largest values that are ever drawn are the `minPatients`-th from either end.
 */
export function learnValueBins({ values, owners }: OwnedValues, minPatients: number): ValueBins | undefined {
  const people = new Set(Array.from(owners)).size;
  if (people < minPatients) return undefined;
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b] || owners[a] - owners[b]);
  const decimals = decimalsOf(values);
  const [low, high] = [
    bound(order, values, owners, minPatients),
    bound(order.toReversed(), values, owners, minPatients),
  ];
  const clipped = (i: number) => Math.min(high, Math.max(low, values[i]));
  const wanted = Math.max(1, Math.min(MOST_BINS, Math.floor(people / Math.max(minPatients, LEAST_VALUES))));
  const bins: number[][] = [];
  const cuts: number[] = [];
  let own: number[] = [];
  let held = new Set<number>();
  order.forEach((i, place) => {
    const isFull = place >= ((bins.length + 1) * order.length) / wanted && held.size >= minPatients;
    if (isFull && clipped(i) !== clipped(own.at(-1)!)) {
      bins.push(own);
      cuts.push(clipped(i));
      [own, held] = [[], new Set()];
    }
    own.push(i);
    held.add(owners[i]);
  });
  if (held.size < minPatients && bins.length > 0) {
    bins.at(-1)!.push(...own);
    cuts.pop();
  } else bins.push(own);
  return { decimals, cuts, bins: bins.map((members) => binOf(members, clipped, owners, minPatients)) };
}

/** The bin of a value. */
export function binOfValue({ cuts }: ValueBins, value: number): number {
  let [from, to] = [0, cuts.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (cuts[middle] <= value) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** A value of a bin, with the decimals that the source uses. */
export function drawValue({ bins, decimals, cuts }: ValueBins, bin: number, rng: Rng): number {
  const { atoms, others, points } = bins[bin];
  let left = rng.next32() * (others + atoms.reduce((sum, [, times]) => sum + times, 0));
  for (const [value, times] of atoms) if ((left -= times) < 0) return value;
  const place = rng.next32() * (points.length - 1);
  const i = Math.min(points.length - 2, Math.floor(place));
  const value = points.length === 1 ? points[0] : points[i] + (place - i) * (points[i + 1] - points[i]);
  const rounded = Number(value.toFixed(decimals));
  // Rounding must not move a value into the next bin.
  const [first, end] = [cuts[bin - 1] ?? -Infinity, cuts[bin] ?? Infinity];
  return rounded >= first && rounded < end ? rounded : value;
}

/** The value of the `count`-th person, from the beginning of an order. */
function bound(order: readonly number[], values: ArrayLike<number>, owners: ArrayLike<number>, count: number): number {
  const seen = new Set<number>();
  for (const i of order) if (seen.add(owners[i]).size >= count) return values[i];
  return values[order.at(-1)!];
}

function binOf(
  members: readonly number[],
  valueOf: (i: number) => number,
  owners: ArrayLike<number>,
  minPatients: number,
): z.infer<typeof Bin> {
  const people = new Map<number, Set<number>>();
  const times = new Map<number, number>();
  for (const i of members) {
    const value = valueOf(i);
    if (!people.has(value)) people.set(value, new Set());
    people.get(value)!.add(owners[i]);
    times.set(value, (times.get(value) ?? 0) + 1);
  }
  const atoms = [...times].filter(([value]) => people.get(value)!.size >= minPatients);
  const isAtom = new Set(atoms.map(([value]) => value));
  const rest = members.map(valueOf).filter((value) => !isAtom.has(value));
  return { atoms, others: rest.length, points: quantiles(rest, minPatients) };
}

/** Quantiles of sorted values, so many that each interval between two holds at least `least` of them. */
function quantiles(sorted: readonly number[], least: number): number[] {
  if (sorted.length === 0) return [];
  const intervals = Math.max(1, Math.min(MOST_POINTS - 1, Math.floor(sorted.length / least)));
  return Array.from({ length: intervals + 1 }, (_, i) => sorted[Math.round((i * (sorted.length - 1)) / intervals)]);
}

/** Fewest decimals that nearly all values have at most. */
function decimalsOf(values: ArrayLike<number>): number {
  const counts = new Array<number>(MOST_DECIMALS + 1).fill(0);
  for (let i = 0; i < values.length; i++) {
    let decimals = 0;
    while (decimals < MOST_DECIMALS && Number(values[i].toFixed(decimals)) !== values[i]) decimals++;
    counts[decimals]++;
  }
  let sum = 0;
  return counts.findIndex((count) => (sum += count) >= 0.95 * values.length);
}
