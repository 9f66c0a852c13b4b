import type { Histories } from './histories.ts';

/** The set of codes of each visit. */
export interface VisitCodes {
  /** Visits + 1 offsets into `codes`. */
  starts: Int32Array;
  /** Each once in a visit, ascending. */
  codes: Int32Array;
}

/**
 * The distinct codes of each visit.
 * @param keeps where given, only codes whose entry is not 0
 */
export function visitCodes({ arrays, visits, events }: Histories, keeps?: ArrayLike<number>): VisitCodes {
  const starts = new Int32Array(visits + 1);
  const codes = new Int32Array(events);
  let length = 0;
  for (let visit = 0; visit < visits; visit++) {
    const from = length;
    for (let at = arrays.eventStarts[visit]; at < arrays.eventStarts[visit + 1]; at++)
      if (!keeps || keeps[arrays.code[at]] !== 0) codes[length++] = arrays.code[at];
    length = from + distinct(codes.subarray(from, length));
    starts[visit + 1] = length;
  }
  return { starts, codes: codes.slice(0, length) };
}

/** Sorts numbers, puts each once at the beginning, and gives how many there are. */
export function distinct(values: Int32Array): number {
  if (values.length > 24) values.sort();
  else insertionSort(values);
  let kept = 0;
  for (let i = 0; i < values.length; i++) if (i === 0 || values[i] !== values[kept - 1]) values[kept++] = values[i];
  return kept;
}

function insertionSort(values: Int32Array): void {
  for (let i = 1; i < values.length; i++) {
    const value = values[i];
    let at = i;
    for (; at > 0 && values[at - 1] > value; at--) values[at] = values[at - 1];
    values[at] = value;
  }
}
