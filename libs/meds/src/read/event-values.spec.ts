import { expect, it } from 'vitest';
import { valuesOf } from './event-values.ts';
import type { Row } from './rows.ts';

const of = (number: number | null, text: string | null, unit?: string) =>
  valuesOf({ number, text } as Row, 'measurement', unit);

it.each([
  [null, '6.5 mg/dL', undefined, { quantity: { value: 6.5, unit: 'mg/dL' } }],
  [null, '<0.5', 'ng/mL', { quantity: { value: 0.5, comparator: '<', unit: 'ng/mL' } }],
  [null, '>= 5 mg/L', 'mg/dL', { quantity: { value: 5, comparator: '>=', unit: 'mg/L' } }],
  [null, '-3', undefined, { quantity: { value: -3 } }],
  [null, '+2', undefined, { text: '+2' }],
  [null, '2+', undefined, { text: '2+' }],
  [null, '1:40', undefined, { text: '1:40' }],
  [null, '5 per Mary', undefined, { text: '5 per Mary' }],
  [2, '+2', undefined, { quantity: { value: 2 }, text: '+2' }],
  [Math.fround(0.1), '<0.1', 'mg/dL', { quantity: { value: 0.1, comparator: '<', unit: 'mg/dL' } }],
  [5, '5 mg/dL', undefined, { quantity: { value: 5, unit: 'mg/dL' } }],
  [5, '<10', undefined, { quantity: { value: 5 }, text: '<10' }],
])('reads the number %s with the text %j and the unit %s', (number, text, unit, expected) => {
  expect(of(number, text, unit)).toEqual(expected);
});
