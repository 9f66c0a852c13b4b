import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '@ehrsynth/engine';
import { type CodeMatrix, columnGroups, rowsInMemory } from '@ehrsynth/matrix';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { code, demographic, matrixOf, raceMissing, smallModel } from '../test/cohorts.ts';
import { draw, twoKinds } from '../test/two-kinds.ts';
import { Absence } from './absence.ts';
import { loadModel, ROW_MODEL_NAMES } from './registry.ts';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'absence-'));
  await startEngine('cpu');
});
afterAll(() => rmSync(folder, { recursive: true }));

const RACE = { start: 2, end: 5 };
/** Share of the rows that have no value of a group. */
function shareMissing(matrix: CodeMatrix, { start, end }: { start: number; end: number }): number {
  const held = matrix.carriers().subarray(start, end);
  return 1 - held.reduce((sum, count) => sum + count, 0) / matrix.rows;
}

describe('Absence', () => {
  const columns = [demographic('sex', 'f'), demographic('race', 'a'), demographic('race', 'b'), code(0)];
  const matrix = matrixOf(columns, [[0, 1, 3], [0], [2, 3], []]);

  it('widens rows by a column for each group that is missing in k of them, in memory and on demand', async () => {
    const source = rowsInMemory(matrix);
    expect((await Absence.of(source, 3)).names).toEqual([]);
    const absence = await Absence.of(source, 2);
    expect(absence.names).toEqual(['sex', 'race']);
    expect(columnGroups(absence.wide)).toEqual([
      { name: 'sex', start: 0, end: 2 },
      { name: 'race', start: 2, end: 5 },
    ]);
    const wide = absence.source(source);
    const all = Int32Array.of(0, 1, 2, 3);
    const { indptr, indices, values } = await wide.take(all);
    const rows = Array.from({ length: 4 }, (_, row) => [...indices.subarray(indptr[row], indptr[row + 1])]);
    expect(rows).toEqual([
      [0, 2, 5],
      [0, 4],
      [1, 3, 5],
      [1, 4],
    ]);
    expect([...values]).toEqual(rows.flat().map(() => 1));
    expect([...(await wide.carriers(all))]).toEqual([2, 2, 1, 1, 2, 2]);
    expect(wide.firstCode).toBe(5);
  });

  it('leaves a source without missing values as it is', async () => {
    const source = rowsInMemory(matrix);
    const absence = new Absence(columns, []);
    expect(absence.source(source)).toBe(source);
    expect(absence.wide).toBe(columns);
  });
});

describe('a demographic that is not known of 40 % of the patients', () => {
  const matrix = raceMissing(400);
  it.each(ROW_MODEL_NAMES)('is not known of about as many of those that %s draws, after saving too', async (name) => {
    const gan = /gan/.test(name);
    const more = gan ? { epochs: 20, pretrainEpochs: 20 } : { epochs: 15 };
    const model = smallModel(name, matrix.columns, { ...more, learningRate: gan ? undefined : 0.01 });
    await model.fit(matrix);
    await model.save(folder);
    const errors = await model.reconstructionError(matrix.pick([0, 1, 2]));
    expect(errors.every(Number.isFinite)).toBe(true);
    model.dispose();
    const loaded = await loadModel(folder);
    const sampled = await draw(loaded, 2000, { seed: 3 });
    loaded.dispose();
    expect(Math.abs(shareMissing(sampled, RACE) - shareMissing(matrix, RACE))).toBeLessThan(0.1);
    expect(shareMissing(sampled, { start: 0, end: 2 })).toBeLessThan(0.01);
  });
});

describe('a cohort in which nothing is missing', () => {
  it.each(['medgan', 'vae'] as const)('gives a %s that says nothing of absences', async (name) => {
    const matrix = twoKinds(200);
    const model = smallModel(name, matrix.columns);
    await model.fit(matrix);
    await model.save(folder);
    expect(JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'))).not.toHaveProperty('learned');
    model.dispose();
  });
});
