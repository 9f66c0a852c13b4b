import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '@ehrsynth/engine';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { twoKinds } from '../test/two-kinds.ts';
import { createModel, optionsOf } from './registry.ts';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fewer-epochs-'));
  await startEngine('wasm');
});
afterAll(() => rmSync(folder, { recursive: true }));

const own = {
  vae: { hidden: 8, embedding: 4 },
  medgan: { pretrainEpochs: 2, embedding: 8 },
};
const matrix = twoKinds(200);

it.each([
  ['vae', 'all epochs', Infinity, 3, 'Epoch 3 is done: --epochs must be at least 3'],
  ['vae', 'an epoch and a half', 1.5, 2, 'Epoch 2 is in progress: --epochs must be at least 2'],
  // Those of the autoencoder are counted for themselves.
  ['medgan', 'all epochs', Infinity, 3, 'Epoch 3 is done: --epochs must be at least 3'],
] as const)('%s: after %s, does not go on to an end that it is past', async (name, _, stopAt, least, words) => {
  const fit = async (epochs: number, control: object) => {
    const model = createModel(name, matrix.columns, optionsOf(name, { ...own[name], batchSize: 20, epochs, seed: 1 }));
    try {
      return await model.fit(matrix, control);
    } finally {
      model.dispose();
    }
  };
  const checkpointFolder = mkdtempSync(join(folder, 'stop-'));
  const stop = new AbortController();
  const onProgress = (done: number) => done >= stopAt && stop.abort();
  let ticks = 0;
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => (ticks += 200));
  await fit(3, { checkpointFolder, signal: stop.signal, onProgress });
  clock.mockRestore();
  await expect(fit(least - 1, { checkpointFolder, resume: true })).rejects.toThrow(words);
  expect(await fit(least, { checkpointFolder, resume: true })).toBe(true);
});
