import { type CodeMatrix, type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { describe, expect, it } from 'vitest';
import { compare } from './compare.ts';
import { coverage } from './coverage.ts';
import { prevalence } from './prevalence.ts';
import { recordLength } from './record-length.ts';

const columns = (count: number): Column[] => [
  { kind: 'demographic', system: 'sex', code: 'female', level: 'code' },
  ...Array.from({ length: count }, (_, i): Column => ({ kind: 'condition', system: 'urn:test', code: `c${i}`, level: 'code' })),
]; // prettier-ignore
const matrix = (rows: number[][], count: number): CodeMatrix => {
  const all = columns(count);
  const builder = new MatrixBuilder(all);
  rows.forEach((codes, row) =>
    builder.add(String(row), [[all[0], 1], ...codes.map((code): [Column, number] => [all[code + 1], 1])]),
  );
  return builder.build();
};

describe('fidelity, against numbers worked by hand', () => {
  // Prevalence ¾, ½, ¼ against ½, ½, 0; lengths 2, 2, 1, 1 against 1, 1, 2, 0.
  const reference = matrix([[0, 1], [0, 1], [0], [2]], 3); // prettier-ignore
  const other = matrix([[0], [1], [0, 1], []], 3);

  it('prevalence', () => {
    const fit = prevalence(reference, other);
    // Deviations ¼, 0, −¼ and 1/6, 1/6, −1/3: r = (1/24 + 1/12) / √(1/8 · 1/6) = 0.866025.
    expect(fit.r).toBeCloseTo(0.866025, 6);
    expect(fit.rmse).toBeCloseTo(Math.sqrt((1 / 16 + 0 + 1 / 16) / 3), 12);
    expect(fit.meanAbsoluteDifference).toBeCloseTo(1 / 6, 12);
    expect(fit.maxAbsoluteDifference).toBe(0.25);
  });

  it('record length', () => {
    // Cumulative shares at 0, 1, 2 codes: 0, ½, 1 against ¼, ¾, 1.
    const fit = recordLength(reference, other);
    expect(fit.mean).toEqual({ reference: 1.5, other: 1 });
    expect(fit.sd.reference).toBeCloseTo(0.5, 12);
    expect(fit.ks).toBeCloseTo(0.25, 12);
    expect(fit.emptyRows).toEqual({ reference: 0, other: 0.25 });
  });

  it('coverage', () => {
    const many = matrix(
      Array.from({ length: 20 }, (_, i) => (i < 5 ? [0, 1, 2] : [0])),
      3,
    );
    const found = coverage(many, matrix([[0], [0], [1]], 3)); // prettier-ignore
    expect(found.codes).toEqual([
      { minPatients: 5, codes: 3, neverGenerated: 1 },
      { minPatients: 20, codes: 1, neverGenerated: 0 },
    ]);
    expect(found.distinctRows).toEqual({ reference: 0.1, other: 2 / 3 });
  });
});

it('an independent draw of the same distribution meets the floor', () => {
  const rng = new Rng(4);
  const draw = () => matrix(Array.from({ length: 2000 }, () => Array.from({ length: 40 }, (_, i) => i).filter((i) => rng.chance((i + 1) / 50))), 40); // prettier-ignore
  const { prevalence: fit, recordLength: length } = compare(draw(), draw(), draw());
  expect(fit.synthetic.r).toBeGreaterThan(0.99);
  expect(fit.synthetic.rmse / fit.floor.rmse).toBeLessThan(1.5);
  expect(length.synthetic.ks).toBeLessThan(0.06);
});
