import type { CodeMatrix } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';

/** So many rows of a matrix, each as likely as any other, in their order; all where there are no more. */
export function sampleRows(matrix: CodeMatrix, size: number, rng: Rng): CodeMatrix {
  if (size >= matrix.rows) return matrix;
  return matrix.pick(ascending(shuffledRows(matrix, rng).slice(0, size)));
}

/** The rows in two parts, the first of the given size. */
export function splitRows(matrix: CodeMatrix, size: number, rng: Rng): [CodeMatrix, CodeMatrix] {
  const rows = shuffledRows(matrix, rng);
  return [matrix.pick(ascending(rows.slice(0, size))), matrix.pick(ascending(rows.slice(size)))];
}

function shuffledRows({ rows }: CodeMatrix, rng: Rng): number[] {
  return rng.shuffle([...Array(rows).keys()]);
}

function ascending(rows: number[]): number[] {
  return rows.sort((a, b) => a - b);
}
