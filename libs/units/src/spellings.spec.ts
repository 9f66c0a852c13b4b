import { describe, expect, it } from 'vitest';
import { UCUM } from '@ehrsynth/records';
import { ucumOf } from './spellings.ts';

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
    ['mM', 'mmol/L'],
    ['uM', 'umol/L'],
    ['µM', 'umol/L'],
    ['nM', 'nmol/L'],
    ['pM', 'pmol/L'],
    ['mM/L', 'mmol/L'],
    ['mm', 'mm'],
    ['MM/HR', 'mm/h'],
    ['G/L', '10*9/L'],
    ['T/L', '10*12/L'],
    ['g/L', 'g/L'],
    ['g/l', 'g/L'],
    ['GM/L', 'g/L'],
    ['10^3/µL', '10*3/uL'],
    ['10^3/μL', '10*3/uL'],
    ['10³/µL', '10*3/uL'],
    ['10⁹/L', '10*9/L'],
    ['10(12)/L', '10*12/L'],
    ['× 10^9/L', '10*9/L'],
    ['10*6/mm3', '10*6/uL'],
    ['K/μL', '10*3/uL'],
    ['K/mcL', '10*3/uL'],
    ['thou/mm3', '10*3/uL'],
    ['K/mm³', '10*3/uL'],
    ['µIU/mL', 'm[IU]/L'],
    ['mcIU/mL', 'm[IU]/L'],
    ['µkat/L', 'ukat/L'],
    ['μg/mL', 'ug/mL'],
    ['MCG/ML', 'ug/mL'],
    ['% of total Hgb', '%'],
    ['mmol/mol Hb', 'mmol/mol'],
    ['mmol/mol{Hb}', 'mmol/mol'],
    ['ºF', '[degF]'],
    ['℉', '[degF]'],
    ['℃', 'Cel'],
    ['°C', 'Cel'],
    ['degrees F', '[degF]'],
    ['lb_av', '[lb_av]'],
    ['lb_us', '[lb_av]'],
    ['[lb_us]', '[lb_av]'],
    ['lbs.', '[lb_av]'],
    ['mL/min/1.73m²', 'mL/min/{1.73_m2}'],
    ['mL/min per 1.73 m2', 'mL/min/{1.73_m2}'],
    ['mg/100mL', 'mg/dL'],
    ['mg/100 ml', 'mg/dL'],
    ['mg%', 'mg/dL'],
    ['micromol/L', 'umol/L'],
    ['millimol/L', 'mmol/L'],
    ['milligrams per deciliter', 'mg/dL'],
    ['micrograms/mL', 'ug/mL'],
    ['nanomoles/litre', 'nmol/L'],
    ['percent', '%'],
    ['#/hpf', '/[HPF]'],
    ['per HPF', '/[HPF]'],
    ['mg/g creat', 'mg/g{creat}'],
    ['ug/mg Cr', 'ug/mg{creat}'],
  ])('%s is %s', (unit, ucum) => expect(ucumOf({ value: 1, unit })).toBe(ucum));

  it.each([
    ['beats of a drum'],
    ['constructor'],
    [''],
    ['A'],
    ['M'],
    ['pt'],
    ['N'],
    ['K'],
    ['HH'],
    ['MS'],
    ['MM/L'],
    ['mM/d'],
    ['% of predicted'],
    ['log copies/mL'],
    ['123456789'],
    ['mg.123456789'],
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
    expect(ucumOf({ value: 7.2, system: UCUM, code: 'G/L' })).toBe('10*9/L');
    expect(ucumOf({ value: 7.2, system: UCUM, code: 'mM' })).toBe('mmol/L');
    expect(ucumOf({ value: 90, system: UCUM, code: 'mL/min/1.73{m2}' })).toBe('mL/min/{1.73_m2}');
  });

  it('of a code in another system is by its text', () => {
    expect(ucumOf({ value: 1, unit: 'ml', system: 'http://example.org/units', code: 'ml' })).toBe('mL');
  });
});
