import type { Column } from '@ehrsynth/matrix';
import { describe, expect, it } from 'vitest';
import { shapeOf, type ShapeOptions } from './shape-options.ts';

const demographic = (system: string, code: string): Column => ({ kind: 'demographic', system, code, level: 'code' });
const condition = (code: string): Column => ({ kind: 'condition', system: 'icd', code, level: 'code' });
const columns = [
  ...['female', 'male'].map((code) => demographic('sex', code)),
  ...['18-44', '45-64', '65-120'].map((code) => demographic('age', code)),
  ...['E11', 'E11.9', 'I10'].map(condition),
];

describe('what contradicts itself is refused without a draw', () => {
  it.each<[string, ShapeOptions, RegExp]>([
    ['two sexes', { where: ['sex=female', 'sex=male'] }, /sex=female and --where sex=male .* has one sex/],
    ['two ages of one band', { where: ['age=20-30', 'age=31-40'] }, /age=20-30 and --where age=31-40 .* has one age/],
    ['two ages', { where: ['age=20-30', 'age=70-80'] }, /age=20-30 and --where age=70-80 .* has one age/],
    [
      'a share of those who are left out',
      { where: ['sex=female'], balance: ['sex=female:0.5/male:0.5'] },
      /--where sex=female and --balance sex=female:0.5\/male:0.5 .* leaves out/,
    ],
    [
      'a share of what all have',
      { where: ['code=E11.9'], setPrevalence: ['E11=0.2'] },
      /--where code=E11.9 and --set-prevalence E11=0.2 .* have the code/,
    ],
    [
      'more with a code than with those that it is one of',
      { setPrevalence: ['E11.9=0.5', 'E11=0.2'] },
      /E11.9=0.5 and --set-prevalence E11=0.2 contradict each other: every patient with the first code also has the second/,
    ],
    ['two shares of one code', { setPrevalence: ['I10=0.1', 'I10=0.3'] }, /I10=0.3 and --set-prevalence I10=0.1/],
    [
      'two balances of one demographic',
      { balance: ['sex=female:0.5/male:0.5', 'sex=female:0.4/male:0.6'] },
      /contradict each other/,
    ],
  ])('%s', (_, options, message) => expect(() => shapeOf(columns, options)).toThrow(message));

  it.each<[string, ShapeOptions]>([
    ['the same twice', { where: ['sex=female', 'sex=female'] }],
    ['ages that overlap', { where: ['age=40-70', 'age=60-80'] }],
    ['a condition and a share of another thing', { where: ['sex=female'], setPrevalence: ['I10=0.3'] }],
    ['all of those whom the condition keeps', { where: ['sex=female'], balance: ['sex=female:1/male:0'] }],
    ['a code and a part of those who have it', { where: ['code=E11'], setPrevalence: ['E11.9=0.4'] }],
    ['a part of a part', { setPrevalence: ['E11.9=0.1', 'E11=0.2'] }],
  ])('%s is none', (_, options) => expect(shapeOf(columns, options).name).toBeTruthy());
});
