import { addDays, type CodedEvent, type PatientRecord, System } from '@ehrsynth/records';
import fc from 'fast-check';

const EVENTS: Pick<CodedEvent, 'kind' | 'code'>[] = [
  ...['I10', 'E11.9', 'J06.9'].map((code) => ({
    kind: 'condition' as const,
    code: { system: System.icd10cm, code },
  })),
  { kind: 'condition', code: { system: System.icd9cm, code: '250.00' } },
  { kind: 'condition', code: { system: 'http://hospital.example/codes', code: 'x,"y' } },
  { kind: 'drug', code: { system: System.ndc, code: '68180051301' } },
  { kind: 'drug', code: { system: System.rxnorm, code: '311354' } },
  { kind: 'procedure', code: { system: System.icd10pcs, code: '0DTJ4ZZ' } },
  { kind: 'measurement', code: { system: System.loinc, code: '4548-4' } },
];
const day = fc.integer({ min: 0, max: 9000 }).map((days) => addDays('1995-01-01', days));
/** Records that the CDM can say all of. */
export const recordArbitrary: fc.Arbitrary<PatientRecord> = fc
  .record({
    id: fc.uuid(),
    sex: fc.constantFrom('female', 'male', 'other', 'unknown'),
    race: fc.option(fc.constantFrom('2106-3', '2054-5', '2028-9'), { nil: undefined }),
    ethnicity: fc.option(fc.constantFrom('2135-2', '2186-5'), { nil: undefined }),
    deathDate: fc.option(fc.constant('2022-02-02'), { nil: undefined }),
    birthDate: fc.integer({ min: 0, max: 10_000 }).map((days) => addDays('1960-02-28', days)),
    days: fc.uniqueArray(day, { minLength: 1, maxLength: 6 }),
    classes: fc.array(fc.constantFrom('AMB', 'EMER', 'IMP', 'VR'), { minLength: 6, maxLength: 6 }),
    events: fc.array(fc.tuple(fc.nat(EVENTS.length - 1), fc.nat(6), fc.integer({ min: 1, max: 90 }), fc.boolean()), {
      maxLength: 25,
    }),
  })
  .map(({ days, classes, events, ...person }) => {
    const encounters = days.sort().map((start, i) => ({ class: classes[i], start, end: addDays(start, i) }));
    return {
      ...person,
      encounters,
      events: events.map(([code, place, long, flag]) => {
        const encounter = place < encounters.length ? place : undefined;
        const start = encounters[encounter ?? 0].start;
        const { kind } = EVENTS[code];
        return {
          ...EVENTS[code],
          start,
          encounter,
          ...(kind === 'condition' && { active: flag, ...(!flag && { end: addDays(start, long) }) }),
          ...(kind === 'drug' && flag && { end: addDays(start, long), quantity: { value: long, unit: 'tablet' } }),
          ...(kind === 'measurement' && { quantity: { value: long / 10, unit: '%' } }),
        };
      }),
    };
  });

/** A record with its events in an order of their own, and without the names that dictionaries give. */
export const plain = (record: PatientRecord) => ({
  ...(JSON.parse(JSON.stringify(record)) as PatientRecord),
  events: record.events
    .map(({ kind, code: { system, code }, start, end, encounter, active, quantity }) =>
      JSON.stringify({ kind, system, code, start, end, encounter, active, quantity }),
    )
    .sort(),
});
