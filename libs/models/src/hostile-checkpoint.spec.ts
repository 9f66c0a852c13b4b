import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '@ehrsynth/engine';
import { UserError } from '@ehrsynth/io';
import { mutate } from '@ehrsynth/matrix/testing';
import { Rng } from '@ehrsynth/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raceMissing, smallModel } from '../test/cohorts.ts';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hostile-checkpoint-'));
  await startEngine('cpu');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a checkpoint that was damaged or tampered with', () => {
  const matrix = raceMissing(40);
  const train = async (kind: 'vae' | 'medgan', checkpointFolder: string, resume: boolean) => {
    const sizes = { epochs: 2, pretrainEpochs: 1, hidden: 4, embedding: 4, discriminatorLayers: [4] };
    const model = smallModel(kind, matrix.columns, sizes);
    try {
      await model.fit(matrix, { checkpointFolder, checkpointEveryMs: resume ? undefined : 0, resume });
    } finally {
      model.dispose();
    }
  };

  it.each(['vae', 'medgan'] as const)('of a %s is refused in words, or gone on from', async (kind) => {
    const at = mkdtempSync(join(folder, kind));
    await train(kind, at, false);
    const names = readdirSync(at);
    const whole = new Map(names.map((name) => [name, readFileSync(join(at, name))]));
    let refused = 0;
    for (let seed = 0; seed < 60; seed++) {
      const rng = new Rng(seed);
      const name = rng.pick(names);
      writeFileSync(join(at, name), mutate(whole.get(name)!, rng));
      const error = await train(kind, at, true).catch((one: unknown) => one);
      whole.forEach((bytes, own) => writeFileSync(join(at, own), bytes));
      if (error === undefined) continue;
      expect(error, `seed ${seed}, ${name}: ${(error as Error).stack}`).toBeInstanceOf(UserError);
      refused++;
    }
    expect(refused).toBeGreaterThan(25);
    await train(kind, at, true);
  });

  it('whose name leads elsewhere is refused', async () => {
    const at = mkdtempSync(join(folder, 'name-'));
    await train('vae', at, false);
    const head = JSON.parse(readFileSync(join(at, 'checkpoint.json'), 'utf8')) as object;
    writeFileSync(join(at, 'checkpoint.json'), JSON.stringify({ ...head, name: '../checkpoint-1-0' }));
    await expect(train('vae', at, true)).rejects.toThrow(/checkpoint is damaged/);
  });
});
