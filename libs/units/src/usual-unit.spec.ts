import { expect, it } from 'vitest';
import { UCUM } from '@ehrsynth/records';
import { withUsualUnit } from './usual-unit.ts';

const ucum = (code: string, unit = code) => ({ value: 7, unit, system: UCUM, code });

it.each([
  { value: 7, unit: 'mg/dL' },
  { value: 7, unit: 'mmHg' },
  { value: 7, unit: 'mg / dL' },
  { value: 72, unit: 'beats per minute' },
  { value: 90, unit: 'millimeters of mercury' },
  { value: 1, unit: 'Tablets' },
  { value: 1, unit: 'each' },
  { value: 7 },
  { value: 7, system: 'urn:x', code: '8840' },
  ucum('mL/min/{1.73_m2}'),
  ucum('10*3/uL', 'K/uL'),
])('keeps %j', (quantity) => expect(withUsualUnit(quantity)).toBe(quantity));

it.each([
  [{ value: 7, unit: 'for Jane Doe' }, { value: 7 }],
  [{ value: 7, unit: 'Doe' }, { value: 7 }],
  [{ unit: 'Doe' }, undefined],
  [ucum('mg', 'Jane Doe'), ucum('mg')],
  [ucum('{Jane_Doe}'), { value: 7 }],
  [ucum('mg{Doe}', 'mg'), { value: 7, unit: 'mg' }],
  [
    { value: 7, unit: 'mg', system: 'urn:x', code: 'Jane' },
    { value: 7, unit: 'mg' },
  ],
])('of %j leaves %j', (quantity, left) => expect(withUsualUnit(quantity)).toEqual(left));

it('looks at words alone where that is asked for', () => {
  expect(withUsualUnit({ value: 7, unit: 'Stück' }, 'words')).toEqual({ value: 7, unit: 'Stück' });
  expect(withUsualUnit({ value: 7, unit: 'for Jane Doe' }, 'words')).toEqual({ value: 7 });
});
