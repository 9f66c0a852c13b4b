import { NO_DAY } from '@ehrsynth/histories';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partsOf, RowGatherer } from './rows.ts';
import { tellLife } from './tell.ts';
import { anyRecord, languageOf } from './testing.ts';

describe('a walk through a life', () => {
  const records = fc.array(anyRecord, { minLength: 1, maxLength: 4 });

  it('takes only what may come', () => {
    fc.assert(
      fc.property(records, (people) => {
        const { dictionary, alphabet, reader, walk } = languageOf(people);
        for (const record of people) {
          const life = reader.read(record);
          tellLife(life, dictionary, alphabet, walk, {
            token: ({ from, to, isOver }, token) => {
              expect(isOver).toBe(false);
              expect(token).toBeGreaterThanOrEqual(from);
              expect(token).toBeLessThan(to);
            },
          });
          expect(walk.isOver).toBe(true);
          expect(walk.isDead).toBe(record.deathDate !== undefined && life.items.length > 0);
          if (life.items.length > 0 && life.birth !== NO_DAY) expect(walk.birth).toBe(life.birth);
        }
      }),
    );
  });

  it('changes what the network looks at, from token to token, by as much as the whole differs', () => {
    fc.assert(
      fc.property(records, (people) => {
        const { dictionary, alphabet, reader, walk, features } = languageOf(people);
        for (const record of people) {
          const sums = new Float64Array(features.count);
          tellLife(reader.read(record), dictionary, alphabet, walk, {
            token: ({ changes }) => {
              for (let i = 0; i < changes.length; i++) sums[changes.features[i]] += changes.weights[i];
              changes.all();
              const whole = new Float64Array(features.count);
              for (let i = 0; i < changes.length; i++) whole[changes.features[i]] += changes.weights[i];
              const apart = whole.reduce(
                (most, weight, feature) => Math.max(most, Math.abs(sums[feature] - weight)),
                0,
              );
              expect(apart).toBeLessThan(1e-4);
              changes.seen();
            },
          });
        }
      }),
      { numRuns: 30 },
    );
  });

  it('begins anew with each life', () => {
    fc.assert(
      fc.property(records, (people) => {
        const { dictionary, alphabet, reader, walk, features } = languageOf(people);
        const rowsOf = (own: typeof walk, record: (typeof people)[number]) => {
          const gatherer = new RowGatherer(dictionary, alphabet, own);
          gatherer.add({ life: reader.read(record), first: 0, end: Infinity });
          return gatherer.done();
        };
        const fresh = languageOf(people).walk;
        const alone = rowsOf(fresh, people.at(-1)!);
        for (const record of people.slice(0, -1)) rowsOf(walk, record);
        expect(rowsOf(walk, people.at(-1)!)).toEqual(alone);
        expect(features.count).toBeGreaterThan(0);
      }),
    );
  });

  it('has the same rows where a long life is divided', () => {
    const visits = Array.from({ length: 400 }, (_, i) => ({
      class: 'AMB',
      start: `20${String(10 + Math.floor(i / 28)).padStart(2, '0')}-01-${String(1 + (i % 28)).padStart(2, '0')}`,
    }));
    const record = {
      id: 'long',
      sex: 'female' as const,
      birthDate: '1950-05-05',
      encounters: visits.map((visit) => ({ ...visit, end: visit.start })),
      events: visits.map(({ start }, i) => ({
        kind: 'condition' as const,
        code: { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: i % 3 ? 'I10' : 'E11.9' },
        start,
        encounter: i,
      })),
    };
    const { dictionary, alphabet, reader, walk } = languageOf([record]);
    const life = reader.read(record);
    const parts = partsOf(life);
    expect(parts.length).toBeGreaterThan(2);
    const gatherer = new RowGatherer(dictionary, alphabet, walk);
    gatherer.add({ life, first: 0, end: Infinity });
    const whole = gatherer.done();
    for (const part of parts) gatherer.add({ life, ...part });
    const divided = gatherer.done();
    expect(divided.chosen).toEqual(whole.chosen);
    expect(divided.from).toEqual(whole.from);
    expect(divided.ends).toHaveLength(parts.length);
    const nats = (list: number[]) => list.reduce((sum, one) => sum + one, 0);
    expect(nats(divided.nats)).toBeCloseTo(nats(whole.nats), 6);
  });
});
