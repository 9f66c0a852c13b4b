import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromSystemError, writeFileAtomic } from '@ehrsynth/io';
import { Sex } from '@ehrsynth/records';
import { z } from 'zod';
import { Column, columnGroups, columnKey, firstCodeOf } from './code-matrix.ts';
import { AGE_BANDS } from './demographics.ts';
import { BrokenMatrixError } from './errors.ts';

const ColumnsFile = z.object({ format: z.literal('ehrsynth-columns-1'), columns: z.array(Column) });

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
    throw new BrokenMatrixError(path, error instanceof ColumnsFault ? error.message : 'columns.json is damaged', error);
  }
}

/** Demographics first, each in one group, and no column twice. */
function checkOrder(columns: readonly Column[]): void {
  const keys = new Set<string>();
  for (const column of columns) {
    if (keys.has(columnKey(column))) throw new ColumnsFault(`the column ${columnKey(column)} occurs twice`);
    keys.add(columnKey(column));
  }
  const late = columns.slice(firstCodeOf(columns)).find(({ kind }) => kind === 'demographic');
  if (late) throw new ColumnsFault(`the demographic ${late.system} comes after codes`);
  const groups = columnGroups(columns).map(({ name }) => name);
  const apart = groups.find((name, i) => groups.indexOf(name) !== i);
  const bands = AGE_BANDS.map((band) => band.join('-'));
  for (const { kind, system, code } of columns) {
    if (kind !== 'demographic') break;
    const known = system === 'sex' ? Sex.options : system === 'age' ? bands : undefined;
    if (known && !(known as string[]).includes(code)) throw new ColumnsFault(`${code} is not a value of ${system}`);
  }
  if (apart !== undefined) throw new ColumnsFault(`the columns of ${apart} are not next to each other`);
}

class ColumnsFault extends Error {}
