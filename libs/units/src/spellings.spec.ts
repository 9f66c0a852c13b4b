import { describe, expect, it } from 'vitest';
import { UCUM, ucumOf } from './spellings.ts';

describe('the unit of a quantity in UCUM', () => {
  it.each([
    ['mg/dL', 'mg/dL'],
    ['MG/DL', 'mg/dL'],
    ['mEq/L', 'meq/L'],
    ['K/uL', '10*3/uL'],
    ['x10E3/uL', '10*3/uL'],
    ['thou/ul', '10*3/uL'],
    ['M/uL', '10*6/uL'],
    ['mmHg', 'mm[Hg]'],
    ['mm Hg', 'mm[Hg]'],
    ['bpm', '/min'],
    ['F', '[degF]'],
    ['deg F', '[degF]'],
    ['C', 'Cel'],
    ['lbs', '[lb_av]'],
    ['in', '[in_i]'],
    ['IU/L', '[IU]/L'],
    ['uIU/mL', 'm[IU]/L'],
    ['mcg/mL', 'ug/mL'],
    ['mosm/kg', 'mosm/kg'],
    ['mL/min/1.73m2', 'mL/min/{1.73_m2}'],
    ['kg/m2', 'kg/m2'],
    ['%', '%'],
    ['sec', 's'],
    ['ft', '[ft_i]'],
    ['beats per minute', '/min'],
    ['mg per dL', 'mg/dL'],
    ['mg/24h', 'mg/(24.h)'],
  ])('%s is %s', (unit, ucum) => expect(ucumOf({ value: 1, unit })).toBe(ucum));

  it.each([
    ['beats of a drum'],
    ['constructor'],
    [''],
    ['A'],
    ['M'],
    ['pt'],
    ['x'.repeat(60)],
    ['see comment'],
    ['mg per something'],
  ])('of "%s" there is none', (unit) => expect(ucumOf({ value: 1, unit })).toBeUndefined());

  it('is the code that the source states under UCUM, not the text beside it', () => {
    expect(ucumOf({ value: 1, unit: 'F', system: UCUM, code: '[degF]' })).toBe('[degF]');
    expect(ucumOf({ value: 1, unit: 'beats/minute', system: UCUM, code: '{beats}/min' })).toBe('{beats}/min');
  });

  it('is not a kelvin where a source says UCUM and means thousands', () => {
    expect(ucumOf({ value: 7.2, system: UCUM, code: 'K/uL' })).toBe('10*3/uL');
    expect(ucumOf({ value: 37, system: UCUM, code: 'C' })).toBe('Cel');
  });

  it('of a code in another system is by its text', () => {
    expect(ucumOf({ value: 1, unit: 'ml', system: 'http://example.org/units', code: 'ml' })).toBe('mL');
  });
});
