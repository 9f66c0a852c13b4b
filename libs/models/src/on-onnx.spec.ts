import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EngineName, startEngine, surveyEngines } from '@ehrsynth/engine';
import { afterAll, describe, expect, it } from 'vitest';
import { draw, twoKinds } from '../test/two-kinds.ts';
import { createModel, optionNamesOf, type RowModelName, optionsOf } from './registry.ts';

const isThere = (await surveyEngines()).some(({ name, available }) => name === 'onnx' && available);
const folder = mkdtempSync(join(tmpdir(), 'on-onnx-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.runIf(isThere)('on ONNX Runtime', () => {
  const matrix = twoKinds(300);
  const sizes = { epochs: 2, pretrainEpochs: 2, embedding: 8, discriminatorLayers: [16, 8], hidden: 12 };
  const untrained = (name: RowModelName, more: object) => {
    const known = Object.entries({ ...sizes, ...more }).filter(([key]) => optionNamesOf(name).includes(key));
    return createModel(name, matrix.columns, optionsOf(name, Object.fromEntries(known)));
  };
  const learned = async (engine: EngineName, name: RowModelName, more: object) => {
    await startEngine(engine);
    const model = untrained(name, more);
    const losses: number[] = [];
    await model.fit(matrix, { onEvent: (event) => losses.push(...Object.values(event.losses)) });
    const { indptr, indices } = await draw(model, 40, { seed: 3 });
    return { losses, rows: [...indptr, ...indices] };
  };

  it.each<[RowModelName, object]>([
    ['medgan', {}],
    ['medgan', { mode: 'count' }],
    ['medwgan', {}],
    ['emr-wgan', {}],
    ['vae', {}],
    ['autoregressive', {}],
    ['autoregressive', { mode: 'count' }],
  ])('%s %o learns and draws what it does on the plain engine', async (name, more) => {
    const [plain, found] = [await learned('cpu', name, more), await learned('onnx', name, more)];
    expect(found.losses).toHaveLength(plain.losses.length);
    found.losses.forEach((loss, i) => expect(Math.abs(loss / plain.losses[i] - 1)).toBeLessThan(1e-5));
    expect(found.rows).toEqual(plain.rows);
  });

  it('a training that is repeated gives the same numbers', async () => {
    expect(await learned('onnx', 'medgan', {})).toEqual(await learned('onnx', 'medgan', {}));
  });

  it('a training that is stopped goes on from its checkpoint to the same losses', async () => {
    await startEngine('onnx');
    const more = { epochs: 4 };
    const whole: number[] = [];
    await untrained('medgan', more).fit(matrix, { onEvent: ({ losses }) => whole.push(...Object.values(losses)) });
    const checkpointFolder = join(folder, 'stop');
    const stop = new AbortController();
    const found: number[] = [];
    const onEvent = ({ losses, done }: { losses: Record<string, number>; done: number }) => {
      found.push(...Object.values(losses));
      if (done === 3) stop.abort();
    };
    expect(await untrained('medgan', more).fit(matrix, { checkpointFolder, signal: stop.signal, onEvent })).toBe(false);
    expect(await untrained('medgan', more).fit(matrix, { checkpointFolder, resume: true, onEvent })).toBe(true);
    expect(found).toEqual(whole);
  });
});
