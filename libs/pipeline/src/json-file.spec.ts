import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@ehrsynth/io';
import { MatrixBuilder } from '@ehrsynth/matrix';
import { mutate } from '@ehrsynth/matrix/testing';
import { Rng } from '@ehrsynth/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canariesOf } from './training/canaries.ts';
import { readEncoding } from './cohort/cohort-writer.ts';
import { privacyOf } from './training/privacy-budget.ts';
import { readRun } from './run/run-folder.ts';
import { readTrainingLog } from './training/training-log.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'json-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const run = {
  id: 'a',
  command: 'train',
  version: '0.1.0',
  node: 'v20',
  options: { seed: 1 },
  links: { cohort: '../cohort' },
  inputs: [{ name: 'cohort/train/matrix.npz', bytes: 3, sha256: 'ab' }],
  outputs: [{ name: 'model.json', bytes: 3, sha256: 'ab' }],
  counts: {},
  started: '2026-01-01T00:00:00Z',
  seconds: 1,
};
const event = {
  phase: 'gan',
  epoch: 1,
  epochs: 2,
  done: 1,
  total: 2,
  losses: { generator: 1 },
  rowsPerSecond: 3,
  seconds: 1,
};
const interval = { value: 1, lower: 0, upper: 2 };
const FILES: Record<string, [content: object, read: () => Promise<unknown>]> = {
  'run.json': [run, () => readRun(folder, 'train')],
  'encoding.json': [{ levels: {}, minPatients: 10, rare: 'drop' }, () => readEncoding(folder)],
  'training.jsonl': [event, async () => readTrainingLog(folder)],
  'privacy.json': [{ epsilon: 1 }, () => privacyOf(folder)],
  'canaries.json': [
    {
      canaries: 2,
      repeats: 1,
      codes: 3,
      seed: 1,
      byReconstruction: { candidates: 9, canaries: [1, 2], mean: interval, unplanted: 1 },
    },
    () => canariesOf(folder, new MatrixBuilder([]).build()),
  ],
};

describe('files beside data that were damaged or tampered with', () => {
  it.each(Object.keys(FILES))('%s is read, or refused in words with its name, by whatever change', async (name) => {
    const [content, read] = FILES[name];
    const whole = new TextEncoder().encode(`${JSON.stringify(content)}\n`);
    let refused = 0;
    for (let seed = 0; seed < 60; seed++) {
      writeFileSync(join(folder, name), mutate(whole, new Rng(seed)));
      const error = await read().catch((one: unknown) => one);
      if (!(error instanceof Error)) continue;
      expect(error, `seed ${seed}: ${error.stack}`).toBeInstanceOf(UserError);
      expect(error.message).toContain(folder);
      refused++;
    }
    expect(refused).toBeGreaterThan(5);
  });

  it('a privacy statement that lacks its figures is none', async () => {
    writeFileSync(join(folder, 'privacy.json'), '{"epsilon": 0.1}');
    await expect(privacyOf(folder)).rejects.toThrow(/damaged or was changed: delta[\s\S]*privacy\.json/);
  });

  it('a run.json that lists files outside of its folder is refused', async () => {
    const outputs = [{ name: '../../etc/passwd', bytes: 1, sha256: '' }];
    writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...run, outputs }));
    await expect(readRun(folder, 'train')).rejects.toThrow(/leads out of the folder[\s\S]*run\.json/);
  });
});
