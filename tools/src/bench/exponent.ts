/** How much longer work takes that grows: seconds are rows to this power, by the last two sizes. */
export interface Grown {
  rows: number;
  seconds: number;
}

/** Undefined where one size was measured, or none. */
export function exponentOf(grown: readonly Grown[]): number | undefined {
  const [before, last] = grown.slice(-2);
  if (!last) return undefined;
  return Math.log(last.seconds / before.seconds) / Math.log(last.rows / before.rows);
}

/** What so many rows would take, if it went on so; as the square where one size was measured: no work here is worse. */
export function expectedSeconds(grown: readonly Grown[], rows: number): number {
  const last = grown.at(-1);
  if (!last) return 0;
  return last.seconds * (rows / last.rows) ** Math.max(1, exponentOf(grown) ?? 2);
}
