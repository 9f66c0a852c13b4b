/** Levels at most; where there are more distinct values, each level is one of so many quantile bins. */
const MOST_LEVELS = 4096;

export interface Levels {
  /** Of each level, ascending: its value, the middle one of several. */
  values: Float64Array;
  /** Level of each value of each sample. */
  levels: Uint16Array[];
}

/**
 * Numbers the distinct values of some samples in ascending order, so that ranks and distribution functions are sums over levels.
 * Of more than 4,096 distinct values, those between two of 4,096 quantiles of all share a level: that moves a distance of two
 * distributions by less than 1/4,096. No level has values from both within and beyond the range of a sample, so that one value does
 * not stand for others that are out of all proportion to it.
 */
export function levelsOf(...samples: Float64Array[]): Levels {
  const sorted = new Float64Array(samples.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const sample of samples) {
    sorted.set(sample, at);
    at += sample.length;
  }
  sorted.sort();
  const { tops, values } = binned(sorted, rangesOf(samples));
  return {
    values,
    levels: samples.map((sample) => Uint16Array.from(sample, (value) => placeOf(tops, value))),
  };
}

/** The least and the greatest value of each sample that has any. */
function rangesOf(samples: Float64Array[]): { least: Set<number>; greatest: Set<number> } {
  const [least, greatest] = [new Set<number>(), new Set<number>()];
  for (const sample of samples) {
    if (sample.length === 0) continue;
    let [low, high] = [sample[0], sample[0]];
    for (const value of sample) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    least.add(low);
    greatest.add(high);
  }
  return { least, greatest };
}

/** Greatest value of each level, and the value that stands for it. */
function binned(
  sorted: Float64Array,
  ranges: ReturnType<typeof rangesOf>,
): { tops: Float64Array; values: Float64Array } {
  let distinct = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) distinct++;
  const least = distinct <= MOST_LEVELS ? 1 : sorted.length / MOST_LEVELS;
  const [tops, values]: number[][] = [[], []];
  for (let from = 0; from < sorted.length;) {
    const end = Math.min(sorted.length, Math.max(from + 1, Math.floor(from + least)));
    let to = from + 1;
    while (to < end && !ranges.greatest.has(sorted[to - 1]) && !ranges.least.has(sorted[to])) to++;
    while (to < sorted.length && sorted[to] === sorted[to - 1]) to++;
    tops.push(sorted[to - 1]);
    values.push(sorted[(from + to - 1) >> 1]);
    from = to;
  }
  return { tops: Float64Array.from(tops), values: Float64Array.from(values) };
}

/** The first level whose greatest value is not below this one. */
function placeOf(tops: Float64Array, value: number): number {
  let [from, to] = [0, tops.length - 1];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (tops[middle] < value) from = middle + 1;
    else to = middle;
  }
  return from;
}
