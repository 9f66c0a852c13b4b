import type { Rng } from '@ehrsynth/random';
import { z } from 'zod';

/** Most bins of a value, and people that each has on the average at least. */
const MOST_BINS = 20;
const LEAST_PEOPLE = 25;
/** Points of the smoothed quantile function within a bin, at most. */
const MOST_POINTS = 9;
const MOST_DECIMALS = 6;
/** Grains of a bin, at most. */
export const MOST_GRAINS = 16;

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
  /** Where these are grains of wider bins, how many each of those has. */
  grains: z.array(z.number().int().min(1)).optional(),
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
export function learnValueBins(owned: OwnedValues, minPatients: number): ValueBins | undefined {
  const { values, owners } = owned;
  if (new Set(Array.from(owners)).size < minPatients) return undefined;
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b] || owners[a] - owners[b]);
  const decimals = decimalsOf(values);
  const [low, high] = [
    bound(order, values, owners, minPatients),
    bound(order.toReversed(), values, owners, minPatients),
  ];
  const clipped = (i: number) => Math.min(high, Math.max(low, values[i]));
  const { bins, cuts } = divided(order, {
    valueOf: clipped,
    owners,
    minPatients,
    most: MOST_BINS,
    least: LEAST_PEOPLE,
  });
  return { decimals, cuts, bins: bins.map((members) => binOf(members, clipped, owners, minPatients)) };
}

/** The same bins, each in up to 16 grains of at least `minPatients` people. */
export function learnGrains(owned: OwnedValues, minPatients: number): ValueBins | undefined {
  const wide = learnValueBins(owned, minPatients);
  if (!wide) return undefined;
  const { values, owners } = owned;
  const fine: ValueBins = { decimals: wide.decimals, cuts: [], bins: [], grains: [] };
  const members = wide.bins.map((): number[] => []);
  for (let i = 0; i < values.length; i++) members[binOfValue(wide, values[i])].push(i);
  const [low, high] = [lowest(wide.bins[0]), highest(wide.bins.at(-1)!)];
  const valueOf = (i: number) => Math.min(high, Math.max(low, values[i]));
  members.forEach((own, bin) => {
    own.sort((a, b) => values[a] - values[b] || owners[a] - owners[b]);
    const { bins, cuts } = divided(own, { valueOf, owners, minPatients, most: MOST_GRAINS, least: minPatients });
    fine.cuts.push(...(bin === 0 ? [] : [wide.cuts[bin - 1]]), ...cuts);
    fine.bins.push(...bins.map((grain) => binOf(grain, valueOf, owners, minPatients)));
    fine.grains!.push(bins.length);
  });
  // One bin alone is no choice, and would not be asked for: its grains are bins.
  if (wide.bins.length === 1) fine.grains = fine.bins.map(() => 1);
  return fine;
}

/** Of each bin, or of each wider one where there are grains, its first grain and how many it has. */
export function grainsOf(bins: ValueBins): readonly { first: number; count: number }[] {
  let known = GRAINS.get(bins);
  if (!known) {
    let next = 0;
    const counts = bins.grains ?? bins.bins.map(() => 1);
    GRAINS.set(bins, (known = counts.map((count) => ({ first: (next += count) - count, count }))));
  }
  return known;
}
const GRAINS = new WeakMap<ValueBins, readonly { first: number; count: number }[]>();

/** The wider bin that a grain is in. */
export function binOfGrain(bins: ValueBins, grain: number): number {
  return grainsOf(bins).findLastIndex(({ first }) => first <= grain);
}

/** Times that values of a bin were there. */
export function timesOf({ atoms, others }: ValueBins['bins'][number]): number {
  return others + atoms.reduce((sum, [, times]) => sum + times, 0);
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

/** A value of a bin, with the decimals that the source uses where there is one in it. */
export function drawValue({ bins, decimals, cuts }: ValueBins, bin: number, rng: Rng): number {
  const { atoms, points } = bins[bin];
  let left = rng.next32() * timesOf(bins[bin]);
  for (const [value, times] of atoms) if ((left -= times) < 0) return value;
  const place = rng.next32() * (points.length - 1);
  const i = Math.min(points.length - 2, Math.floor(place));
  const value = points.length === 1 ? points[0] : points[i] + (place - i) * (points[i + 1] - points[i]);
  return writtenIn([cuts[bin - 1] ?? -Infinity, cuts[bin] ?? Infinity], value, decimals);
}

/** The nearest number with so many decimals in [first, end); where there is none, that which the bin begins with. */
function writtenIn([first, end]: [first: number, end: number], value: number, decimals: number): number {
  const unit = 10 ** decimals;
  const nearest = Math.round(value * unit);
  for (const step of [0, 1, -1]) {
    const written = Number(((nearest + step) / unit).toFixed(decimals));
    if (written >= first && written < end) return written;
  }
  return Number.isFinite(first) ? first : value;
}

function lowest({ atoms, points }: ValueBins['bins'][number]): number {
  return Math.min(...atoms.map(([value]) => value), ...points);
}

function highest({ atoms, points }: ValueBins['bins'][number]): number {
  return Math.max(...atoms.map(([value]) => value), ...points);
}

interface Division {
  valueOf: (i: number) => number;
  owners: ArrayLike<number>;
  minPatients: number;
  /** Bins, and people that each has on the average at least. */
  most: number;
  least: number;
}

/** Values in ascending order, divided into as many bins as their people allow, and the first value of each but the first. */
function divided(order: readonly number[], { valueOf, owners, minPatients, most, least }: Division) {
  const people = new Set(order.map((i) => owners[i])).size;
  const wanted = Math.max(1, Math.min(most, Math.floor(people / Math.max(minPatients, least))));
  const bins: number[][] = [];
  const cuts: number[] = [];
  let own: number[] = [];
  let held = new Set<number>();
  order.forEach((i, place) => {
    const isFull = place >= ((bins.length + 1) * order.length) / wanted && held.size >= minPatients;
    if (isFull && valueOf(i) !== valueOf(own.at(-1)!)) {
      bins.push(own);
      cuts.push(valueOf(i));
      [own, held] = [[], new Set()];
    }
    own.push(i);
    held.add(owners[i]);
  });
  if (held.size < minPatients && bins.length > 0) {
    bins.at(-1)!.push(...own);
    cuts.pop();
  } else bins.push(own);
  return { bins, cuts };
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
