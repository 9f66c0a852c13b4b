import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSource } from './source.ts';

describe('a folder of Synthea’s patients', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'synthea-spec-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is read again for the same patients and seed, and for no others', async () => {
    const made = { synthea: '3.3.0', patients: 60, seed: 3, lastDay: '20260101' };
    writeFileSync(join(folder, 'made.json'), JSON.stringify(made));
    await makeSource(folder, { patients: 60, seed: 3 });
    expect(existsSync(`${folder}.making`)).toBe(false);
    await expect(makeSource(folder, { patients: 60, seed: 4 })).rejects.toThrow(/"seed":3.*, not .*"seed":4/);
  });

  it('is not written over where it holds something else', async () => {
    mkdirSync(join(folder, 'own'));
    await expect(makeSource(folder, { patients: 60, seed: 3 })).rejects.toThrow('contains something else');
    expect(existsSync(join(folder, 'own'))).toBe(true);
  });
});
