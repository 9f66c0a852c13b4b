import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { against, inWords, readReport } from './against.ts';
import { expectedSeconds, exponentOf } from './exponent.ts';
import type { Figure, MeasuredPart, Report } from './figure.ts';
import { benchOptions, enginesToMeasure } from './options.ts';
import { evaluatedRows, grownRows } from './rows.ts';
import { differing } from './same-figures.ts';
import { figureTable, withTables } from './tables.ts';

const figure = (name: string, ratio?: number): Figure => ({
  name,
  seconds: 1,
  ...(ratio && { ratio, reference: 'r' }),
});
const part = (figures: Figure[], scale = 1): MeasuredPart => ({ machine: 'm', scale, figures, table: '' });
const report = (parts: Record<string, MeasuredPart>): Report => ({ parts });

describe('a run against an earlier one', () => {
  it('flags what is more than 10 % slower in its ratio, whatever the seconds', () => {
    const before = report({ fhir: part([figure('export', 2), figure('ingest', 2), figure('validate', 2)]) });
    const now = report({
      fhir: part([{ ...figure('export', 2.19), seconds: 50 }, figure('ingest', 2.21), figure('validate', 1.8)]),
    });
    const found = against(before, now);
    expect(found.slower).toEqual([{ part: 'fhir', name: 'ingest', before: 2, now: 2.21 }]);
    expect(found.faster.map(({ name }) => name)).toEqual(['validate']);
    expect(found.compared).toBe(3);
    expect(inWords(found)).toMatch(
      /^3 figures compared: 1 more than 10 % slower[\s\S]*fhir, ingest: 2\.00 × the reference before, 2\.21 × now/,
    );
    expect(against(now, now).slower).toEqual([]);
  });

  it('names what it cannot compare, and leaves out parts that were not measured now', () => {
    const before = report({
      fhir: part([figure('export', 2), figure('ingest', 2), figure('without reference')]),
      omop: part([figure('export', 1)]),
      growth: part([figure('train', 1)]),
    });
    const now = report({ fhir: part([figure('export'), figure('new', 3)]), growth: part([figure('train', 9)], 0.1) });
    const found = against(before, now);
    expect(found).toMatchObject({ slower: [], faster: [], compared: 0 });
    expect(found.left).toEqual([
      'fhir, export: its reference was not measured now',
      'fhir, ingest: not measured now',
      'growth: measured earlier at 1 times the usual sizes, now at 0.1 times',
    ]);
  });

  describe('read from a file', () => {
    let folder: string;
    beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'bench-'))));
    afterAll(() => rmSync(folder, { recursive: true }));

    it('is what --json wrote, or an error that says so', () => {
      const path = join(folder, 'report.json');
      const whole = report({ fhir: part([figure('export', 2)]) });
      writeFileSync(path, JSON.stringify(whole));
      expect(readReport(path)).toEqual(whole);
      for (const text of ['', '{', '[]', '{"parts":null}', '{"parts":{"fhir":{"figures":[{"name":"a"}],"scale":1}}}']) {
        writeFileSync(path, text);
        expect(() => readReport(path), text).toThrow(
          /Not a report of the benchmark[\s\S]*report\.json[\s\S]*--json FILE/,
        );
      }
      expect(() => readReport(join(folder, 'none.json'))).toThrow(/Not a report/);
    });
  });
});

it('options: parts by name, and none that there is not', () => {
  const parts = ['fhir', 'omop'];
  expect(benchOptions(['--only', 'omop', '--repeats', '5', '--quick'], parts)).toMatchObject({
    only: ['omop'],
    repeats: 5,
    scale: 1,
    quick: true,
    write: false,
  });
  expect(() => benchOptions(['--only', 'fihr'], parts)).toThrow(/Unknown part: fihr[\s\S]*fhir, omop/);
  expect(() => benchOptions(['--engine', 'wsam'], parts)).toThrow(/Unknown engine: wsam[\s\S]*onnx/);
  expect(() => enginesToMeasure(['wasm', 'cpu'], ['webgpu'])).toThrow(/webgpu is not available/);
  expect(enginesToMeasure(['wasm', 'cpu'], ['cpu'])).toEqual(['cpu']);
  expect(() => benchOptions(['--repeats', '0'], parts)).toThrow(/whole number/);
  expect(() => benchOptions(['--scale', '0.1', '--write'], parts)).toThrow(/--write only works at the usual sizes/);
  expect(() => benchOptions(['--fast'], parts)).toThrow(/--fast/);
});

it('tables are put between their marks, part by part, in the order of the parts', () => {
  const page = 'before\n<!-- bench: begin -->\n\nold\n\n<!-- bench: omop -->\n\nkept\n\n<!-- bench: end -->\nafter\n';
  const table = figureTable([{ ...figure('export', 2), count: 1000, unit: 'rows' }, figure('ingest')]);
  expect(table.split('\n')).toEqual([
    '|  | seconds | per second | × its reference |',
    '| --- | --- | --- | --- |',
    '| export | 1.00 | 1,000 rows | 2.00 × r |',
    '| ingest | 1.00 |  |  |',
  ]);
  const written = withTables(page, { fhir: { ...part([]), table } }, ['fhir', 'omop']);
  expect(written).toBe(
    `before\n<!-- bench: begin -->\n\n<!-- bench: fhir -->\n\nm.\n\n${table}\n\n<!-- bench: omop -->\n\nkept\n\n<!-- bench: end -->\nafter\n`,
  );
  const again = { fhir: { ...part([]), table: 'other' } };
  expect(withTables(written, again, ['fhir', 'omop'])).toContain('m.\n\nother\n\n<!-- bench: omop -->\n\nkept');
  expect(() => withTables('no marks', {}, [])).toThrow(/bench: begin/);
});

it('the exponent of what grows is of the last two sizes; without two the square is expected', () => {
  const square = [
    { rows: 10, seconds: 5 },
    { rows: 100, seconds: 6 },
    { rows: 1000, seconds: 600 },
  ];
  expect(exponentOf(square)).toBeCloseTo(2);
  expect(expectedSeconds(square, 10_000)).toBeCloseTo(60_000);
  expect(exponentOf(square.slice(0, 1))).toBeUndefined();
  expect(expectedSeconds(square.slice(0, 1), 100)).toBeCloseTo(500);
  // No growth is expected to be less than in proportion.
  expect(expectedSeconds(square.slice(0, 2), 1000)).toBeCloseTo(60);
  expect(expectedSeconds([], 1000)).toBe(0);
});

it('figures differ where one is out by more than it may, missing or no number', () => {
  expect(differing({ a: 1, b: 2 }, { a: 1.01, b: 2 }, 0.02)).toEqual([]);
  expect(differing({ a: 1, b: 2 }, { a: 1.03, b: 2 }, 0.02)).toEqual(['a: 1 here, 1.03 there']);
  expect(differing({ a: NaN }, { a: NaN }, 1)).toHaveLength(1);
  expect(differing({ a: 1 }, { b: 1 }, 1)).toHaveLength(2);
});

it('rows of the bench are the same each time, and those of another side are others', () => {
  const [one, two] = [evaluatedRows(50), evaluatedRows(50)];
  expect(one.training.indices).toEqual(two.training.indices);
  expect(one.training.indices).not.toEqual(one.holdout.indices);
  const { training, holdout, synthetic } = grownRows(100);
  expect([training.rows, holdout.rows, synthetic.rows]).toEqual([70, 30, 70]);
  expect(training.indices.length / 70).toBeGreaterThan(7);
  expect(training.indices.length / 70).toBeLessThan(13);
});
