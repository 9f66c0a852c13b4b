import { expect, it } from 'vitest';
import { writtenNumber } from './written-number.ts';

it.each([
  ['0', { value: 0 }],
  ['7.2', { value: 7.2 }],
  ['-3', { value: -3 }],
  ['.5', { value: 0.5 }],
  ['<5', { value: 5, comparator: '<' }],
  ['< 5 mg/dL', { value: 5, comparator: '<', unit: 'mg/dL' }],
  ['≥60', { value: 60, comparator: '>=' }],
  ['=<0.01 ng/mL', { value: 0.01, comparator: '<=', unit: 'ng/mL' }],
  ['7.2 mg/dL', { value: 7.2, unit: 'mg/dL' }],
  ['45%', { value: 45, unit: '%' }],
  ['1.50E+01 IU/mL', { value: 15, unit: 'IU/mL' }],
  ['10,000,000 copies/mL', { value: 10_000_000, unit: 'copies/mL' }],
  ['250 x10^3/uL', { value: 250, unit: 'x10^3/uL' }],
  ['250 10*3/uL', { value: 250, unit: '10*3/uL' }],
  ['>60 mL/min/1.73m2', { value: 60, comparator: '>', unit: 'mL/min/1.73m2' }],
  ['3 /HPF', { value: 3, unit: '/HPF' }],
  ['120 mm Hg', { value: 120, unit: 'mm Hg' }],
  ['1234567', { value: 1234567 }],
  ['3 h', { value: 3, unit: 'h' }],
  ['2 mL', { value: 2, unit: 'mL' }],
])('reads %s', (text, expected) => {
  expect(writtenNumber(text)).toEqual(expected);
});

it.each([
  ['words', 'not detected'],
  ['a titre', '1:40'],
  ['a titre with a comparator', '<1:10'],
  ['two numbers', '120/80'],
  ['a score of ten', '7/10'],
  ['a range', '5-10'],
  ['a range with a unit', '5 - 10 mg'],
  ['grades', '1+'],
  ['grades the other way round', '+1'],
  ['a decimal comma', '7,2'],
  ['what may be a decimal comma', '<10,000 organisms/ml'],
  ['a number with a word', '3 positive'],
  ['a number and a sentence', '5 mg/dL, repeated'],
  ['a date', '2020-03-01'],
  ['a date in figures', '20200301'],
  ['a telephone number', '5551234567'],
  ['a number that is a code', '007'],
  ['a number beyond numbers', '1e999'],
  ['dots', '1.2.3'],
  ['a comparator alone', '<'],
  ['not applicable', '3 N/A'],
  ['a number that is high', '5.9 H'],
  ['one below a limit that is high', '<5 H'],
  ['a number that is low, and no litres', '3.2 L'],
  ['a flag right behind it', '3.2L'],
  ['very high', '9 HH'],
  ['abnormal', '4 A'],
  ['normal', '7 N'],
  ['one of several meanings', '5 K'],
  ['susceptible, and no seconds', '4 S'],
  ['moderately susceptible, and no milliseconds', '4 MS'],
  ['starred', '4 *'],
  ['nothing', ''],
])('leaves as text %s', (_, text) => {
  expect(writtenNumber(text)).toBeUndefined();
});

it('is quick with what is made to be slow', () => {
  expect(writtenNumber(`${'1,111'.repeat(5000)}x`)).toBeUndefined();
});
