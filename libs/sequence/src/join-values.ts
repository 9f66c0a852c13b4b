import { learnGrains, learnValueBins, timesOf, type ValueBins } from './value-bins.ts';

/** Values that stand for those of one code and unit, at most. */
const MOST_VALUES = 20_000;

/** Bins of values that were learned at one place, and how many people they rest on. */
export interface PlacedBins {
  bins: ValueBins;
  people: number;
}

/**
 * Bins of the values of several places: each place's values are made up again from its own bins, as many as there were, and binned
 * together. No value comes into it that is not between two that the place has given away.
 */
export function joinBins(
  places: readonly PlacedBins[],
  minPatients: number,
  hasGrains: boolean,
): ValueBins | undefined {
  const known = places.filter(({ people }) => people > 0);
  if (known.length <= 1) return known[0]?.bins;
  const all = known.reduce((sum, { bins }) => sum + bins.bins.reduce((own, bin) => own + timesOf(bin), 0), 0);
  const share = Math.min(1, MOST_VALUES / Math.max(1, all));
  const values: number[] = [];
  const owners: number[] = [];
  let first = 0;
  for (const { bins, people } of known) {
    // Neighbouring values are taken to be of different people.
    valuesOf(bins, share).forEach((value, i) => {
      values.push(value);
      owners.push(first + (i % people));
    });
    first += people;
  }
  return (hasGrains ? learnGrains : learnValueBins)({ values, owners }, minPatients);
}

/** As many values as there were, or a share of them, ascending by bin: those that many had, and evenly spaced quantiles of the others. */
function valuesOf({ bins, decimals }: ValueBins, share: number): number[] {
  return bins.flatMap(({ atoms, others, points }) => {
    const made = atoms.flatMap(([value, times]) => new Array<number>(Math.round(share * times)).fill(value));
    const wanted = points.length === 0 ? 0 : Math.round(share * others);
    for (let i = 0; i < wanted; i++) {
      const place = ((i + 0.5) / wanted) * (points.length - 1);
      const before = Math.min(Math.floor(place), Math.max(0, points.length - 2));
      const after = Math.min(points.length - 1, before + 1);
      const value = points[before] + (place - before) * (points[after] - points[before]);
      made.push(Number(value.toFixed(decimals)));
    }
    return made.sort((a, b) => a - b);
  });
}
