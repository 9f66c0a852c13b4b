import { expect, it } from 'vitest';
import { toQuantity, toSimpleQuantity } from './quantity.ts';

it.each([
  ['number and unit', { value: 7.2, unit: 'Stück' }, { value: 7.2, unit: 'Stück' }, { value: 7.2, unit: 'Stück' }],
  ['less than', { value: 5, comparator: '<' }, { value: 5, comparator: '<' }, undefined],
  ['exactly, which FHIR has no comparator for', { value: 5, comparator: '=' }, { value: 5 }, { value: 5 }],
  ['a unit without a number', { unit: 'mg' }, undefined, undefined],
] as const)('writes %s', (_, quantity, asQuantity, asSimpleQuantity) => {
  expect(toQuantity(quantity)).toEqual(asQuantity);
  expect(toSimpleQuantity(quantity)).toEqual(asSimpleQuantity);
});
