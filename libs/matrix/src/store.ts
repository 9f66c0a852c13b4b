import { join } from 'node:path';
import { CodeMatrix, type Column } from './code-matrix.ts';
import { loadColumns } from './columns-file.ts';
import { NpzFile } from './npz/npz-file.ts';
import { readIds } from './row-ids.ts';
import { MatrixWriter } from './writer.ts';

/** @see MatrixWriter */
export async function saveMatrix(folder: string, matrix: CodeMatrix): Promise<void> {
  const writer = new MatrixWriter(folder, matrix.columns);
  writer.addMatrix(matrix);
  await writer.close();
}

/** @throws BrokenMatrixError, UserError */
export async function loadMatrix(folder: string): Promise<CodeMatrix> {
  const columns = await loadColumns(folder);
  const npz = await openNpz(folder, columns);
  const { indptr, indices, values } = npz.readAll();
  const ids = await readIds(join(folder, 'rows.parquet'), npz.rows);
  return new CodeMatrix(columns, indptr, indices, values, ids);
}

/** The folder's matrix.npz. @throws BrokenMatrixError, UserError */
export function openNpz(folder: string, columns: readonly Column[]): Promise<NpzFile> {
  return NpzFile.open(join(folder, 'matrix.npz'), columns);
}
