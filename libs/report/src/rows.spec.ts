import { compare, type Comparison } from '@ehrsynth/evaluation';
import { type CodeMatrix, type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { audit, type AuditOptions } from '@ehrsynth/privacy';
import { beforeAll, describe, expect, it } from 'vitest';
import { fidelitySection } from './fidelity-section.ts';
import { overviewSection } from './overview-section.ts';
import { privacySection } from './privacy-section.ts';
import { NOT_MEASURED } from './row.ts';
import { fidelityRows, utilityRows, violationText } from './rows.ts';
import { utilitySection } from './utility-section.ts';
import type { ReportData } from './report-data.ts';

const sex: Column = { kind: 'demographic', system: 'sex', code: 'male', level: 'code' };
const codes = ['A', 'B', 'C'].map((code): Column => ({ kind: 'condition', system: 'urn:test', code, level: 'code' }));

function matrix(rows: Column[][]): CodeMatrix {
  const builder = new MatrixBuilder([sex, ...codes]);
  rows.forEach((own, row) =>
    builder.add(
      String(row),
      [sex, ...own].map((column): [Column, number] => [column, 1]),
    ),
  );
  return builder.build();
}

/** So many patients with A, so many of them with B too. */
const patients = (count: number, having: number) =>
  matrix(Array.from({ length: count }, (_, row) => (row < having ? [codes[0], codes[1]] : [codes[0]])));

const dataOf = (comparison: ReportData['comparison']) => ({ comparison }) as ReportData;

describe('what so few patients cannot show', () => {
  let few: Comparison;
  beforeAll(async () => {
    few = await compare(patients(8, 4), patients(3, 1), patients(8, 4));
  });

  it('is said to be not measured', () => {
    const found = new Map(fidelityRows(few).map(([name, synthetic]) => [name, synthetic]));
    expect(found.get('distinguished from held-out rows by boosted trees: AUC')).toBe(NOT_MEASURED);
    expect(found.get('counts: RMSE of the means')).toBe(NOT_MEASURED);
    expect(found.get('codes with ≥ 20 training patients, never generated')).toBe('not measured: no such code');
    expect(utilityRows(few)[0]).toEqual(['codes from the others: mean AUC lost', NOT_MEASURED, NOT_MEASURED]);
    const html = fidelitySection(dataOf(few)) + utilitySection(dataOf(few));
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('rows that are impossible', () => {
  const shown = (covered: number, limit = {}) => {
    const limitsOf = ({ code }: Column) => (codes.findIndex((one) => one.code === code) < covered ? limit : undefined);
    const some = patients(40, 20);
    return compare(some, some, some, { limitsOf });
  };

  it('no rule for any code, for some, for none', async () => {
    expect(violationText((await shown(0)).violations.synthetic)).toBe('not measured: 3 of 3 codes have no rule');
    expect(violationText((await shown(2)).violations.synthetic)).toBe('0.0 % (1 of 3 codes have no rule)');
    expect(violationText((await shown(3)).violations.synthetic)).toBe('0.0 %');
    expect(fidelitySection(dataOf(await shown(0)))).toContain('not measured: 3 of 3 codes have no rule');
  });

  it('of the training rows, without small cells', async () => {
    const training = async (count: number) => {
      const limitsOf = ({ code }: Column) => (code === 'B' ? ({ sex: 'female' } as const) : {});
      const some = patients(40, count);
      return fidelityRows(await compare(some, some, some, { limitsOf })).find(([name]) => name.includes('impossible'));
    };
    expect((await training(20))?.slice(0, 3)).toEqual(['rows impossible for sex or age', '50.0 %', '50.0 %']);
    expect((await training(4))?.[2]).toBe('fewer than 11 rows');
    expect((await training(36))?.[2]).toBe('all but fewer than 11 rows');
  });
});

it('a code of all but a few patients is shown as that', async () => {
  const html = overviewSection(dataOf(await compare(patients(40, 36), patients(40, 5), patients(40, 20))));
  expect(html).toContain(
    '<th scope="row">B</th><td></td><td>all but fewer than 11</td><td>fewer than 11</td><td>50.0 %</td>',
  );
});

it('of attacks by distance the page says how many of the patients they looked for', async () => {
  const some = patients(40, 20);
  const pageOf = (most?: AuditOptions['most']) =>
    privacySection({ privacy: audit(some, some, some, { most }) } as ReportData);
  expect(pageOf()).not.toContain('by distance searched');
  expect(pageOf({ people: 25, synthetic: 30 })).toContain(
    'searched for 25 of 40 training patients and 25 of 40 held-out ones, sampled at random, among 30 of 40 synthetic rows',
  );
});

it('a category of few patients is withheld by name, and so is one that it would follow from', async () => {
  const sexes = ['female', 'male', 'other'].map((code): Column => ({
    kind: 'demographic',
    system: 'sex',
    code,
    level: 'code',
  }));
  const people = (...counts: number[]) => {
    const builder = new MatrixBuilder([...sexes, ...codes]);
    counts.forEach((count, sex) => {
      for (let i = 0; i < count; i++) builder.add(`${sex}-${i}`, [[sexes[sex], 1]]);
    });
    return builder.build();
  };
  const html = overviewSection(dataOf(await compare(people(40, 20, 3), people(30, 30), people(25, 25, 10))));
  expect(html).toContain('<td>other</td><td>fewer than 11</td><td>0.0 %</td><td>16.7 %</td>');
  expect(html).toContain('<td>male</td><td>withheld with others</td><td>50.0 %</td><td>41.7 %</td>');
  expect(html).toContain('<td>female</td><td>63.5 %</td><td>50.0 %</td><td>41.7 %</td>');
});
