import { type CodedEvent, System, UCUM } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { CommonUnits } from './common-unit.ts';

const glucose = (value: number, unit?: string, more: Partial<CodedEvent> = {}): CodedEvent => ({
  kind: 'measurement',
  code: { system: System.loinc, code: '2345-7' },
  quantity: { value, ...(unit && { unit }) },
  ...more,
});

function brought(events: CodedEvent[]) {
  const units = new CommonUnits();
  const counted = events.map((event) => units.add(event));
  return { units, events: counted.map((event) => units.apply(event)) };
}

describe('one unit for a code', () => {
  it('is the one that most values have, however it is written; the others are converted, with their range', () => {
    const { units, events } = brought([
      glucose(100, 'mg/dL'),
      glucose(90, 'MG/DL'),
      glucose(5.5, 'mmol/L', { referenceRange: { low: 4, high: 6 } }),
      glucose(3, 'furlongs'),
      glucose(80),
    ]);
    expect(events[2].quantity).toEqual({ value: 99.0858, unit: 'mg/dL' });
    expect(events[2].referenceRange).toEqual({ low: 72.0624, high: 108.094 });
    expect(events[3].quantity).toEqual({ value: 3, unit: 'furlongs' });
    expect(events[4].quantity).toEqual({ value: 80 });
    expect(units.isMixed).toBe(true);
    expect(units.report()).toEqual([
      {
        code: { system: System.loinc, code: '2345-7' },
        unit: 'mg/dL',
        values: 5,
        converted: 1,
        kept: { furlongs: 1 },
        withoutUnit: 1,
      },
    ]);
  });

  it('keeps what is below a limit below it', () => {
    const below: CodedEvent = {
      ...glucose(0),
      quantity: { value: 2, unit: 'mmol/L', comparator: '<' },
    };
    const { events } = brought([glucose(100, 'mg/dL'), glucose(99, 'mg/dL'), below]);
    expect(events[2].quantity).toEqual({ value: 36.0312, unit: 'mg/dL', comparator: '<' });
  });

  it('is nothing to do where all values have it', () => {
    const { units } = brought([glucose(100, 'mg/dL'), glucose(90, 'mg/dl')]);
    expect(units.isMixed).toBe(false);
    expect(units.report()).toEqual([]);
  });

  it('does not depend on the order of the values', () => {
    const events = [glucose(100, 'mg/dL'), glucose(5.5, 'mmol/L')];
    expect(brought(events).events).toEqual(brought([...events].reverse()).events.reverse());
  });
});

it('values that have no say are brought to the unit of those that have', () => {
  const units = new CommonUnits();
  const [event] = [glucose(5.5, 'mmol/L'), glucose(5, 'mmol/L')].map((one) => units.add(one, false));
  units.add(glucose(100, 'mg/dL'));
  expect(units.apply(event).quantity).toEqual({ value: 99.0858, unit: 'mg/dL' });
});

it('a unit is written as UCUM writes it where it can be understood', () => {
  const units = new CommonUnits();
  const event = { ...glucose(1), quantity: { value: 7.1, unit: 'K/uL', comparator: '>' as const } };
  expect(units.add(event).quantity).toEqual({ value: 7.1, comparator: '>', unit: '10*3/uL' });
  const coded = { ...glucose(1), quantity: { value: 98, unit: 'F', system: UCUM, code: '[degF]' } };
  expect(units.add(coded).quantity).toEqual({ value: 98, unit: '[degF]' });
  expect(units.add(glucose(3, 'furlongs')).quantity).toEqual({ value: 3, unit: 'furlongs' });
});

it('leaves a value whose unit and code contradict each other, and says so', () => {
  const odd = (unit: string, code: string) => ({
    ...glucose(5),
    quantity: { value: 5, unit, system: UCUM, code },
  });
  const { units, events } = brought([
    glucose(100, 'mg/dL'),
    glucose(90, 'mg/dL'),
    odd('mg/dL', 'mmol/L'),
    odd('F', 'Cel'),
    odd('MG/DL', 'mg/dL'),
    odd('mg/dL', 'mg/dL{creat}'),
    odd('mg per dl of blood', 'mg/dL'),
  ]);
  expect(events.map(({ quantity }) => quantity?.unit)).toEqual([
    'mg/dL',
    'mg/dL',
    'mg/dL (code mmol/L)',
    'F (code Cel)',
    'mg/dL',
    'mg/dL',
    'mg/dL',
  ]);
  expect(events[2].quantity).toEqual({ value: 5, unit: 'mg/dL (code mmol/L)' });
  expect(units.report()[0].kept).toEqual({ 'mg/dL (code mmol/L)': 1, 'F (code Cel)': 1 });
});

it('annotations that differ are kept apart', () => {
  const { units } = brought([glucose(1, 'ng/mL{FEU}'), glucose(2, 'ng/mL{FEU}'), glucose(1, 'ng/mL{DDU}')]);
  expect(units.report()[0]).toMatchObject({ unit: 'ng/mL{FEU}', converted: 0, kept: { 'ng/mL{DDU}': 1 } });
});

it('says of texts what it is asked to say', () => {
  const { units } = brought([
    glucose(1, 'Jane'),
    glucose(1, 'Jane'),
    glucose(1, 'Mary'),
    glucose(1, 'Ann'),
    glucose(1, 'mg'),
  ]);
  const [report] = units.report((unit) => (unit === 'mg' ? unit : 'other units'));
  expect(report).toMatchObject({ unit: 'other units', values: 5, kept: { 'other units': 2, mg: 1 } });
});

it('doses have the unit as UCUM writes it, and are not converted', () => {
  const dose = (unit: string, more = {}): CodedEvent => ({
    ...glucose(1),
    kind: 'drug',
    dose: { value: 500, unit, ...more },
  });
  const units = ['MG', 'mg', 'gm', 'grams', 'mcg', 'tablet'];
  const { events } = brought(units.map((unit) => dose(unit)));
  expect(events.map((event) => event.dose)).toEqual(
    ['mg', 'mg', 'g', 'g', 'ug', 'tablet'].map((unit) => ({ value: 500, unit })),
  );
  const [coded] = brought([dose('Milligram', { system: UCUM, code: 'mg' })]).events;
  expect(coded.dose).toEqual({ value: 500, unit: 'mg' });
});
