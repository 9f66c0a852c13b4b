import { expect, it } from 'vitest';
import { isTooLongAgo } from './too-long-ago.ts';

const TODAY = '2024-06-01';

it.each([
  ['of 110 years when first seen', '1890-03-01', '2000-03-01', false],
  ['of 130 years when first seen', '1870-03-01', '2000-03-01', true],
  ['of 124 years today, never seen', '1900-05-01', undefined, true],
  ['of 124 years today, seen long ago', '1900-05-01', '1980-01-01', false],
  ['of a day that databases write for none, 90 years old', '1900-01-01', '1990-01-01', false],
  ['of a day that databases write for none, 110 years old', '1900-01-01', '2010-01-01', true],
  ['born long ago, with a first day that has not come yet', '1890-03-01', '2100-01-01', true],
  ['shifted into a coming century as a whole', '2102-09-28', '2145-09-28', false],
  ['shifted, of 130 years', '2102-09-28', '2233-09-28', true],
])('of somebody %s', (_, birthDate, first, is) => expect(isTooLongAgo(birthDate, first, TODAY)).toBe(is));
