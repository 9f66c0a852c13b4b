import { expect, it } from 'vitest';
import { unitCode, unitConcept } from './value-concepts.ts';

it.each([
  ['mm[Hg]', 8876],
  ['mmHg', 8876],
  ['K/uL', 8848],
  ['IU/L', 8923],
  ['lbs', 8739],
  ['U', 8510],
  // Its own concept, though it is the same as one a microliter.
  ['/mm3', 8785],
])('a unit written %s is concept %d', (unit, id) => expect(unitConcept(unitCode(unit))?.id).toBe(id));

it('has no concept of a unit that is not understood', () => {
  expect(unitCode('Stück')).toBe('Stück');
  expect(unitConcept('Stück')).toBeUndefined();
});
