import { addDays, type CodedEvent, OMOP_CONCEPT, type PatientRecord, System } from '@ehrsynth/records';
import fc from 'fast-check';
import { UCUM } from '@ehrsynth/units';

const START = '2010-03-04';

const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const number = fc
  // PostgreSQL's numeric is read as a double only where it is well below the largest.
  .oneof(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), fc.integer(), fc.constantFrom(7.2, 1e-7, 1e21))
  .map((value) => value + 0 || 0);
const whole = fc.integer({ min: 0, max: 2 ** 31 - 1 });
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

const DAYS = [START, addDays(START, 1), addDays(START, 40)];
const place = fc.record({
  start: fc.constantFrom(...DAYS),
  startTime: fc.constantFrom(undefined, '00:00', '07:05', '12:30'),
  encounter: fc.constantFrom(undefined, 0, 1),
});
const dosage = {
  dose: optional(
    fc.constantFrom(
      { value: 2, unit: 'tablet' },
      { value: 0.5, unit: 'Stück', system: UCUM, code: '{tbl}' },
      { value: 1e-7 },
    ),
  ),
  timesPerDay: fc.constantFrom(undefined, 0.5, 3, 1 / 3),
};

const range = fc
  .record({ low: optional(number), high: optional(number) })
  .filter(({ low = -Infinity, high = Infinity }) => low <= high);

const measured = fc
  .record({
    place,
    code: fc.constantFrom('4548-4', '8480-6', '8462-4'),
    quantity: optional(
      fc
        .record({ value: optional(number), comparator: optional(comparator), unit })
        .map(({ unit: named, ...rest }) => ({ ...rest, ...named })),
    ),
    referenceRange: optional(range),
    answer: optional(answer),
    text: optional(text),
    panel: fc.constantFrom(undefined, { system: System.loinc, code: '85354-9' }, { system: 'urn:own', code: 'p' }),
  })
  .map(({ place: at, code, ...value }): CodedEvent => ({
    kind: 'measurement',
    code: { system: System.loinc, code },
    ...at,
    ...value,
  }));

const given = fc
  .record({
    place,
    quantity: optional(fc.record({ value: optional(number), unit: fc.constantFrom('mg', 'tablet') })),
    daysSupply: optional(whole),
    refills: optional(whole),
    route: optional(route),
    days: fc.constantFrom(undefined, 0, 9),
    endTime: fc.constantFrom(undefined, '12:30', '23:59'),
    verbatimEnd: fc.constantFrom(undefined, addDays(START, -1), addDays(START, 3)),
    ...dosage,
  })
  .map(({ place: at, days, endTime, ...value }): CodedEvent => ({
    kind: 'drug',
    code: { system: System.ndc, code: '68180051301' },
    ...at,
    ...value,
    // The end of a day that the source states otherwise is not known.
    ...(days !== undefined && (days > 0 || !value.verbatimEnd) && { end: addDays(at.start, days), endTime }),
  }));

const vaccinated = fc
  .record({ place, quantity: optional(fc.record({ value: number })), route: optional(route), dose: dosage.dose })
  .chain(({ place: at, ...value }) =>
    fc
      .constantFrom(
        { system: System.cvx, code: '140' },
        { system: System.snomed, code: '871751006' },
        { system: System.ndc, code: '68180051301' },
      )
      .map((code): CodedEvent => ({ kind: 'immunization', code, ...at, ...value })),
  );

const allergic = fc
  .record({
    place,
    code: fc.constantFrom(
      { system: System.rxnorm, code: '7980' },
      { system: System.ndc, code: '68180051301' },
      { system: System.snomed, code: '256259004', display: 'Pollen' },
      { system: System.snomed, code: '91936005', display: 'Allergy to penicillin' },
      { system: 'urn:own', code: 'nuts, "all"' },
    ),
    active: optional(fc.boolean()),
    text: optional(text),
  })
  .map(({ place: at, ...value }): CodedEvent => ({ kind: 'allergy', ...at, ...value }));

const had = fc
  .record({ place, active: optional(fc.boolean()), end: fc.boolean() })
  .map(({ place: at, active, end }): CodedEvent => ({
    kind: 'condition',
    code: { system: System.icd10cm, code: 'I10' },
    ...at,
    active,
    ...(end && { end: at.start, endTime: at.startTime && '12:31' }),
  }));

const done = fc.record({ place, value: optional(whole) }).map(({ place: at, value }): CodedEvent => ({
  kind: 'procedure',
  code: { system: System.icd10pcs, code: '0DTJ4ZZ' },
  ...at,
  ...(value !== undefined && { quantity: { value } }),
}));

/** Records whose events have values that the CDM can say all of, in two visits of which one has times. */
export const valuedRecord: fc.Arbitrary<PatientRecord> = fc
  .array(fc.oneof(measured, measured, given, vaccinated, allergic, had, done), {
    minLength: 40,
    maxLength: 100,
    size: 'max',
  })
  .map((events) => ({
    id: 'a',
    sex: 'female',
    birthDate: '1960-01-02',
    encounters: [
      { class: 'AMB', start: START, end: START },
      { class: 'IMP', start: START, startTime: '00:00', end: addDays(START, 2), endTime: '09:41' },
    ],
    events,
  }));

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
