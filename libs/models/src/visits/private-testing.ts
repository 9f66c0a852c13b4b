import type { Column } from '@ehrsynth/matrix';
import { addDays, type CodedEvent, type PatientRecord } from '@ehrsynth/records';
import type { PatientSource } from '../patient-model.ts';

const ICD = 'http://hl7.org/fhir/sid/icd-10-cm';
export const columns: Column[] = [
  { kind: 'condition', system: ICD, code: 'I10', level: 'code' },
  { kind: 'measurement', system: 'http://loinc.org', code: '4548-4', level: 'code' },
];
/** By the code alone. */
export const columnOf = ({ code }: CodedEvent) => {
  const place = columns.findIndex((column) => column.code === code.code);
  return place < 0 ? undefined : place;
};

/** Visits a week apart, each with a code and a value of HbA1c. */
export function personOf(i: number, visits: number): PatientRecord {
  const days = Array.from({ length: visits }, (_, visit) => addDays('2019-03-01', (i % 90) + 7 * visit));
  return {
    id: `p${i}`,
    sex: i % 2 === 0 ? 'female' : 'male',
    birthDate: '1970-01-01',
    encounters: days.map((start) => ({ class: 'AMB', start, end: start })),
    events: days.flatMap((start, encounter): CodedEvent[] => [
      { kind: 'condition', code: { system: ICD, code: 'I10' }, start, encounter },
      {
        kind: 'measurement',
        code: { system: 'http://loinc.org', code: '4548-4' },
        start,
        encounter,
        quantity: { value: 5 + (i % 10) / 10, unit: '%' },
      },
    ]),
  };
}

export function sourceOf(people: readonly PatientRecord[]): PatientSource {
  return {
    patients: people.length,
    columns,
    columnOf,
    async *records() {
      yield* people;
    },
  };
}

export const people = Array.from({ length: 60 }, (_, i) => personOf(i, 3 + (i % 3)));
