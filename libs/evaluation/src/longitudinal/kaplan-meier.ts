/** Share of people without the outcome by a day: never had it, of those still followed. */
export interface SurvivalPoint {
  day: number;
  share: number;
}

const POINTS = 24;

/**
 * Kaplan and Meier's curve up to a day, on a grid of 24. A point is left out where fewer than k people are still followed, or where
 * fewer than k, but not none, had the outcome since the last point that is there.
 * @see Kaplan, Meier 1958
 */
export function kaplanMeier(
  days: ArrayLike<number>,
  hasOutcome: ArrayLike<number>,
  until: number,
  k = 1,
): SurvivalPoint[] {
  const order = Array.from(days, (_, i) => i).sort((a, b) => days[a] - days[b]);
  const points: SurvivalPoint[] = [{ day: 0, share: 1 }];
  let [share, at, events] = [1, 0, 0];
  for (let point = 1; point <= POINTS; point++) {
    const day = Math.round((until * point) / POINTS);
    while (at < order.length && days[order[at]] <= day) {
      const atRisk = order.length - at;
      const own = days[order[at]];
      let outcomes = 0;
      for (; at < order.length && days[order[at]] === own; at++) outcomes += hasOutcome[order[at]];
      share *= 1 - outcomes / atRisk;
      events += outcomes;
    }
    if (order.length - at < k || (events > 0 && events < k)) continue;
    if (points.at(-1)!.day < day) points.push({ day, share });
    events = 0;
  }
  return points;
}
