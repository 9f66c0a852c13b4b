import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { z } from 'zod';
import { fromSystemError, writeFileAtomic } from '@ehrsynth/io';
import { CodeMatrix, Column } from './code-matrix.ts';
import { BrokenMatrixError } from './errors.ts';
import { fromNpz, toNpz } from './npz.ts';

const ColumnsFile = z.object({ format: z.literal('ehrsynth-columns-1'), columns: z.array(Column) });

/** Writes columns.json, rows.parquet (a row's id, demographics, distinct codes, events) and matrix.npz. */
export async function saveMatrix(folder: string, matrix: CodeMatrix): Promise<void> {
  const { rows, columns, indptr, indices, values, ids } = matrix;
  await saveColumns(folder, columns);
  await writeFileAtomic(
    join(folder, 'matrix.npz'),
    toNpz({ rows, columns: columns.length, indptr, indices, values }),
  );
  const table = parquetWriteBuffer({
    columnData: [
      { name: 'row', data: Int32Array.from({ length: rows }, (_, row) => row), type: 'INT32' },
      { name: 'id', data: [...ids], type: 'STRING' },
      ...matrix.groups.map(({ name, start, end }) => ({
        name,
        data: perRow(matrix, (at) =>
          indices[at] >= start && indices[at] < end ? columns[indices[at]].code : '',
        ),
        type: 'STRING' as const,
      })),
      { name: 'codes', data: countRows(matrix, () => 1), type: 'INT32' },
      { name: 'events', data: countRows(matrix, (at) => values[at]), type: 'INT32' },
    ],
  });
  await writeFileAtomic(join(folder, 'rows.parquet'), new Uint8Array(table));
}

/** @throws BrokenMatrixError, UserError */
export async function loadMatrix(folder: string): Promise<CodeMatrix> {
  const columns = await loadColumns(folder);
  const path = join(folder, 'matrix.npz');
  const bytes = await readFile(path).catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  try {
    const { rows, columns: width, indptr, indices, values } = fromNpz(bytes);
    if (width !== columns.length) throw new Error(`${width} columns, and ${columns.length} in columns.json`);
    const file = await asyncBufferFromFile(join(folder, 'rows.parquet'));
    const table = await parquetReadObjects({ file, columns: ['id'] });
    if (table.length !== rows) throw new Error(`${rows} rows, and ${table.length} in rows.parquet`);
    const ids = table.map(({ id }) => String(id));
    return new CodeMatrix(columns, indptr, indices, values, ids);
  } catch (error) {
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

/** The one text that a row's entries give. */
function perRow({ rows, indptr }: CodeMatrix, textOf: (at: number) => string): string[] {
  return Array.from({ length: rows }, (_, row) => {
    for (let at = indptr[row]; at < indptr[row + 1]; at++) if (textOf(at)) return textOf(at);
    return '';
  });
}

function countRows(
  { rows, indptr, indices, firstCode }: CodeMatrix,
  countOf: (at: number) => number,
): Int32Array {
  const counts = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let at = indptr[row]; at < indptr[row + 1]; at++) {
      if (indices[at] >= firstCode) counts[row] += countOf(at);
    }
  }
  return counts;
}
