import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordTry, type ReleaseTry } from './ledger.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'ledger-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const entry = (more: Partial<ReleaseTry> = {}): ReleaseTry => ({
  date: '2026-01-02T03:04:05.000Z',
  sample: 'a',
  generateSeed: 1,
  evaluationSeed: 1,
  policy: 'p',
  outcome: 'refused',
  failed: ['discriminator'],
  ...more,
});

describe('the ledger of releases', () => {
  it('counts samples, seeds and policies that were tried, the same one once, and those refused', async () => {
    const path = join(folder, 'releases.ndjson');
    expect(await recordTry(path, entry())).toEqual({ asked: 1, samples: 1, evaluationSeeds: 1, refused: 1 });
    expect(await recordTry(path, entry({ date: 'later' }))).toMatchObject({ asked: 1, refused: 1 });
    expect(await recordTry(path, entry({ sample: 'b' }))).toMatchObject({ asked: 2, samples: 2, refused: 2 });
    expect(await recordTry(path, entry({ evaluationSeed: 2 }))).toMatchObject({
      asked: 3,
      evaluationSeeds: 2,
    });
    const passed = entry({ policy: 'q', outcome: 'passed', failed: [] });
    expect(await recordTry(path, passed)).toEqual({ asked: 4, samples: 2, evaluationSeeds: 2, refused: 3 });
    expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(5);
  });

  it('that cannot be written, or is damaged, is an error with its place', async () => {
    mkdirSync(join(folder, 'folder.ndjson'));
    await expect(recordTry(join(folder, 'folder.ndjson'), entry())).rejects.toThrow(
      /cannot be read[\s\S]*folder\.ndjson/,
    );
    await expect(recordTry(join(folder, 'none', 'x.ndjson'), entry())).rejects.toThrow(
      /cannot be written[\s\S]*x\.ndjson/,
    );
    writeFileSync(join(folder, 'damaged.ndjson'), `${JSON.stringify(entry())}\n{"date":\n`);
    await expect(recordTry(join(folder, 'damaged.ndjson'), entry())).rejects.toThrow(/is damaged[\s\S]*line 2/);
  });
});
