import { expect, it } from 'vitest';
import { exclusiveSex } from './exclusive-sex.ts';

const people = { female: 100, male: 100 };

it.each([
  ['only women have it, where 20 men would by chance', { female: 40, male: 0 }, 'female'],
  ['19 men would: too few to tell', { female: 38, male: 0 }, undefined],
  ['one man has it', { female: 80, male: 1 }, undefined],
  ['only men have it', { female: 0, male: 60 }, 'male'],
  ['nobody has it', { female: 0, male: 0 }, undefined],
])('%s', (_, carriers, sex) => expect(exclusiveSex(carriers, people)).toBe(sex));

it('goes by how many of each sex there are', () => {
  // A fifth are men: of 90 carriers 18 would be.
  expect(exclusiveSex({ female: 90, male: 0 }, { female: 400, male: 100 })).toBeUndefined();
  expect(exclusiveSex({ female: 100, male: 0 }, { female: 400, male: 100 })).toBe('female');
});

it('of one sex alone nothing follows for the other', () => {
  expect(exclusiveSex({ female: 90, male: 0 }, { female: 100, male: 0 })).toBeUndefined();
});
