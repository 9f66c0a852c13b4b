import type { CodeMatrix } from '@ehrsynth/matrix';
import { around, type Interval } from './intervals.ts';
import { nearest } from './nearest.ts';

/** Groups of real rows that are left out in turn. */
const GROUPS = 20;

/**
 * Share of the synthetic rows that are closer to a training row than to any of as many held-out rows; ties count half. Which people
 * happen to be in the one set and the other moves it more than which synthetic rows were drawn: the interval adds the variance of
 * leaving out each twentieth of the real rows in turn (delete-a-group jackknife, Kott 2001) to that of the synthetic rows.
 */
export function closerToTraining(synthetic: CodeMatrix, members: CodeMatrix, others: CodeMatrix): Interval {
  const [toMembers, toOthers] = [byGroup(synthetic, members), byGroup(synthetic, others)];
  const value = share(toMembers, toOthers);
  const without = toMembers.map((_, group) => share(toMembers, toOthers, group));
  const mean = without.reduce((sum, one) => sum + one, 0) / without.length;
  const ofReal = without.reduce((sum, one) => sum + (one - mean) ** 2, 0) * (1 - 1 / without.length);
  return around(value, Math.sqrt(ofReal + (value * (1 - value)) / synthetic.rows));
}

/** Distance of each synthetic row to the closest row of each group. */
function byGroup(synthetic: CodeMatrix, real: CodeMatrix): Float64Array[] {
  const rows = [...Array(real.rows).keys()];
  return Array.from(
    { length: Math.min(GROUPS, real.rows) },
    (_, group) => nearest(synthetic, real.pick(rows.filter((row) => row % GROUPS === group))).first,
  );
}

function share(toMembers: Float64Array[], toOthers: Float64Array[], leftOut = -1): number {
  const rows = toMembers[0].length;
  const closest = (groups: Float64Array[], row: number) => {
    let least = Infinity;
    for (const [group, distances] of groups.entries())
      if (group !== leftOut && distances[row] < least) least = distances[row];
    return least;
  };
  let wins = 0;
  for (let row = 0; row < rows; row++) {
    const [a, b] = [closest(toMembers, row), closest(toOthers, row)];
    wins += a < b ? 1 : a === b ? 0.5 : 0;
  }
  return wins / rows;
}
