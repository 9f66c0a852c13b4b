import type { CodeMatrix } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';

/** So many rows of a matrix, each as likely as any other, in their order; all where there are no more. */
export function sampleRows(matrix: CodeMatrix, size: number, rng: Rng): CodeMatrix {
  return size >= matrix.rows ? matrix : splitRows(matrix, size, rng)[0];
}

/** The rows in two parts, the first of the given size. */
export function splitRows(matrix: CodeMatrix, size: number, rng: Rng): [CodeMatrix, CodeMatrix] {
  const rows = rng.shuffle([...Array(matrix.rows).keys()]);
  const part = (chosen: number[]) => matrix.pick(chosen.sort((a, b) => a - b));
  return [part(rows.slice(0, size)), part(rows.slice(size))];
}
