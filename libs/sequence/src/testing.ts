import type { Column } from '@ehrsynth/matrix';
import type { CodedEvent, PatientRecord } from '@ehrsynth/records';
import fc from 'fast-check';
import { Alphabet } from './alphabet.ts';
import { type Dictionary, type LeftOut, nothingLeftOut } from './dictionary.ts';
import { Features } from './features.ts';
import { DictionaryLearner } from './learn-dictionary.ts';
import { LifeReader } from './life.ts';
import { dateOf } from './to-record.ts';
import { Walk } from './walk.ts';

const SYSTEM = 'http://hl7.org/fhir/sid/icd-10-cm';
export const MG = { unit: 'mg/dL', code: 'mg/dL', system: 'http://unitsofmeasure.org' };
const CODES = ['E11.9', 'I10', 'J45.909', 'N40.0'];

/** Columns of the codes that the records of these tests have. */
export const COLUMNS: Column[] = [
  ...CODES.map((code): Column => ({ kind: 'condition', system: SYSTEM, code, level: 'code' })),
  { kind: 'measurement', system: 'http://loinc.org', code: '2339-0', display: 'Glucose', level: 'code' },
  { kind: 'measurement', system: 'http://loinc.org', code: '72166-2', level: 'code' },
];

export function columnOf({ kind, code }: CodedEvent): number | undefined {
  const place = COLUMNS.findIndex((column) => column.kind === kind && column.code === code.code);
  return place < 0 ? undefined : place;
}

const FIRST_DAY = 10_000;
const answer = { system: 'http://snomed.info/sct', code: '266919005' };

/** Any record of few codes, with stays that may overlap, events on later days of them and events outside of visits. */
export const anyRecord: fc.Arbitrary<PatientRecord> = fc
  .record({
    sex: fc.constantFrom('female' as const, 'male' as const),
    age: fc.nat(30_000),
    race: fc.constantFrom('2106-3', undefined),
    death: fc.option(fc.nat(500), { nil: undefined }),
    visits: fc.array(
      fc.record({ day: fc.nat(1500), stay: fc.constantFrom(0, 0, 0, 1, 5, 40), class: fc.constantFrom('AMB', 'IMP') }),
      { maxLength: 6 },
    ),
    events: fc.array(
      fc.record({
        place: fc.nat(6),
        after: fc.nat(39),
        code: fc.nat(COLUMNS.length - 1),
        value: fc.integer({ min: 60, max: 300 }),
      }),
      { maxLength: 12 },
    ),
  })
  .map(({ sex, age, race, death, visits, events }) => {
    const latest = Math.max(0, ...visits.map(({ day, stay }) => day + stay)) + 45;
    const encounters = visits.map(({ day, stay, class: name }) => ({
      class: name,
      start: dateOf(FIRST_DAY + day),
      end: dateOf(FIRST_DAY + day + stay),
    }));
    return {
      id: 'p',
      sex,
      birthDate: dateOf(FIRST_DAY - age),
      ...(race && { race }),
      ...(death !== undefined && { deathDate: dateOf(FIRST_DAY + latest + death) }),
      encounters,
      events: events.map(({ place, after, code, value }) => {
        const { kind, system, code: own, display } = COLUMNS[code];
        const visit = visits[place] as (typeof visits)[number] | undefined;
        const day = FIRST_DAY + (visit ? visit.day + Math.min(after, visit.stay) : after * 11);
        return {
          kind: kind as CodedEvent['kind'],
          code: { system, code: own, ...(display && { display }) },
          start: dateOf(day),
          ...(visit && { encounter: place }),
          ...(own === '2339-0' && { quantity: { ...MG, value } }),
          ...(own === '72166-2' && { answer }),
        };
      }),
    };
  });

/** What is needed to write and read lives, learned from records. */
export function languageOf(records: readonly PatientRecord[], minPatients = 1) {
  const learner = new DictionaryLearner({ columns: COLUMNS, columnOf }, minPatients);
  for (const record of records) learner.add(record);
  return languageFrom(learner.done());
}

export function languageFrom(dictionary: Dictionary) {
  const alphabet = new Alphabet(dictionary);
  const features = new Features(dictionary, alphabet);
  const leftOut: LeftOut = nothingLeftOut();
  const reader = new LifeReader(dictionary, alphabet, { columnOf }, leftOut);
  return { dictionary, alphabet, features, leftOut, reader, walk: new Walk(dictionary, alphabet, features) };
}
