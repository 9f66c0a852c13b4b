import { System } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { Vocabulary } from './vocabulary.ts';

const vocabulary = new Vocabulary();

it.each([
  ['e11.9', 'E11.9'],
  ['E119', 'E11.9'],
  [' E11.9\t', 'E11.9'],
  ['E11.', 'E11'],
  ['s72001a', 'S72.001A'],
  ['I10.X', 'I10'],
  ['I10X', 'I10'],
  ['E11.9XX', 'E11.9'],
  ['W00.0XXA', 'W00.0XXA'],
])('writes the ICD-10-CM code %j as %s', (code, written) => {
  expect(vocabulary.canonical(System.icd10cm, code)).toBe(written);
  expect(vocabulary.find(System.icd10cm, written)!.code).toBe(written);
});

it.each(['E11.90', 'E11.9+', 'E11-9', 'E11 .9', 'XXX', 'IMO0001', '250.00'])(
  'knows no ICD-10-CM code %j',
  (code) => {
    expect(vocabulary.find(System.icd10cm, vocabulary.canonical(System.icd10cm, code))).toBeUndefined();
  },
);

it.each([
  [System.icd9cm, '25000', '250.00'],
  [System.icd9cm, 'e8490', 'E849.0'],
  [System.ndc, '93-1048-1', '00093104801'],
  [System.ndc, '93104801', '00093104801'],
  [System.ndc, 'UNKNOWN ', 'UNKNOWN'],
  [System.loinc, ' 4548-4 ', '4548-4'],
  [System.cvx, '8', '08'],
  [System.cvx, ' 08 ', '08'],
  [System.cvx, '008', '08'],
  [System.cvx, '140', '140'],
  [System.cvx, 'influenza', 'influenza'],
])('writes %s of %j as %s', (system, code, written) => {
  expect(vocabulary.canonical(system, code)).toBe(written);
});
