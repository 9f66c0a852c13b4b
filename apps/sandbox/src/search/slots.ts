/** Places in the table of a type's resources, in ascending order, each once. */
export type Slots = readonly number[];

/** What is in both lists. The shorter is looked up in the longer where that is much longer. */
export function intersect(one: Slots, other: Slots): number[] {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  const found: number[] = [];
  if (short.length * 16 < long.length) {
    for (const slot of short) if (long[lowerBound(long, slot)] === slot) found.push(slot);
    return found;
  }
  for (let i = 0, j = 0; i < short.length && j < long.length;) {
    if (short[i] === long[j]) found.push(short[i]);
    if (short[i] <= long[j]) i++;
    else j++;
  }
  return found;
}

/** What is in any of the lists. */
export function union(lists: readonly Slots[]): Slots {
  const filled = lists.filter(({ length }) => length > 0);
  if (filled.length <= 1) return filled[0] ?? [];
  return [...new Set(filled.flat())].sort((a, b) => a - b);
}

/** The places below `length` that are not in the list. */
export function complement(list: Slots, length: number): number[] {
  const found: number[] = [];
  for (let slot = 0, i = 0; slot < length; slot++) {
    if (list[i] === slot) i++;
    else found.push(slot);
  }
  return found;
}

/** The first index whose value is not below `value`. */
export function lowerBound(list: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Adds a place at the end, once. */
export function append(list: number[], slot: number): void {
  if (list.at(-1) !== slot) list.push(slot);
}
