import { System } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { Icd10cm } from './icd10cm.ts';
import { codeLimits, plausibility, RECORD_YEARS, recordLimits } from './plausibility.ts';

describe('plausibility', () => {
  const rulesOf = (code: string, sex: 'female' | 'male', age: number) =>
    plausibility(System.icd10cm, code, { sex, age }).map((found) => found.rule);

  it.each([
    ['O80', 'male', 30, ['sex']],
    ['O80', 'female', 30, []],
    ['O80', 'female', 70, ['age']],
    ['O9A.212', 'male', 8, ['sex', 'age']],
    ['N40.1', 'female', 70, ['sex']],
    ['C61', 'female', 70, ['sex']],
    ['C50.919', 'male', 70, []],
    ['P07.31', 'male', 0.4, []],
    ['P07.31', 'male', 44, ['age']],
    ['Z3A.20', 'male', 30, ['sex']],
    ['Z00.121', 'female', 30, ['age']],
    ['Z90.710', 'male', 60, ['sex']],
    ['I10', 'male', 3, []],
  ] as const)('%s in a %s of %d years breaks %j', (code, sex, age, rules) => {
    expect(rulesOf(code, sex, age)).toEqual(rules);
  });

  it.each([
    [System.icd9cm, '650', 'male', 30, ['sex']],
    [System.icd9cm, '650', 'female', 30, []],
    [System.icd9cm, 'V22.1', 'female', 70, ['age']],
    [System.icd9cm, '185', 'female', 70, ['sex']],
    [System.icd9cm, '600.01', 'female', 10, ['sex', 'age']],
    [System.icd9cm, '617.0', 'male', 30, ['sex']],
    [System.icd9cm, 'V30.00', 'male', 40, ['age']],
    [System.icd9cm, '401.9', 'male', 3, []],
    [System.icd10pcs, '10E0XZZ', 'male', 30, ['sex']],
    [System.icd10pcs, '10E0XZZ', 'female', 70, ['age']],
    [System.icd10pcs, '0UT90ZZ', 'male', 50, ['sex']],
    [System.icd10pcs, '0VT00ZZ', 'female', 50, ['sex']],
    [System.icd10pcs, '02HV33Z', 'female', 5, []],
    [System.icd9proc, '74.1', 'male', 30, ['sex']],
    [System.icd9proc, '68.4', 'male', 50, ['sex']],
    [System.icd9proc, '60.5', 'female', 70, ['sex']],
    [System.icd9proc, '39.61', 'female', 70, []],
  ] as const)('of %s: %s in a %s of %d years breaks %j', (system, code, sex, age, rules) => {
    expect(plausibility(system, code, { sex, age }).map((found) => found.rule)).toEqual(rules);
  });

  it('leaves other sexes and other code systems alone', () => {
    expect(plausibility(System.icd10cm, 'O80', { sex: 'other', age: 30 })).toEqual([]);
    expect(plausibility(System.snomed, 'O80', { sex: 'male', age: 30 })).toEqual([]);
  });

  it('limits every pregnancy and perinatal code, and no code to both sexes', () => {
    for (const { code, level } of Icd10cm.load()) {
      if (level !== 'code') continue;
      if (code.startsWith('O')) expect(codeLimits(code)).toMatchObject({ sex: 'female', minAge: 9, maxAge: 64 });
      if (code.startsWith('P')) expect(codeLimits(code)).toMatchObject({ maxAge: 0 });
    }
  });
});

describe('limits of a record, by the age at its end', () => {
  it("a newborn's code stays for as many years as a record reaches back", () => {
    expect(recordLimits(System.icd10cm, 'P07.39')).toEqual({ maxAge: RECORD_YEARS });
    expect(recordLimits(System.icd10cm, 'O80')).toEqual({
      sex: 'female',
      minAge: 9,
      maxAge: 64 + RECORD_YEARS,
    });
  });

  it('no limit and no rule are not the same', () => {
    expect(recordLimits(System.icd10cm, 'I10')).toEqual({});
    expect(recordLimits(System.ndc, '00093104801')).toBeUndefined();
    expect(recordLimits(System.snomed, '38341003')).toBeUndefined();
  });
});
