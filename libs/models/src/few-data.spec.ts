import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '@ehrsynth/engine';
import { UserError } from '@ehrsynth/io';
import type { CodeMatrix } from '@ehrsynth/matrix';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { code, demographic, matrixOf, smallModel } from '../test/cohorts.ts';
import { loadModel, ROW_MODEL_NAMES, type RowModelName } from './registry.ts';
import type { TrainingEvent } from './synthesizer.ts';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'few-'));
  await startEngine('cpu');
});
afterAll(() => rmSync(folder, { recursive: true }));

const sexes = [demographic('sex', 'female'), demographic('sex', 'male')];
const codes = [0, 1, 2].map(code);
const times = (count: number, row: number[]) => Array.from({ length: count }, () => row);
const COHORTS: Record<string, CodeMatrix> = {
  'one code': matrixOf([code(0)], [...times(20, [0]), ...times(20, [])]),
  'one row': matrixOf([...sexes, ...codes], [[0, 2, 3]]),
  'two rows': matrixOf(
    [...sexes, ...codes],
    [
      [0, 2, 3],
      [1, 4],
    ],
  ),
  'rows that are all the same': matrixOf([...sexes, ...codes], times(30, [0, 2, 4])),
  'rows without any code': matrixOf([...sexes, ...codes], [...times(15, [0]), ...times(15, [1])]),
  'rows with nothing at all': matrixOf([...sexes, ...codes], times(30, [])),
  'demographics alone': matrixOf(sexes, [...times(15, [0]), ...times(15, [1])]),
  'a code that all have': matrixOf([...sexes, ...codes], [...times(15, [0, 2]), ...times(15, [1, 2, 3])]),
  'no rows': matrixOf([...sexes, ...codes], []),
  'no columns': matrixOf([], times(5, [])),
};

describe.each(Object.keys(COHORTS))('%s', (name) => {
  const matrix = COHORTS[name];
  it.each(
    ROW_MODEL_NAMES.flatMap((model) => [
      [model, 'binary'],
      ...(/^medgan|auto/.test(model) ? [[model, 'count']] : []),
    ]) as [RowModelName, string][],
  )('%s (%s) trains and samples, or says what is lacking', async (modelName, mode) => {
    const losses: number[] = [];
    const onEvent = (event: TrainingEvent) => losses.push(...Object.values(event.losses));
    try {
      const model = smallModel(modelName, matrix.columns, { mode });
      await model.fit(matrix, { onEvent });
      await model.save(folder);
      model.dispose();
      const loaded = await loadModel(folder);
      for await (const { entries } of loaded.sample(50, { seed: 1 }))
        for (const [column, count] of entries)
          expect(column >= 0 && column < matrix.columns.length && count >= 1).toBe(true);
      loaded.dispose();
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      expect((error as Error).message).toMatch(/no (rows|columns of codes) to learn from/);
      expect(name).toMatch(/no rows|no columns|demographics alone/);
    }
    expect(losses.every(Number.isFinite)).toBe(true);
  });
});
