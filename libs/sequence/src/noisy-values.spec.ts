import type { Column } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import type { CodedEvent, PatientRecord } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { MOST_VALUES_OF_PATIENT, NoisyValues } from './noisy-values.ts';
import { drawValue } from './value-bins.ts';
import { ValueGrid } from './value-grid.ts';

const LOINC = 'http://loinc.org';
const columns = Array.from({ length: 50 }, (_, i): Column => ({
  kind: 'measurement',
  system: LOINC,
  code: `c${i}`,
  level: 'code',
}));
const cohort = { columns, columnOf: ({ code }: CodedEvent) => Number(code.code.slice(1)) };

function person(values: readonly [column: number, value: number, unit?: string][]): PatientRecord {
  return {
    id: 'p',
    sex: 'female',
    encounters: [],
    events: values.map(([column, value, unit]) => ({
      kind: 'measurement',
      code: { system: LOINC, code: `c${column}` },
      start: '2020-01-01',
      quantity: { value, ...(unit && { unit }) },
    })),
  };
}

function learn(people: readonly PatientRecord[], noiseMultiplier: number) {
  // The same noise each time: what it hides or brings is chance.
  const rng = new Rng(4);
  const values = new NoisyValues(cohort, people.length, { next: () => rng.next32() * 2 ** 32 });
  for (const one of people) values.add(one);
  return values.done(noiseMultiplier);
}

it('bins are those of the values, in the commonest unit; none of a column whose counts noise would hide', () => {
  const rng = new Rng(1);
  // HbA1c about 5.5, and of a few in another unit; a pH without one; what one person has.
  const people = Array.from({ length: 2000 }, (_, i) =>
    person([
      i % 10 === 0 ? [0, 37, 'mmol/mol'] : [0, 5.5 + 0.5 * rng.normal(), '%'],
      [1, 7.4 + 0.05 * rng.normal()],
      [2, 100, 'patients of Dr Who'],
      ...(i === 0 ? [[3, 400, 'mg/dL'] as [number, number, string]] : []),
    ]),
  );
  const found = learn(people, 0.5);
  expect([...found.keys()].sort()).toEqual([0, 1]);
  const [a1c, ph] = [found.get(0)!, found.get(1)!];
  expect([a1c.unit, ph.unit]).toEqual([{ unit: '%' }, {}]);
  expect(a1c.bins.bins.length).toBeGreaterThan(2);
  expect(a1c.bins.decimals).toBe(1);
  const total = a1c.bins.bins.reduce((sum, { others }) => sum + others, 0);
  expect(Math.abs(total - 1800)).toBeLessThan(150);
  const draws = Array.from({ length: 1000 }, () =>
    drawValue(a1c.bins, rng.weighted(a1c.bins.bins.map(({ others }) => others)), rng),
  );
  const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
  expect(Math.abs(mean - 5.5)).toBeLessThan(0.2);
  expect(draws.every((value) => value > 3 && value < 9)).toBe(true);
  expect(learn(people, 1000).size).toBe(0);
});

it('a patient is in so many counts at most, once in each, however many values there are', () => {
  const many = columns.flatMap((_, column) =>
    Array.from({ length: 20 }, (): [number, number, string] => [column, 140, 'mmol/L']),
  );
  const found = learn(
    Array.from({ length: 200 }, () => person(many)),
    0.1,
  );
  expect(found.size).toBe(columns.length);
  const total = [...found.values()].flatMap(({ bins }) => bins.bins).reduce((sum, { others }) => sum + others, 0);
  // The noise has a deviation of 1 on each of 50.
  expect(Math.abs(total - 200 * MOST_VALUES_OF_PATIENT)).toBeLessThan(6 * Math.sqrt(50));
});

it('draws no share above all, and whole numbers of what is counted', () => {
  const rng = new Rng(1);
  const people = Array.from({ length: 1000 }, (_, i) =>
    person([
      [0, 95 + (i % 6), '%'],
      [1, 60 + (i % 30), '/min'],
    ]),
  );
  const found = learn(people, 0.2);
  const draws = (column: number) => {
    const { bins } = found.get(column)!;
    return bins.bins.flatMap((_, bin) => Array.from({ length: 50 }, () => drawValue(bins, bin, rng)));
  };
  expect(Math.max(...draws(0))).toBe(100);
  expect(Math.min(...draws(0))).toBeGreaterThan(90);
  expect(draws(1).every(Number.isInteger)).toBe(true);
});

it('counts as many cells as it says, and finds each value its cell', () => {
  for (const patients of [100, 20_000, 1e6]) {
    const grid = new ValueGrid(patients);
    for (const value of [-1e5, -0.5, -1e-9, 0, 1e-9, 0.04, 1, 99.9, 5e5]) {
      const cell = grid.cellOf(value);
      expect(grid.start(cell)).toBeLessThanOrEqual(value);
      expect(grid.start(cell + 1)).toBeGreaterThan(value);
    }
    expect([-1e7, 1e6, NaN].map((value) => grid.cellOf(value))).toEqual([-1, -1, -1]);
    expect(NoisyValues.countsOf([...columns, { ...columns[0], kind: 'drug' }], patients) % (50 * grid.count)).toBe(0);
  }
});
