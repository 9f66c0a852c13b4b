/** A continuous number as two neighbouring knots: their places, from one on, and their weights. */
export function between(
  knots: readonly number[],
  value: number,
  hear: (place: number, weight: number) => void,
  first: number,
): void {
  const knot = knotOf(knots, value, knots.length >> 1);
  const share = shareOf(knots, knot, value);
  hear(first + knot, 1 - share);
  if (share > 0) hear(first + knot + 1, share);
}

/** The last knot that is not above a value, or the first one. @param near where to begin to look */
export function knotOf(knots: readonly number[], value: number, near: number): number {
  let knot = Math.max(0, near);
  while (knot > 0 && knots[knot] > value) knot--;
  while (knot + 1 < knots.length && knots[knot + 1] <= value) knot++;
  return knot;
}

/** The share of the knot after `knot` in a number. */
export function shareOf(knots: readonly number[], knot: number, value: number): number {
  if (knot + 1 === knots.length) return 0;
  return Math.max(0, (value - knots[knot]) / (knots[knot + 1] - knots[knot]));
}

/** The last span that begins at a number or before it, or the first one. @param starts of spans, ascending */
export function spanOf(starts: readonly number[], number: number): number {
  let span = starts.length - 1;
  while (span > 0 && starts[span] > number) span--;
  return span;
}
