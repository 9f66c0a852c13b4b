import { expect, it } from 'vitest';
import { UCUM } from '@ehrsynth/units';
import { codedUnit } from './units.ts';

const ucum = (unit: string, code = unit) => ({ unit, system: UCUM, code });

it.each(['mg/dL', '%', '10*3/uL', 'mm[Hg]', '{score}', 'mL/min/{1.73_m2}', '[IU]/L', 'Cel'])(
  'writes %s with its code of UCUM',
  (unit) => expect(codedUnit({ unit })).toEqual(ucum(unit)),
);

it.each([
  ['mmHg', 'mm[Hg]'],
  ['IU/L', '[IU]/L'],
  ['mg / dL', 'mg/dL'],
  ['K/uL', '10*3/uL'],
  ['F', '[degF]'],
  ['C', 'Cel'],
  ['ft', '[ft_i]'],
])('writes %s as it is, beside what it is in UCUM', (unit, code) =>
  expect(codedUnit({ unit })).toEqual(ucum(unit, code)),
);

it.each(['Stück', 'tablet', 'pt', 'M', 'x'.repeat(60)])(
  'writes %s as text alone, for UCUM has it not, or as something else',
  (unit) => expect(codedUnit({ unit })).toEqual({ unit }),
);

it.each([
  [{ unit: 'MG/DL', system: UCUM, code: 'mg/dL' }, ucum('MG/DL', 'mg/dL')],
  [{ system: UCUM, code: 'mg/dL' }, ucum('mg/dL')],
  [{ unit: 'K/uL', system: UCUM, code: '10*3/uL' }, ucum('K/uL', '10*3/uL')],
  [
    { unit: 'degree', system: 'urn:x', code: '1' },
    { unit: 'degree', system: 'urn:x', code: '1' },
  ],
  [
    { system: 'urn:x', code: '1' },
    { system: 'urn:x', code: '1' },
  ],
  [{ unit: ' ' }, {}],
  [{ unit: 'mg/dL\n' }, ucum('mg/dL')],
  [{}, {}],
])('writes %o as the record has it', (given, written) => expect(codedUnit(given)).toEqual(written));

it.each([
  ['mmHg', ['mm[Hg]'], 'mm[Hg]'],
  ['mm Hg', ['mm[Hg]'], 'mm[Hg]'],
  ['KG', ['kg', 'g', '[lb_av]'], 'kg'],
  ['lbs', ['kg', 'g', '[lb_av]'], '[lb_av]'],
  ['inches', ['cm', '[in_i]'], '[in_i]'],
  ['C', ['Cel', '[degF]'], 'Cel'],
  ['°F', ['Cel', '[degF]'], '[degF]'],
  ['{beats}/min', ['/min'], '/min'],
  ['insp/min', ['/min'], '/min'],
  ['%{HemoglobinSaturation}', ['%'], '%'],
])('of a vital sign takes %s for %o', (unit, codes, code) =>
  expect(codedUnit({ unit }, codes)).toEqual(ucum(unit, code)),
);

it.each([
  ['m', ['cm', '[in_i]']],
  ['lbs', ['cm', '[in_i]']],
  ['F', ['/min']],
])('of a vital sign does not take %s for any of %o', (unit, codes) =>
  expect(codes).not.toContain(codedUnit({ unit }, codes).code),
);
