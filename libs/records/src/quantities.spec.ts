import { expect, it } from 'vitest';
import type { CodedEvent, Quantity } from './patient-record.ts';
import { withoutUnit, withQuantities } from './quantities.ts';

const event: CodedEvent = { kind: 'drug', code: { system: 'x', code: '1' } };
const mg: Quantity = { value: 7, unit: 'mg', system: 'urn:x', code: '8576' };

it('changes what was given and the dose', () => {
  const double = (one: Quantity): Quantity => ({ ...one, value: 2 * one.value! });
  expect(withQuantities({ ...event, quantity: mg, dose: { value: 1 } }, double)).toEqual({
    ...event,
    quantity: { ...mg, value: 14 },
    dose: { value: 2 },
  });
});

it('leaves out a quantity of which nothing is left', () => {
  const onlyDose = (one: Quantity) => (one === mg ? undefined : one);
  expect(withQuantities({ ...event, quantity: mg, dose: { value: 1 } }, onlyDose)).toEqual({
    ...event,
    dose: { value: 1 },
  });
});

it('gives the event itself where nothing changes', () => {
  const both = { ...event, quantity: mg, dose: mg };
  expect(withQuantities(both, (one) => one)).toBe(both);
  expect(withQuantities(event, () => undefined)).toBe(event);
});

it.each([
  [mg, { unit: true, code: false }, { value: 7, system: 'urn:x', code: '8576' }],
  [mg, { unit: false, code: true }, { value: 7, unit: 'mg' }],
  [mg, { unit: true, code: true }, { value: 7 }],
  [{ unit: 'mg' }, { unit: true, code: false }, undefined],
  [{ unit: 'mg', system: 'urn:x' }, { unit: true, code: false }, undefined],
])('%j without %j is %j', (quantity, without, left) => expect(withoutUnit(quantity, without)).toEqual(left));
