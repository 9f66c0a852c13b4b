import { type CodedEvent, System } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { CommonUnits, withUcum } from './common-unit.ts';

const glucose = (value: number, unit?: string, more: Partial<CodedEvent> = {}): CodedEvent => ({
  kind: 'measurement',
  code: { system: System.loinc, code: '2345-7' },
  quantity: { value, ...(unit && { unit }) },
  ...more,
});

function brought(events: CodedEvent[]) {
  const units = new CommonUnits();
  for (const event of events) units.add(event);
  return { units, events: events.map((event) => units.apply(event)) };
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
      { code: { system: System.loinc, code: '2345-7' }, unit: 'mg/dL', values: 5, converted: 1, kept: { furlongs: 1 }, withoutUnit: 1 },
    ]); // prettier-ignore
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

it('a quantity is written with UCUM where its unit can be understood', () => {
  expect(withUcum({ value: 7.1, unit: 'K/uL', comparator: '>' })).toEqual({
    value: 7.1,
    comparator: '>',
    unit: '10*3/uL',
  });
  expect(withUcum({ value: 3, unit: 'furlongs' })).toEqual({ value: 3, unit: 'furlongs' });
});
