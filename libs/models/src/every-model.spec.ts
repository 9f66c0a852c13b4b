import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '@ehrsynth/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { draw, twoKinds } from '../test/two-kinds.ts';
import { createModel, loadModel, ROW_MODEL_NAMES, type RowModelName, optionsOf } from './registry.ts';
import { shardRows } from './sample-blocks.ts';
import type { SampledRow, TrainingEvent } from './synthesizer.ts';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'every-model-'));
  await startEngine('wasm');
});
afterAll(() => rmSync(folder, { recursive: true }));

const matrix = twoKinds(1500);

describe('every model', () => {
  const small: Record<string, object> = {
    medgan: { pretrainEpochs: 2, epochs: 2, embedding: 16, discriminatorLayers: [32, 16] },
    medbgan: { pretrainEpochs: 2, epochs: 2, embedding: 16, discriminatorLayers: [32, 16] },
    medwgan: { pretrainEpochs: 2, epochs: 2, embedding: 16, discriminatorLayers: [32, 16] },
    'emr-wgan': { epochs: 2, embedding: 16, discriminatorLayers: [32, 16] },
    autoregressive: { epochs: 2, hidden: 16 },
    vae: { epochs: 2, hidden: 16, embedding: 4 },
  };

  it.each(ROW_MODEL_NAMES)('%s: saved and loaded it draws the same, in shards as well', async (name) => {
    const model = createModel(name, matrix.columns, optionsOf(name, { ...small[name], seed: 2 }));
    expect(await model.fit(matrix)).toBe(true);
    const at = mkdtempSync(join(folder, `${name}-`));
    await model.save(at);
    const whole = await draw(model, 1300, { seed: 4 });
    const again = await loadModel(at);
    expect(await draw(again, 1300, { seed: 4 })).toEqual(whole);
    expect(again.counts).toBe(model.counts);
    const shared: SampledRow[] = [];
    for (const part of [1, 2, 3]) {
      const own: SampledRow[] = [];
      for await (const row of again.sample(1300, { seed: 4, range: shardRows(1300, [part, 3]) })) own.push(row);
      expect(Math.abs(own.length - 1300 / 3)).toBeLessThan(1);
      shared.push(...own);
    }
    expect(shared.map(({ row }) => row)).toEqual([...Array(1300).keys()]);
    expect(shared.every(({ row, entries }) => JSON.stringify(entries) === JSON.stringify(whole.entries(row)))).toBe(
      true,
    );
    expect(await draw(again, 1300, { seed: 5 })).not.toEqual(whole);
    for (const error of await model.reconstructionError(matrix.pick([0, 1, 2]))) expect(error).toBeGreaterThan(0);
    again.dispose();
    model.dispose();
  });

  it.each(ROW_MODEL_NAMES)('%s: lets timers run while it draws, and ends by a signal', async (name) => {
    const model = createModel(name, matrix.columns, optionsOf(name, { ...small[name], seed: 2 }));
    await model.fit(matrix);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    const endless = async () => {
      for await (const row of model.sample(Number.MAX_SAFE_INTEGER, { seed: 1, signal: stop.signal })) void row;
    };
    await expect(endless()).rejects.toMatchObject({ name: 'AbortError' });
    model.dispose();
  });

  it.each(ROW_MODEL_NAMES)('%s: does not train where the signal is given already', async (name) => {
    const model = createModel(name, matrix.columns, optionsOf(name, { ...small[name], seed: 2 }));
    expect(await model.fit(matrix, { signal: AbortSignal.abort() })).toBe(false);
    model.dispose();
  });

  it.each(Object.keys(small) as RowModelName[])(
    '%s: ends with a checkpoint, from which it need not train again',
    async (name) => {
      const checkpointFolder = mkdtempSync(join(folder, 'ended-'));
      const weights: string[] = [];
      const epochs: string[] = [];
      for (const resume of [false, true]) {
        const model = createModel(name, matrix.columns, optionsOf(name, { ...small[name], seed: 2 }));
        const onEvent = ({ phase, epoch }: TrainingEvent) =>
          phase !== 'calibration' && epochs.push(`${resume} ${phase} ${epoch}`);
        expect(await model.fit(matrix, { checkpointFolder, resume, onEvent })).toBe(true);
        const at = mkdtempSync(join(folder, 'weights-'));
        await model.save(at);
        weights.push(readFileSync(join(at, 'weights.bin'), 'base64'));
        model.dispose();
      }
      expect(epochs.length).toBeGreaterThan(1);
      expect(epochs.filter((one) => one.startsWith('true'))).toEqual([]);
      expect(weights[1]).toBe(weights[0]);
    },
  );
});
