import { System } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { plausibility } from './plausibility.ts';
import { Vocabulary } from './vocabulary.ts';

const vocabulary = new Vocabulary();
const { icd10cm } = vocabulary;

describe('codes of former releases', () => {
  it.each([
    ['T40.4X1A', '2015-10-01', '2020-09-30', 'T40.4X1'],
    ['S06.0X2A', '2015-10-01', '2016-09-30', 'S06.0X'],
    ['S06.1X7D', '2015-10-01', '2017-09-30', 'S06.1X7'],
    ['T81.4XXA', '2015-10-01', '2018-09-30', 'T81.4'],
    ['Z22.50', '2015-10-01', '2016-09-30', 'Z22'],
  ])('%s held from %s to %s, under %s', (code, validFrom, validTo, parent) => {
    expect(vocabulary.find(System.icd10cm, code)).toMatchObject({ code, validFrom, validTo, former: true, billable: true });
    expect(icd10cm.find(code)!.parent).toBe(parent);
    expect(icd10cm.ancestors(code).map((above) => above.code)).toContain(code.slice(0, 3));
  });

  it.each([
    ['N18.3', '2020-09-30', ['N18.30', 'N18.31', 'N18.32']],
    ['M54.5', '2021-09-30', ['M54.50', 'M54.51', 'M54.59']],
    ['I48.1', '2019-09-30', ['I48.11', 'I48.19']],
  ])('%s, a header now, was billable to %s', (code, billableTo, successors) => {
    expect(icd10cm.find(code)).toMatchObject({ billable: false, billableTo, successors });
    expect(vocabulary.find(System.icd10cm, code)).not.toHaveProperty('former');
    expect(vocabulary.current(System.icd10cm, code, 'successor')!.code).toBe(code);
  });

  it.each([
    ['several successors: the nearest header above all', 'T40.4X1A', 'T40.4', 'T40.4'],
    ['none known: the nearest header', 'S06.0X2A', 'S06.0X', 'S06.0X'],
    ['one successor', 'T84.040A', 'M97.01XA', 'T84.0'],
    ['one successor that was its header', 'H81.41', 'H81.4', 'H81.4'],
    ['successors without a common header: the nearest of its own', 'T84.048A', 'T84.0', 'T84.0'],
    ['a code that still holds', 'E11.9', 'E11.9', 'E11.9'],
  ])('%s', (_, code, successor, parent) => {
    expect(vocabulary.current(System.icd10cm, code, 'successor')!.code).toBe(successor);
    expect(vocabulary.current(System.icd10cm, code, 'parent')!.code).toBe(parent);
  });

  it('keeps iteration, size and children those of the release that ships', () => {
    const entries = [...icd10cm];
    expect(entries.some((entry) => entry.former)).toBe(false);
    expect(entries.flatMap((entry) => entry.children).some((code) => icd10cm.find(code)!.former)).toBe(false);
    expect(icd10cm.formerSize).toBe(618);
  });

  it('judges them as the codes beside them', () => {
    const rules = plausibility(System.icd10cm, 'O35.0XX0', { sex: 'male', age: 30 }).map(({ rule }) => rule);
    expect(rules).toEqual(['sex']);
  });
});
