import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@ehrsynth/io';
import { Rng } from '@ehrsynth/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CodeMatrix, type Column, loadMatrix, MatrixBuilder, openRows, saveMatrix } from './index.ts';
import { mutate } from './testing/index.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'hostile-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const demographic = (system: string, code: string): Column => ({
  kind: 'demographic',
  system,
  code,
  level: 'code',
});
const code = (i: number): Column => ({
  kind: 'condition',
  system: 'urn:test',
  code: `c${i}`,
  level: 'code',
});
const columns = [demographic('sex', 'female'), demographic('sex', 'male'), ...[0, 1, 2, 3, 4].map(code)];

function small(): CodeMatrix {
  const builder = new MatrixBuilder(columns);
  const rng = new Rng(5);
  for (let row = 0; row < 20; row++) {
    const codes = columns.slice(2).filter(() => rng.chance(0.5));
    builder.add(`p${row}`, [[columns[row % 2], 1], ...codes.map((one): [Column, number] => [one, 1 + rng.int(3)])]);
  }
  return builder.build();
}

const FILES = ['matrix.npz', 'rows.parquet', 'columns.json'];

describe('a matrix folder that was damaged or tampered with', () => {
  it('is refused in words with the name of the file, or read as a valid matrix', async () => {
    await saveMatrix(folder, small());
    const whole = new Map(FILES.map((name) => [name, readFileSync(join(folder, name))]));
    let refused = 0;
    for (let seed = 0; seed < 240; seed++) {
      const rng = new Rng(seed);
      const name = rng.pick(FILES);
      writeFileSync(join(folder, name), mutate(whole.get(name)!, rng));
      const outcome = await (
        name !== 'rows.parquet' && seed % 3 ? readOnDisk() : loadMatrix(folder).then(faultOf)
      ).catch((error: unknown) => error);
      if (outcome !== undefined) {
        expect(outcome, `seed ${seed}, ${name}`).toBeInstanceOf(UserError);
        expect((outcome as UserError).message, `seed ${seed}`).toMatch(/\.(npz|parquet|json)\n/);
        refused++;
      }
      writeFileSync(join(folder, name), whole.get(name)!);
    }
    expect(refused).toBeGreaterThan(120);
    expect(faultOf(await loadMatrix(folder))).toBeUndefined();
  });

  it('ids beyond what the rows are, and none, are refused', async () => {
    const [few, more] = ['few', 'more'].map((name) => mkdtempSync(join(folder, name)));
    await saveMatrix(few, small().pick([0, 1]));
    await saveMatrix(more, small());
    writeFileSync(join(more, 'rows.parquet'), readFileSync(join(few, 'rows.parquet')));
    await expect(loadMatrix(more)).rejects.toThrow(/2 rows, and 20 in matrix\.npz[\s\S]*rows\.parquet/);
  });

  it.each<[string, Column[], RegExp]>([
    ['a column twice', [code(1), code(1)], /condition\|urn:test\|c1 occurs twice/],
    ['a demographic after codes', [code(1), columns[0]], /sex comes after codes/],
    ['a sex that is none', [demographic('sex', 'x')], /x is not a value of sex/],
    ['an age that is no band', [demographic('age', '3-900')], /3-900 is not a value of age/],
    [
      'a demographic in two places',
      [columns[0], demographic('age', '1-8'), columns[1]],
      /columns of sex are not next to each other/,
    ],
  ])('columns.json with %s is refused', async (_, own, words) => {
    const text = JSON.stringify({ format: 'ehrsynth-columns-1', columns: own });
    await saveMatrix(folder, small());
    writeFileSync(join(folder, 'columns.json'), text);
    await expect(openRows(folder)).rejects.toThrow(words);
    await expect(openRows(folder)).rejects.toThrow(join(folder, 'columns.json'));
  });
});

async function readOnDisk(): Promise<unknown> {
  const source = await openRows(folder, { inMemoryBytes: 0 });
  try {
    const all = Int32Array.from({ length: source.rows }, (_, row) => row);
    const { indices, values } = await source.take(all);
    return faultOf({ columns: source.columns, indices, values });
  } finally {
    await source.close();
  }
}

/** What is wrong with a matrix that was read; nothing where it is one. */
function faultOf(matrix: Pick<CodeMatrix, 'columns' | 'indices' | 'values'> & Partial<CodeMatrix>) {
  const { columns, indices, values, ids, rows } = matrix;
  if (indices.some((column) => column < 0 || column >= columns.length)) return 'a column that is none';
  if (values.some((value) => value < 1)) return 'a count of none';
  return ids && ids.length !== rows ? 'rows without ids' : undefined;
}
