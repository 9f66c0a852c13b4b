import type { Histories } from '@ehrsynth/histories';
import { CodeMatrix, type Column, GrowingInts } from '@ehrsynth/matrix';

/** What each column of such matrices is: a thing that a history has or has not. */
const COLUMN: Column = { kind: 'condition', system: 'urn:ehrsynth:history', code: 'part', level: 'code' };

/** Calls back with what a patient's history has, named by whole numbers; the same may come again. */
export type PartsOf = (patient: number, found: (name: number) => void) => void;

/** Histories as sets of anything that whole numbers can name, as matrices with common columns. */
export function setRows(sides: readonly Histories[], partsOf: (histories: Histories) => PartsOf): CodeMatrix[] {
  const numbers = new Map<number, number>();
  const parts = sides.map((histories) => {
    const indptr = new Int32Array(histories.patients + 1);
    const indices = new GrowingInts();
    const of = partsOf(histories);
    for (let patient = 0; patient < histories.patients; patient++) {
      const own = new Set<number>();
      of(patient, (name) => {
        let number = numbers.get(name);
        if (number === undefined) numbers.set(name, (number = numbers.size));
        own.add(number);
      });
      for (const number of Int32Array.from(own).sort()) indices.push(number);
      indptr[patient + 1] = indices.length;
    }
    return { indptr, indices: indices.done(), ids: histories.arrays.ids };
  });
  const columns = new Array<Column>(numbers.size).fill(COLUMN);
  return parts.map(
    ({ indptr, indices, ids }) => new CodeMatrix(columns, indptr, indices, new Int32Array(indices.length).fill(1), ids),
  );
}
