import { Rng } from '@ehrsynth/random';
import type { PatientRecord } from '@ehrsynth/records';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Contexts } from './contexts.ts';
import { PeopleCounts } from './people-counts.ts';
import { tellLife } from './tell.ts';
import { anyRecord, languageOf } from './testing.ts';

describe('contexts', () => {
  it('are rows that there are, whose weights add up to 1 of each kind', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 4 }), (records: PatientRecord[]) => {
        const { dictionary, alphabet, reader, walk } = languageOf(records);
        const contexts = new Contexts(dictionary);
        for (const record of records)
          tellLife(reader.read(record), dictionary, alphabet, walk, {
            token: ({ phase }) => {
              expect(walk.context).toBeLessThan(contexts.nearest(phase));
              let sum = 0;
              walk.further((row, weight) => {
                expect(row).toBeLessThan(contexts.further(phase));
                sum += weight;
              });
              // By visits and what is due; by age, time, month and year.
              expect(sum).toBeCloseTo(phase === 'gap' ? 2 : phase === 'class' ? 1 : phase === 'code' ? 4 : 0);
              walk.changes.seen();
            },
          });
      }),
      { numRuns: 30 },
    );
  });
});

describe('spans of what people have', () => {
  it('end with their last value, so that nobody is drawn where nobody was', () => {
    const counts = new PeopleCounts<number>();
    const rng = new Rng(1);
    let person = 0;
    for (let i = 0; i < 30; i++) counts.add(0, person++);
    for (let i = 0; i < 30; i++) counts.add(40 + rng.int(10), person++);
    expect(counts.spans(10, (value) => value + 1).slice(0, 2)).toEqual([0, 1]);
    expect(counts.spans(10, (value) => value + 1).at(-1)).toBeLessThanOrEqual(50);
  });
});
