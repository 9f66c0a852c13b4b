import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { z } from 'zod';
import { fromSystemError, UserError, writeFileAtomic } from '@ehrsynth/io';
import { CodeMatrix, Column } from './code-matrix.ts';
import { BrokenMatrixError } from './errors.ts';
import { NpzFile } from './npz-read.ts';
import { MatrixWriter } from './writer.ts';

const ColumnsFile = z.object({ format: z.literal('ehrsynth-columns-1'), columns: z.array(Column) });

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
  try {
    const { rows, indptr, indices, values } = npz.readAll();
    const file = await asyncBufferFromFile(join(folder, 'rows.parquet'));
    const table = await parquetReadObjects({ file, columns: ['id'] });
    if (table.length !== rows) throw new Error(`${rows} rows, and ${table.length} in rows.parquet`);
    const ids = table.map(({ id }) => String(id));
    return new CodeMatrix(columns, indptr, indices, values, ids);
  } catch (error) {
    throw new BrokenMatrixError(npz.path, (error as Error).message, error);
  }
}

/** The folder's matrix.npz. @throws BrokenMatrixError, UserError */
export async function openNpz(folder: string, columns: readonly Column[]): Promise<NpzFile> {
  const path = join(folder, 'matrix.npz');
  try {
    const npz = await NpzFile.open(path);
    const { columns: width } = npz.shape;
    if (width !== columns.length) throw new Error(`${width} columns, and ${columns.length} in columns.json`);
    return npz;
  } catch (error) {
    const system = (error as NodeJS.ErrnoException).code?.startsWith('E');
    if (system || error instanceof UserError) throw fromSystemError(error, path, 'read');
    throw new BrokenMatrixError(path, (error as Error).message, error);
  }
}

export async function saveColumns(folder: string, columns: readonly Column[]): Promise<void> {
  const file = { format: 'ehrsynth-columns-1', columns };
  await writeFileAtomic(join(folder, 'columns.json'), `${JSON.stringify(file, null, 1)}\n`);
}

/** @throws BrokenMatrixError, UserError */
export async function loadColumns(folder: string): Promise<Column[]> {
  const path = join(folder, 'columns.json');
  const text = await readFile(path, 'utf8').catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  try {
    return ColumnsFile.parse(JSON.parse(text)).columns;
  } catch (error) {
    throw new BrokenMatrixError(path, 'columns.json is damaged', error);
  }
}
