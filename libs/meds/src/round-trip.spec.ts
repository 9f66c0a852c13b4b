import { Tally } from '@ehrsynth/records';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folders, readAll, writeAll } from './testing/folders.ts';
import { anyRecord, plainRecord } from './testing/records.ts';

const newFolder = folders();

describe('records → MEDS → records', () => {
  it('gives records of every field as they were', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anyRecord, { selector: ({ id }) => id, minLength: 20, maxLength: 40 }),
        async (records) => {
          const folder = newFolder();
          await writeAll(records, folder);
          const tally = new Tally('stop');
          const back = await readAll(folder, { tally });
          expect(back.map(plainRecord)).toEqual(records.map(plainRecord));
          expect(tally.unaccounted()).toEqual([]);
          expect([...tally.notes.keys()]).toEqual([]);
        },
      ),
      { numRuns: 8 },
    );
  });
});
