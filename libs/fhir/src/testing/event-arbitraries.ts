import { type CodedEvent, type Quantity, System, UCUM } from '@ehrsynth/records';
import fc from 'fast-check';

/** Events that happen together: at one time, until one so many days later. */
export interface Happening {
  events: CodedEvent[];
  time?: string;
  lasts?: number;
  endTime?: string;
}

const time = fc.option(fc.constantFrom('00:00', '08:05', '23:59'), { nil: undefined });
const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const coded = (system: string, ...codes: string[]) => fc.constantFrom(...codes.map((code) => ({ system, code })));

const value = fc.oneof(
  fc.integer({ min: -5, max: 500 }),
  fc.double({ noNaN: true, min: -1e12, max: 1e12 }).map((number) => number + 0 || 0),
  fc.constantFrom(0.1, 7.25, 1e-7, 1e21),
);
const comparator = fc.constantFrom(undefined, undefined, '<', '<=', '=', '>=', '>');
/** Of UCUM, of UCUM by its code alone, of another system, of none. */
const unit = fc.constantFrom<Partial<Quantity>>(
  {},
  { unit: '%' },
  { unit: 'mg/dL' },
  { unit: '10*3/uL' },
  { unit: 'MG/DL', system: UCUM, code: 'mg/dL' },
  { unit: 'K/uL' },
  { unit: 'Stück "groß"' },
  { unit: 'degree', system: 'http://hospital.example/units', code: '8653' },
);
const quantity = fc
  .tuple(optional(value), comparator, unit)
  .map(([number, compared, named]): Quantity => ({ value: number, comparator: compared, ...named }));
const answer = fc.constantFrom(
  { system: System.snomed, code: '260373001' },
  { system: System.snomed, code: '266919005', display: 'Never smoked tobacco' },
  { system: 'http://hospital.example/answers', code: 'pos-1' },
);

/** What a measurement may carry beside its code. */
const reading = fc
  .record({
    quantity: optional(quantity),
    answer: optional(answer),
    text: optional(fc.constantFrom('clear, no cells', 'siehe Befund: "trüb"')),
    sourceText: optional(fc.constant('pos. (2 plus)')),
    referenceRange: optional(fc.record({ low: optional(value), high: optional(value) })),
    interpretation: optional(fc.constantFrom('H', 'L', 'N', 'HH', 'POS', '<')),
  })
  .map(({ referenceRange: range, ...rest }) => {
    const isReversed = range?.low !== undefined && range.high !== undefined && range.low > range.high;
    return { ...rest, referenceRange: isReversed ? { low: range.high, high: range.low } : range };
  });

const measured = fc
  .tuple(
    coded(System.loinc, '4548-4', '2345-7', '29463-7', '8302-2', '8867-4', '8310-5', '59408-5', '2708-6', '72166-2'),
    reading,
    optional(fc.constantFrom('laboratory', 'vital-signs', 'social-history', 'survey', 'exam')),
  )
  .map(([code, rest, category]): CodedEvent => ({ kind: 'measurement', code, ...rest, category }));

const drug = fc
  .record({
    code: fc.constant({ system: System.ndc, code: '68180051301' }),
    quantity: optional(quantity),
    dose: optional(quantity),
    timesPerDay: optional(
      fc.oneof(fc.constantFrom(1, 2, 0.5, 1 / 7, 3 / 7, 1 / 30, 1.5), fc.double({ noNaN: true, min: 1e-3, max: 48 })),
    ),
    daysSupply: optional(fc.integer({ min: 1, max: 365 })),
    refills: optional(fc.integer({ min: 0, max: 11 })),
    verbatimEnd: fc.constantFrom(undefined, '2020-02-02'),
    route: fc.constantFrom(
      undefined,
      { text: 'by mouth' },
      { code: { system: System.snomed, code: '26643006' } },
      { code: { system: System.snomed, code: '47625008' }, text: 'IV' },
    ),
  })
  .map((given): CodedEvent => ({ kind: 'drug', ...given }));
const vaccine = fc
  .tuple(coded(System.cvx, '140', '08'), optional(quantity))
  .map(([code, dose]): CodedEvent => ({ kind: 'immunization', code, dose }));
const active = optional(fc.boolean());
const condition = fc
  .tuple(coded(System.icd10cm, 'I10', 'E11.9', 'J06.9'), active)
  .map(([code, isActive]): CodedEvent => ({ kind: 'condition', code, active: isActive }));
const allergy = fc
  .tuple(coded(System.snomed, '91936005', '300913006'), active)
  .map(([code, isActive]): CodedEvent => ({ kind: 'allergy', code, active: isActive }));
const procedure = fc.constant<CodedEvent>({
  kind: 'procedure',
  code: { system: System.icd10pcs, code: '0DTJ4ZZ' },
});

/** One event by itself. */
export const alone: fc.Arbitrary<Happening> = fc
  .record({
    event: fc.oneof(measured, measured, drug, vaccine, condition, allergy, procedure),
    time,
    lasts: fc.constantFrom(undefined, undefined, 0, 4),
    endTime: fc.constantFrom(undefined, '12:30'),
  })
  .map(({ event, ...when }) => ({ events: [event], ...when }));

const PANELS = [
  { panel: '24331-1', components: ['2093-3', '2085-9', '13457-7'], category: 'laboratory' },
  { panel: '9269-2', components: ['9267-6', '9268-4', '9270-0'], category: 'exam' },
];

/** Components of a panel, some of them twice, some beside a value of the panel's own. */
export const panelled: fc.Arbitrary<Happening> = fc
  .record({
    of: fc.constantFrom(...PANELS),
    components: fc.array(fc.tuple(fc.nat(2), reading), { minLength: 1, maxLength: 4 }),
    own: optional(reading),
    isLast: fc.boolean(),
    time,
  })
  .map(({ of: { panel: loinc, components: codes, category }, components, own, isLast, time: at }) => {
    const panel = { system: System.loinc, code: loinc };
    const kind = 'measurement';
    const within = components.map(([place, rest]): CodedEvent => ({
      kind,
      code: { system: System.loinc, code: codes[place] },
      ...rest,
      category,
      panel,
    }));
    const itself: CodedEvent[] = own ? [{ kind, code: panel, ...own, category }] : [];
    return { time: at, events: isLast ? [...within, ...itself] : [...itself, ...within] };
  });

/** Halves of blood pressures, with a panel of their own or none, some without their other half. */
export const pressures: fc.Arbitrary<Happening> = fc
  .record({
    halves: fc.array(
      fc.tuple(fc.constantFrom('8480-6', '8462-4'), optional(fc.integer({ min: 30, max: 260 })), fc.boolean()),
      { minLength: 1, maxLength: 4 },
    ),
    interpretation: optional(fc.constantFrom('H', 'N')),
    time,
  })
  .map(({ halves, interpretation, time: at }) => ({
    time: at,
    events: halves.map(([code, pressure, isOwn]): CodedEvent => ({
      kind: 'measurement',
      code: { system: System.loinc, code },
      ...(pressure !== undefined && { quantity: { value: pressure, unit: 'mm[Hg]' }, interpretation }),
      category: 'vital-signs',
      ...(isOwn && { panel: { system: System.loinc, code: '85354-9' } }),
    })),
  }));
