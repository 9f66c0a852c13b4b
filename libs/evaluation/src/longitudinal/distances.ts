import { GROUPS, WITHOUT } from './figure.ts';

/** Values are whole numbers, and stand with their group in one: values × 32 + group. */
const PACK = 32;

/** A whole number with its group. */
export function packed(value: number, group: number): number {
  return value * PACK + group;
}

/** The whole number that was packed with its group. */
export function unpacked(value: number): number {
  return value >> 5;
}

/**
 * Kolmogorov–Smirnov distance of two samples: the largest difference of their cumulative shares, without each group.
 * @param reference packed values, sorted; likewise the others
 */
export function ksDistance(reference: Int32Array, other: Int32Array): Float64Array {
  const below = [new Float64Array(WITHOUT), new Float64Array(WITHOUT)];
  const sizes = [reference, other].map(sizesWithout);
  const distance = new Float64Array(WITHOUT);
  let [i, j] = [0, 0];
  while (i < reference.length || j < other.length) {
    const value = Math.min(
      i < reference.length ? reference[i] >> 5 : Infinity,
      j < other.length ? other[j] >> 5 : Infinity,
    );
    for (; i < reference.length && reference[i] >> 5 === value; i++) count(below[0], reference[i]);
    for (; j < other.length && other[j] >> 5 === value; j++) count(below[1], other[j]);
    for (let group = 0; group < WITHOUT; group++) {
      const p = without(below[0], group) / sizes[0][group];
      const q = without(below[1], group) / sizes[1][group];
      const apart = Math.abs(p - q);
      if (!(apart <= distance[group])) distance[group] = apart;
    }
  }
  return distance;
}

/**
 * Total variation of two distributions over classes: half the sum of the differences of shares, without each group.
 * @param reference counts of each class in each group, then of all groups, class by class from a place on; likewise the others
 */
export function totalVariation(reference: Int32Array, other: Int32Array, classes: number, at = 0): Float64Array {
  const distance = new Float64Array(WITHOUT);
  for (let group = 0; group < WITHOUT; group++) {
    const of = (counts: Int32Array, cell: number) =>
      counts[cell + GROUPS] - (group === GROUPS ? 0 : counts[cell + group]);
    let [m, n] = [0, 0];
    for (let one = 0; one < classes; one++) {
      m += of(reference, at + one * WITHOUT);
      n += of(other, at + one * WITHOUT);
    }
    for (let one = 0; one < classes; one++) {
      const cell = at + one * WITHOUT;
      distance[group] += Math.abs(of(reference, cell) / m - of(other, cell) / n) / 2;
    }
  }
  return distance;
}

function count(counts: Float64Array, value: number): void {
  counts[value & (PACK - 1)]++;
  counts[GROUPS]++;
}

function without(counts: Float64Array, group: number): number {
  return group === GROUPS ? counts[GROUPS] : counts[GROUPS] - counts[group];
}

function sizesWithout(values: Int32Array): Float64Array {
  const counts = new Float64Array(WITHOUT);
  for (const value of values) count(counts, value);
  return counts.map((_, group) => without(counts, group));
}
