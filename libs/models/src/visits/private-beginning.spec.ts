import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PatientRecord } from '@ehrsynth/records';
import { LifeStore } from '@ehrsynth/sequence';
import { afterAll, describe, expect, it } from 'vitest';
import { BrokenCheckpointError } from '../errors.ts';
import { Language } from './language.ts';
import { dictionaryInPrivate, withCounts } from './private-fit.ts';
import { columnOf, people, personOf, sourceOf } from './private-testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'private-beginning-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the dictionary of a private training', () => {
  it('is the same whoever is there, and is made without a look at anyone', async () => {
    const blind = {
      ...sourceOf(people),
      records: () => {
        throw new Error('somebody looked');
      },
    };
    const { dictionary } = await dictionaryInPrivate(blind, { valueNoise: 0 }, {});
    expect(dictionary.entries.map(({ code }) => code.code)).toEqual(['I10', '4548-4']);
    expect(dictionary.entries.every(({ variants }) => variants.length === 1)).toBe(true);
    const odd: PatientRecord = {
      ...personOf(9, 2),
      race: '2028-9',
      encounters: [{ class: 'HH', start: '1931-01-01' }],
    };
    expect((await dictionaryInPrivate(sourceOf([...people, odd]), { valueNoise: 0 }, {})).dictionary).toEqual(
      dictionary,
    );
  });

  it('has bins of values where their counts are worth it', async () => {
    const bins = async (valueNoise: number) => {
      const { dictionary } = await dictionaryInPrivate(sourceOf(people), { valueNoise }, {});
      return dictionary.entries[1].variants.filter(({ type }) => type === 'number').length;
    };
    expect(await bins(0.1)).toBeGreaterThan(1);
    expect(await bins(100)).toBe(0);
  });

  it('and the counts are, for a training that goes on, those that it began with', async () => {
    const checkpointFolder = join(folder, 'given');
    const source = sourceOf(people);
    const own = { valueNoise: 0.1, tallyNoise: 2 };
    const first = await dictionaryInPrivate(source, own, { checkpointFolder });
    const language = new Language(first.dictionary);
    const store = new LifeStore(join(folder, 'lives.bin'));
    for (const record of people) store.add(language.reader(columnOf).read(record));
    store.flush();
    const begun = await withCounts(first, language, store, own, { checkpointFolder });
    expect(begun.dictionary.lastDay).toBe(first.dictionary.lastDay);
    const kept = join(checkpointFolder, 'given-away.json');
    expect(statSync(kept).mode & 0o777).toBe(0o600);
    const again = await dictionaryInPrivate(source, own, { checkpointFolder, resume: true });
    expect(await withCounts(again, language, store, own, { checkpointFolder })).toEqual(begun);
    store.close();
    rmSync(kept);
    await expect(dictionaryInPrivate(source, own, { checkpointFolder, resume: true })).rejects.toThrow(
      BrokenCheckpointError,
    );
  });
});
