import { describe, expect, it } from 'vitest';
import { compare, type DqdResult, explain, type Explained } from './compare.ts';
import { report } from './report.ts';

const result = (more: Partial<DqdResult> = {}): DqdResult => ({
  checkName: 'isForeignKey',
  cdmTableName: 'DEATH',
  cdmFieldName: 'CAUSE_CONCEPT_ID',
  numViolatedRows: 2,
  numDenominatorRows: 10,
  notApplicable: 0,
  failed: 1,
  isError: 0,
  ...more,
});
const kinds = (official: DqdResult[], ours: DqdResult[]) =>
  compare(official, ours).differences.map((difference) => difference.kinds);

describe('the comparison with the official results', () => {
  it.each<[what: string, official: Partial<DqdResult>, ours: Partial<DqdResult>, kinds: string[]]>([
    ['one row more', {}, { numViolatedRows: 3 }, ['violated']],
    ['another denominator', {}, { numDenominatorRows: 9 }, ['denominator']],
    ['another verdict', {}, { failed: 0 }, ['failed']],
    [
      'all of these',
      {},
      { numViolatedRows: 0, numDenominatorRows: 9, failed: 0 },
      ['failed', 'violated', 'denominator'],
    ],
    ['nothing to check on one side', {}, { notApplicable: 1, failed: 0 }, ['applicable']],
    ['nothing to check on the other', { notApplicable: 1, failed: 0 }, {}, ['applicable']],
    ['an error of one side', { isError: 1, failed: 0, numViolatedRows: null, numDenominatorRows: null }, {}, ['error']],
    [
      'a missing field that one side calls there',
      { failed: 1, numViolatedRows: null, numDenominatorRows: null },
      { failed: 0 },
      ['failed'],
    ],
  ])('finds %s', (_, official, ours, expected) => {
    expect(kinds([result(official)], [result(ours)])).toEqual([expected]);
  });

  it.each<[what: string, official: Partial<DqdResult>, ours: Partial<DqdResult>]>([
    ['equal results', {}, {}],
    ['names in small letters', {}, { cdmTableName: 'death', cdmFieldName: 'cause_concept_id' }],
    [
      'counts where neither side has something to check',
      { notApplicable: 1 },
      { notApplicable: 1, numDenominatorRows: 0 },
    ],
    ['counts of a missing field', { numViolatedRows: null, numDenominatorRows: null }, { numViolatedRows: 1 }],
    ['a list of concepts with spaces', { conceptId: '4090861, 4025213' }, { conceptId: '4090861,4025213' }],
  ])('finds nothing in %s', (_, official, ours) => {
    expect(compare([result(official)], [result(ours)])).toEqual({ both: 1, equal: 1, differences: [] });
  });

  it('distinguishes checks on other concepts, units and fields', () => {
    const official = [
      result({ conceptId: 1 }),
      result({ conceptId: 1, unitConceptId: 8840 }),
      result({ cdmFieldName: 'PERSON_ID' }),
    ];
    const ours = [result({ conceptId: 2 }), ...official.slice(1)];
    const compared = compare(official, ours);
    expect(compared).toMatchObject({ both: 2, equal: 2 });
    expect(compared.differences.map(({ where, kinds }) => `${where} ${kinds.join()}`)).toEqual([
      'DEATH.CAUSE_CONCEPT_ID 1 only official',
      'DEATH.CAUSE_CONCEPT_ID 2 only ours',
    ]);
  });

  it('is printed with the first examples', () => {
    const [official, ours] = [
      [result(), result({ checkName: 'cdmTable' })],
      [result({ numViolatedRows: 3 }), result({ checkName: 'cdmTable' })],
    ];
    const lines = report(official, ours, compare(official, ours))
      .split('\n')
      .map((line) => line.trim().split(/\s{2,}/));
    expect(lines[1]).toEqual([
      'isForeignKey',
      '1',
      '1',
      '0',
      '1',
      '0',
      'DEATH.CAUSE_CONCEPT_ID: violated (2/10 failed | 3/10 failed)',
    ]);
    expect(lines[2]).toEqual(['cdmTable', '1', '1', '1', '0', '0']);
  });
});

describe('the explanations of differences', () => {
  const { differences } = compare([result()], [result({ numViolatedRows: 3, failed: 0 })]);
  const explained = (more: Partial<Explained> = {}): Explained => ({
    check: /^isForeignKey$/,
    kinds: ['violated', 'failed'],
    why: 'of no matter',
    ...more,
  });

  it.each<[what: string, explained: Explained[], unexplained: number, stale: number]>([
    ['none', [], 1, 0],
    ['one that fits', [explained()], 0, 0],
    ['two that fit together', [explained({ kinds: ['violated'] }), explained({ kinds: ['failed'] })], 0, 0],
    ['one of a part only', [explained({ kinds: ['violated'] })], 1, 0],
    ['one of another check', [explained({ check: /^fkDomain$/ })], 1, 1],
    ['one of another place', [explained({ where: /^PERSON/ })], 1, 1],
    ['one of the place', [explained({ where: /^DEATH\.CAUSE/ })], 0, 0],
    ['one of another release, which is neither used nor missed', [explained({ release: 'before 2.7' })], 1, 0],
    ['one that fits and one that nothing needs', [explained(), explained({ where: /^PERSON/ })], 0, 1],
  ])('%s', (_, known, unexplained, stale) => {
    const found = explain(differences, known, '2.7 or later');
    expect([found.unexplained.length, found.stale.length]).toEqual([unexplained, stale]);
  });
});
