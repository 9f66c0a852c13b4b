import { copyFile, link, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CodeMatrix, loadMatrix, saveMatrix } from '@ehrsynth/matrix';

/**
 * Writes a cohort without some of its columns into a folder, so that what a generator does not have is left out on both sides of a
 * comparison. Records stay as they are.
 * @param isKept by the place of a column among the cohort's
 */
export async function writeTrimmedCohort(
  cohort: string,
  folder: string,
  isKept: (column: number) => boolean,
): Promise<void> {
  await sameFile(join(cohort, 'encoding.json'), join(folder, 'encoding.json'));
  for (const part of ['train', 'holdout']) {
    await mkdir(join(folder, part));
    await saveMatrix(join(folder, part), withoutColumns(await loadMatrix(join(cohort, part)), isKept));
    const records = join(part, 'records.ndjson.gz');
    await sameFile(join(cohort, records), join(folder, records));
  }
}

/** The matrix with some of its columns alone. */
export function withoutColumns(matrix: CodeMatrix, isKept: (column: number) => boolean): CodeMatrix {
  let width = 0;
  const places = matrix.columns.map((_, column) => (isKept(column) ? width++ : -1));
  const [indices, values]: [number[], number[]] = [[], []];
  const indptr = new Int32Array(matrix.rows + 1);
  for (let row = 0; row < matrix.rows; row++) {
    for (const [column, count] of matrix.entries(row)) {
      if (places[column] < 0) continue;
      indices.push(places[column]);
      values.push(count);
    }
    indptr[row + 1] = indices.length;
  }
  const columns = matrix.columns.filter((_, column) => isKept(column));
  return new CodeMatrix(columns, indptr, Int32Array.from(indices), Int32Array.from(values), matrix.ids);
}

/** On another disk a copy. */
async function sameFile(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to));
}
