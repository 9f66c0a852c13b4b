import { addDays, type CodedEvent, OMOP_CONCEPT, type PatientRecord, System } from '@ehrsynth/records';
import fc from 'fast-check';
import { UCUM } from '../cdm/value-concepts.ts';

const START = '2010-03-04';

const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const number = fc
  // PostgreSQL's numeric is read as a double only where it is well below the largest.
  .oneof(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), fc.integer(), fc.constantFrom(7.2, 1e-7, 1e21))
  .map((value) => value + 0 || 0);
const whole = fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 });
const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .map((value) => value.replace(/[\p{C}\p{Z}]+/gu, ' ').trim())
  .filter((value) => value !== '' && value.length <= 50 && !Number.isFinite(Number(value)));
const unit = fc.constantFrom(
  {},
  { unit: '%' },
  { unit: '[IU]/L' },
  { unit: 'MG/DL', system: UCUM, code: 'mg/dL' },
  { unit: 'Stück, "groß"' },
  { unit: 'degree', system: OMOP_CONCEPT, code: '8653' },
  { system: OMOP_CONCEPT, code: '9117' },
);
const answer = fc.constantFrom(
  { system: System.loinc, code: 'LA6576-8' },
  { system: System.loinc, code: 'LA9-9' },
  { system: System.snomed, code: '260373001' },
  { system: OMOP_CONCEPT, code: '36309158' },
  { system: 'http://hospital.example/answers', code: 'pos, "1+"' },
);
const route = fc.constantFrom(
  { code: { system: System.snomed, code: '26643006' } },
  { code: { system: System.snomed, code: '47625008' }, text: 'IV' },
  { code: { system: OMOP_CONCEPT, code: '45956874' }, text: 'neb' },
  { text: 'by mouth' },
);
const comparator = fc.constantFrom('<', '<=', '=', '>=', '>');

const measured = fc
  .record({
    quantity: optional(
      fc
        .record({ value: optional(number), comparator: optional(comparator), unit })
        .map(({ unit: named, ...rest }) => ({ ...rest, ...named })),
    ),
    referenceRange: optional(fc.record({ low: optional(number), high: optional(number) })),
    answer: optional(answer),
    text: optional(text),
  })
  .map((value): CodedEvent => ({
    kind: 'measurement',
    code: { system: System.loinc, code: '4548-4' },
    start: START,
    ...value,
  }));

const given = fc
  .record({
    quantity: optional(fc.record({ value: optional(number), unit: fc.constantFrom('mg', 'tablet') })),
    daysSupply: optional(whole),
    refills: optional(whole),
    route: optional(route),
    end: fc.constantFrom(undefined, START, addDays(START, 9)),
    verbatimEnd: fc.constantFrom(undefined, addDays(START, -1), addDays(START, 3)),
  })
  .map((value): CodedEvent => ({
    kind: 'drug',
    code: { system: System.ndc, code: '68180051301' },
    start: START,
    ...value,
  }))
  // The end of a day that the source states otherwise is not known.
  .map((event) => (event.end === START && event.verbatimEnd ? { ...event, end: undefined } : event));

const done = optional(whole).map((value): CodedEvent => ({
  kind: 'procedure',
  code: { system: System.icd10pcs, code: '0DTJ4ZZ' },
  start: START,
  ...(value !== undefined && { quantity: { value } }),
}));

/** Records whose events have values that the CDM can say all of. */
export const valuedRecord: fc.Arbitrary<PatientRecord> = fc
  .array(fc.oneof(measured, given, done), { minLength: 20, maxLength: 60 })
  .map((events) => ({ id: 'a', sex: 'female', birthDate: '1960-01-02', encounters: [], events }));

/** Events in an order of their own, without what is empty and without the names of codes. */
export function plainEvents({ events }: PatientRecord): unknown[] {
  const withoutEmpty = (key: string, value: unknown) =>
    key === 'display' || (typeof value === 'object' && JSON.stringify(value) === '{}') ? undefined : value;
  return events
    .map((event) => JSON.stringify(sorted(JSON.parse(JSON.stringify(event, withoutEmpty)) as object)))
    .sort();
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, part]) => [key, sorted(part)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
