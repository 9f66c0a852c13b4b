import { System } from '@ehrsynth/records';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conversionOf, converted } from './conversion.ts';

const loinc = (code: string) => ({ system: System.loinc, code });
const into = (code: string, value: number, from: string, to: string) => {
  const way = conversionOf(loinc(code), from, to);
  return way && converted(value, way);
};

describe('values in another unit', () => {
  it.each([
    ['glucose', '2345-7', 5.5, 'mmol/L', 'mg/dL', 99.0858],
    ['glucose back', '2345-7', 99.0858, 'mg/dL', 'mmol/L', 5.5],
    ['creatinine', '2160-0', 88.4, 'umol/L', 'mg/dL', 0.999981],
    ['urea nitrogen', '3094-0', 5, 'mmol/L', 'mg/dL', 14.007],
    ['cholesterol', '2093-3', 200, 'mg/dL', 'mmol/L', 5.17264],
    ['hemoglobin', '718-7', 140, 'g/L', 'g/dL', 14],
    ['leukocytes', '6690-2', 7.2, '10*9/L', '10*3/uL', 7.2],
    ['leukocytes, counted', '6690-2', 7200, '/uL', '10*3/uL', 7.2],
    ['body temperature', '8310-5', 98.6, '[degF]', 'Cel', 37],
    ['body weight', '29463-7', 150, '[lb_av]', 'kg', 68.0389],
    ['body height', '8302-2', 70, '[in_i]', 'cm', 177.8],
    ['HbA1c by the master equation', '4548-4', 48, 'mmol/mol', '%', 6.54304],
    ['HbA1c back', '4548-4', 6.5, '%', 'mmol/mol', 47.5295],
    ['sodium, one charge', '2951-2', 140, 'meq/L', 'mmol/L', 140],
    ['calcium, two charges', '17861-6', 5, 'meq/L', 'mmol/L', 2.5],
    ['calcium to mass', '17861-6', 5, 'meq/L', 'mg/dL', 10.0195],
    ['magnesium back', '19123-9', 0.8, 'mmol/L', 'meq/L', 1.6],
    ['ALT, international units', '1742-6', 30, '[IU]/L', 'U/L', 30],
    ['TSH', '3016-3', 2, 'u[IU]/mL', 'm[IU]/L', 2],
    ['hematocrit', '4544-3', 0.42, 'L/L', '%', 42],
    ['HbA1c of hemoglobin', '4548-4', 48, 'mmol/mol{Hb}', '%{total}', 6.54304],
    ['INR', '6301-6', 1.1, '{INR}', '1', 1.1],
    ['INR as a ratio', '34714-6', 1.1, '{INR}', '{ratio}', 1.1],
    ['a ratio', '9999-9', 1.1, '{ratio}', '1', 1.1],
    ['what is counted', '6690-2', 7, '10*3{cells}/uL', '10*9/L', 7],
    ['beats', '8867-4', 72, '{beats}/min', '/min', 72],
    ['of creatinine', '9318-7', 30, 'mg/g{creat}', 'ug/mg', 30],
    ['one annotation', '48065-7', 0.5, 'ug/mL{FEU}', 'ng/mL{feu}', 500],
    ['copies', '20447-9', 5, '{copies}/uL', '{copies}/mL', 5000],
    ['by body surface', '33914-3', 90, 'mL/min/{1.73_m2}', 'L/min/{1.73_m2}', 0.09],
    ['katals', '1742-6', 30, 'U/L', 'ukat/L', 0.5],
  ])('%s', (_, code, value, from, to, right) => expect(into(code, value, from, to)).toBe(right));

  it.each([
    ['HbA1c as a plain share', '4548-4', 'mmol/mol', '1'],
    ['mass to substance of who knows what', '9999-9', 'mg/dL', 'mmol/L'],
    ['equivalents of who knows what', '9999-9', 'meq/L', 'mmol/L'],
    ['substance as a number of particles', '2345-7', 'mmol/L', '10*3/uL'],
    ['a score as a percentage', '9269-2', '{score}', '%'],
    ['pH as a concentration', '2744-1', '[pH]', 'mol/L'],
    ['osmoles as moles', '2692-2', 'mosm/L', 'mmol/L'],
    ['HbA1c by the protocol of JDS', '62388-4', '%', 'mmol/mol'],
    ['HbA1c by the protocol of IFCC', '59261-8', '%', 'mmol/mol'],
    ['copies and their logarithm', '20447-9', '{copies}/mL', '{log_copies}/mL'],
    ['copies and units', '20447-9', '{copies}/mL', '[IU]/mL'],
    ['D-dimer and fibrinogen equivalents', '48065-7', 'ng/mL{DDU}', 'ng/mL{FEU}'],
    ['fibrinogen equivalents, and none said', '48065-7', 'ng/mL', 'ng/mL{FEU}'],
    ['two scores', '38268-9', '{Z-score}', '{T-score}'],
    ['an index and a titre', '9999-9', '{index}', '{titer}'],
    ['a ratio and an INR, of another code', '9999-9', '{ratio}', '{INR}'],
    ['a score and a number', '9269-2', '{score}', '1'],
    ['two counts that are no units', '9999-9', '{cells}', '{beats}'],
    ['clearance with and without body surface', '33914-3', 'mL/min/{1.73_m2}', 'mL/min'],
    ['two powers of a microscope', '5821-4', '/[HPF]', '/[LPF]'],
    ['cells of a field as cells of a volume', '5821-4', '{cells}/[HPF]', '/1'],
    ['units of two assays', '9999-9', "[GPL'U]/mL", "[MPL'U]/mL"],
    ['arbitrary and international units', '9999-9', "[arb'U]/mL", '[IU]/mL'],
    ['units of mass and of volume', '2345-7', 'mg', 'mL'],
  ])('%s: none', (_, code, from, to) => expect(conversionOf(loinc(code), from, to)).toBeUndefined());

  it('come back as they were', () => {
    const pairs = [
      ['2345-7', 'mg/dL', 'mmol/L'],
      ['8310-5', '[degF]', 'Cel'],
      ['4548-4', '%', 'mmol/mol'],
      ['17861-6', 'mg/dL', 'meq/L'],
      ['29463-7', 'kg', '[lb_av]'],
    ];
    fc.assert(
      fc.property(fc.constantFrom(...pairs), fc.double({ min: 1, max: 500, noNaN: true }), ([code, a, b], value) => {
        const there = into(code, value, a, b)!;
        expect(into(code, there, b, a)! / value).toBeCloseTo(1, 3);
      }),
    );
  });
});
