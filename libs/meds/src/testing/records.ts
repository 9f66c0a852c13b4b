import { type Code, type CodedEvent, type EventKind, type PatientRecord, System } from '@ehrsynth/records';
import fc from 'fast-check';

const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const number = fc
  .oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.constantFrom(4.8, 0.1, 1e-7, 1e300, 16777217, 7.123456789),
  )
  .map((value) => value + 0 || 0);
const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .map((value) => value.replace(/[\p{C}\p{Z}]+/gu, ' ').trim())
  .filter((value) => value !== '');
/** Slashes, percent signs and what codes are written with. */
const odd = fc
  .string({ unit: fc.constantFrom(...'/%2F5a-='), minLength: 1, maxLength: 8 })
  .filter((value) => value.trim() !== '');
const day = fc
  .integer({ min: 0, max: 40_000 })
  .map((days) => new Date(Date.UTC(1930, 0, 1) + days * 86_400_000).toISOString().slice(0, 10));
const time = fc
  .integer({ min: 0, max: 1439 })
  .map((minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`);

/** A day, with a time of day or without. */
function instant<Of extends 'start' | 'end'>(of: Of) {
  return optional(fc.tuple(day, optional(time))).map((made) =>
    made ? { [of]: made[0], ...(made[1] && { [`${of}Time`]: made[1] }) } : {},
  ) as fc.Arbitrary<Pick<CodedEvent, Of | `${Of}Time`>>;
}

const code: fc.Arbitrary<Code> = fc.oneof(
  fc.constantFrom(
    { system: System.loinc, code: '4548-4', display: 'Hemoglobin A1c' },
    { system: System.loinc, code: '8867-4' },
    { system: System.icd10cm, code: 'E11.9', display: 'Type 2 diabetes mellitus without complications' },
    { system: System.snomed, code: '44054006', display: 'Diabetes mellitus type 2' },
    { system: System.rxnorm, code: '860975' },
    { system: System.cvx, code: '140', display: 'Influenza, seasonal' },
    { system: 'urn:meds:code', code: 'LAB//51221' },
    { system: 'LOINC', code: 'not of LOINC' },
  ),
  fc
    .tuple(fc.constantFrom('http://example.org/codes', 'urn:oid:1.2.3', 'local codes', '/x/'), odd)
    .map(([system, value]) => ({ system, code: value })),
);
const quantity = fc.record(
  {
    value: number,
    comparator: fc.constantFrom('<', '<=', '=', '>=', '>'),
    unit: fc.oneof(fc.constantFrom('%', '/min', 'mg/dL', '{score}'), odd, text),
    system: fc.constantFrom('http://unitsofmeasure.org', 'http://example.org/units'),
    code: fc.oneof(fc.constantFrom('%', '/min', 'mm[Hg]'), odd),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<NonNullable<CodedEvent['quantity']>>;
const whole = fc.integer({ min: 0, max: 2 ** 40 });

const event: fc.Arbitrary<CodedEvent> = fc
  .tuple(
    fc.record(
      {
        encounter: fc.nat({ max: 2 }),
        quantity,
        referenceRange: fc.record({ low: number, high: number }, { requiredKeys: [] }),
        interpretation: fc.constantFrom('H', 'L', 'N'),
        category: fc.constantFrom('laboratory', 'vital-signs'),
        panel: code,
        answer: code,
        text,
        sourceText: text,
        dose: quantity,
        timesPerDay: fc.double({ min: 0.1, max: 24, noNaN: true }),
        daysSupply: whole,
        refills: whole,
        route: fc.record({ code, text }, { requiredKeys: [] }),
        verbatimEnd: day,
        active: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
    fc.constantFrom<EventKind>('condition', 'drug', 'procedure', 'measurement', 'immunization', 'allergy'),
    code,
    instant('start'),
    instant('end'),
  )
  .map(([rest, kind, of, start, end]) => ({ ...rest, kind, code: of, ...start, ...end }) as CodedEvent);

/** Records with every field that a record may have. */
export const anyRecord: fc.Arbitrary<PatientRecord> = fc
  .tuple(
    fc.record(
      {
        birthDate: day,
        deathDate: day,
        race: fc.constantFrom('2106-3', '2034-7'),
        ethnicity: fc.constantFrom('2135-2', '2186-5'),
      },
      { requiredKeys: [] },
    ),
    fc.oneof(fc.constantFrom('1', '-5', '007', '9223372036854775808'), text),
    fc.constantFrom('female', 'male', 'other', 'unknown'),
    fc.array(
      fc
        .tuple(fc.constantFrom('AMB', 'IMP', 'EMER', 'odd/class/'), instant('start'), instant('end'))
        .map(([of, start, end]) => ({ class: of, ...start, ...end })),
      { maxLength: 3 },
    ),
    fc.array(event, { maxLength: 12 }),
  )
  .map(([rest, id, sex, encounters, events]) => ({ ...rest, id, sex, encounters, events }) as PatientRecord);

/**
 * A record as it comes back from MEDS: events without an order among each other, without titles, and without what is empty or only
 * repeats the answer.
 */
export function plainRecord(record: PatientRecord): unknown {
  const events = record.events.map((one) => {
    const repeats = one.answer && (one.text === one.answer.code || one.text === one.answer.display);
    return JSON.stringify(plain(repeats ? { ...one, text: undefined } : one));
  });
  return { ...(plain({ ...record, events: undefined }) as object), events: events.sort() };
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key, part]) => key !== 'display' && part !== undefined)
    .map(([key, part]) => [key, plain(part)] as const)
    .filter(([, part]) => typeof part !== 'object' || Array.isArray(part) || Object.keys(part as object).length > 0);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
