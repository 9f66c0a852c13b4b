import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Sex } from '@ehrsynth/records';
import { z } from 'zod';
import { fromSystemError, writeFileAtomic } from '@ehrsynth/io';
import { CodeMatrix, Column, columnGroups, columnKey, firstCodeOf } from './code-matrix.ts';
import { AGE_BANDS } from './demographics.ts';
import { BrokenMatrixError } from './errors.ts';
import { NpzFile } from './npz/npz-file.ts';
import { readIds } from './row-ids.ts';
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
  const { indptr, indices, values } = npz.readAll();
  const ids = await readIds(join(folder, 'rows.parquet'), npz.rows);
  return new CodeMatrix(columns, indptr, indices, values, ids);
}

/** The folder's matrix.npz. @throws BrokenMatrixError, UserError */
export function openNpz(folder: string, columns: readonly Column[]): Promise<NpzFile> {
  return NpzFile.open(join(folder, 'matrix.npz'), columns);
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
    const { columns } = ColumnsFile.parse(JSON.parse(text));
    checkOrder(columns);
    return columns;
  } catch (error) {
    throw new BrokenMatrixError(
      path,
      error instanceof ColumnsFault ? error.message : 'columns.json is damaged',
      error,
    );
  }
}

/** Demographics first, each in one group, and no column twice. */
function checkOrder(columns: readonly Column[]): void {
  const keys = new Set<string>();
  for (const column of columns) {
    if (keys.has(columnKey(column))) throw new ColumnsFault(`the column ${columnKey(column)} is there twice`);
    keys.add(columnKey(column));
  }
  const late = columns.slice(firstCodeOf(columns)).find(({ kind }) => kind === 'demographic');
  if (late) throw new ColumnsFault(`the demographic ${late.system} stands after codes`);
  const groups = columnGroups(columns).map(({ name }) => name);
  const apart = groups.find((name, i) => groups.indexOf(name) !== i);
  const bands = AGE_BANDS.map((band) => band.join('-'));
  for (const { kind, system, code } of columns) {
    if (kind !== 'demographic') break;
    const known = system === 'sex' ? Sex.options : system === 'age' ? bands : undefined;
    if (known && !(known as string[]).includes(code))
      throw new ColumnsFault(`${code} is no value of ${system}`);
  }
  if (apart !== undefined) throw new ColumnsFault(`the values of ${apart} stand apart`);
}

class ColumnsFault extends Error {}
