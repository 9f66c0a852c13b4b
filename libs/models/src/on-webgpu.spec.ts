import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '@ehrsynth/engine';
import { enginesHere } from '@ehrsynth/engine/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { draw, twoKinds } from '../test/two-kinds.ts';
import { createModel, loadModel, optionNamesOf, type RowModelName, optionsOf } from './registry.ts';

const isThere = (await enginesHere()).includes('webgpu');
const folder = mkdtempSync(join(tmpdir(), 'on-webgpu-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.runIf(isThere)('on WebGPU', () => {
  const matrix = twoKinds(60);
  const sizes = {
    epochs: 2,
    pretrainEpochs: 1,
    calibrate: false,
    batchSize: 25,
    embedding: 8,
    discriminatorLayers: [16, 8],
    hidden: 12,
  };
  const untrained = (name: RowModelName, more: object = {}) => {
    const known = Object.entries({ ...sizes, ...more }).filter(([key]) => optionNamesOf(name).includes(key));
    return createModel(name, matrix.columns, optionsOf(name, Object.fromEntries(known)));
  };
  const learned = async (engine: 'cpu' | 'webgpu', name: RowModelName, more: object) => {
    await startEngine(engine);
    const model = untrained(name, more);
    const losses: number[] = [];
    await model.fit(matrix, { onEvent: (event) => losses.push(...Object.values(event.losses)) });
    const { indptr, indices } = await draw(model, 20, { seed: 3 });
    const errors = await model.reconstructionError!(matrix);
    model.dispose();
    return { losses: [...losses, ...errors], rows: [...indptr, ...indices] };
  };

  it.each<[RowModelName, object]>([
    ['medgan', {}],
    ['autoregressive', { mode: 'count' }],
  ])('%s %o learns and draws what it does on the plain engine', async (name, more) => {
    const [plain, found] = [await learned('cpu', name, more), await learned('webgpu', name, more)];
    expect(found.losses).toHaveLength(plain.losses.length);
    found.losses.forEach((loss, i) => expect(Math.abs(loss / plain.losses[i] - 1)).toBeLessThan(1e-4));
    expect(found.rows).toEqual(plain.rows);
  });

  it('a training that is stopped goes on from its checkpoint, to the losses of the plain engine', async () => {
    await startEngine('cpu');
    const whole: number[] = [];
    await untrained('vae').fit(matrix, { onEvent: ({ losses }) => whole.push(...Object.values(losses)) });
    await startEngine('webgpu');
    const checkpointFolder = join(folder, 'stop');
    const stop = new AbortController();
    const found: number[] = [];
    const onEvent = ({ losses, done }: { losses: Record<string, number>; done: number }) => {
      found.push(...Object.values(losses));
      if (done === 1) stop.abort();
    };
    expect(await untrained('vae').fit(matrix, { checkpointFolder, signal: stop.signal, onEvent })).toBe(false);
    expect(await untrained('vae').fit(matrix, { checkpointFolder, resume: true, onEvent })).toBe(true);
    expect(found).toHaveLength(whole.length);
    found.forEach((loss, i) => expect(Math.abs(loss / whole[i] - 1)).toBeLessThan(1e-4));
  });

  it('a private training runs, and its model can be saved and loaded', async () => {
    await startEngine('webgpu');
    const model = untrained('autoregressive', { noiseMultiplier: 1, epochs: 1 });
    await model.fit(matrix);
    const own = mkdtempSync(join(folder, 'private-'));
    await model.save(own);
    const loaded = await loadModel(own);
    expect([...(await draw(loaded, 5, { seed: 1 })).indices]).toEqual([...(await draw(model, 5, { seed: 1 })).indices]);
  });
});
