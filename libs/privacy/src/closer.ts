import { type Interval, jackknifeVariance, proportion, widened } from '@ehrsynth/statistics';
import { closestOf, type Distances } from './nearest.ts';

/**
 * Share of the synthetic rows that are closer to a training row than to any of as many held-out rows; ties count half. Which people
 * happen to be in the one set and the other moves it more than which synthetic rows were drawn: the interval adds the variance of
 * leaving out each group of the real rows in turn (delete-a-group jackknife, Kott 2001) to that of the synthetic rows.
 * @param members what `nearestByGroup` gives of the synthetic rows to the training rows; `others` likewise to held-out rows
 */
export function closerToTraining(members: Distances[], others: Distances[]): Interval {
  const value = share(members, others);
  const without = members.map((_, group) => share(members, others, group));
  const rows = members[0].first.length;
  return widened(proportion(value * rows, rows), jackknifeVariance(without));
}

function share(members: Distances[], others: Distances[], leftOut?: number): number {
  const [toMembers, toOthers] = [closestOf(members, leftOut).first, closestOf(others, leftOut).first];
  let wins = 0;
  toMembers.forEach((distance, row) => (wins += distance < toOthers[row] ? 1 : distance === toOthers[row] ? 0.5 : 0));
  return wins / toMembers.length;
}
