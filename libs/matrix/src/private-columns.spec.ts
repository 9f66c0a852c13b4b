import { RoundedNormal, SecureWords } from '@ehrsynth/random';
import { describe, expect, it } from 'vitest';
import { MatrixBuilder } from './builder.ts';
import { type CodeMatrix, type Column, columnKey } from './code-matrix.ts';
import { MOST_CODES_OF_PATIENT, privateChoice, selectPrivately } from './private-columns.ts';

const code = (name: string): Column => ({ kind: 'condition', system: 'x', code: name, level: 'code' });
const female: Column = { kind: 'demographic', system: 'sex', code: 'female', level: 'code' };

/** @param patients of each the codes */
function matrixOf(patients: readonly string[][]): CodeMatrix {
  const builder = new MatrixBuilder();
  patients.forEach((codes, i) =>
    builder.add(`p${i}`, [[female, 1], ...codes.map((name): [Column, number] => [code(name), 2])]),
  );
  return builder.build();
}

const all = ({ rows }: CodeMatrix) => Int32Array.from({ length: rows }, (_, row) => row);
const codesOf = (columns: readonly Column[]) =>
  columns.filter(({ kind }) => kind !== 'demographic').map((one) => one.code);

describe('the threshold', () => {
  it.each([
    // 16 codes, σ √16 = 20: Φ⁻¹(1 − 10⁻⁶ / 16) = 5.2917 and 1.5 more.
    [5, 1e-6, 108],
    [5, 1e-3, 79],
    [1, 1e-6, 23],
  ])('of noise %d and δ %d is %d: a code of one patient alone passes less often than δ', (noise, delta, expected) => {
    expect(privateChoice(noise, delta, 1).threshold).toBe(expected);
    expect(privateChoice(noise, delta, 500).threshold).toBe(500);
  });

  it('is passed by a count of one as often as it promises, and would be more often were it lower', () => {
    const delta = 0.05;
    const { threshold } = privateChoice(5, delta, 1);
    const noise = new RoundedNormal(20, new SecureWords());
    const runs = 20_000;
    const passed = (least: number) => {
      let times = 0;
      for (let run = 0; run < runs; run++)
        if (Array.from({ length: MOST_CODES_OF_PATIENT }, () => 1 + noise.next()).some((count) => count >= least))
          times++;
      return times / runs;
    };
    expect(passed(threshold)).toBeLessThan(delta + 5 * Math.sqrt(delta / runs));
    expect(passed(threshold - 10)).toBeGreaterThan(delta + 5 * Math.sqrt(delta / runs));
  });
});

describe('columns by noisy counts', () => {
  const choice = privateChoice(1, 1e-6, 10);

  it('are codes that many have, and never one that few have', () => {
    const patients = Array.from({ length: 300 }, (_, i) => [
      'common',
      ...(i < 3 ? ['rare'] : []),
      ...(i === 0 ? ['Jane Doe, 12 Elm St'] : []),
    ]);
    const matrix = matrixOf(patients);
    const { columns, target, report } = selectPrivately(matrix, all(matrix), choice);
    expect(codesOf(columns)).toEqual(['common']);
    expect(columns[target[matrix.columns.findIndex((one) => one.code === 'common')]].code).toBe('common');
    expect(report).toMatchObject({ minPatients: choice.threshold, dropped: 2, droppedEvents: 8 });
  });

  it('have all demographic values, whoever is there', () => {
    const [some, none] = [matrixOf(Array(100).fill(['a'])), matrixOf([])];
    const demographics = (matrix: CodeMatrix) =>
      selectPrivately(matrix, all(matrix), choice).columns.filter(({ kind }) => kind === 'demographic');
    expect(demographics(some)).toEqual(demographics(none));
    expect(demographics(none).map(columnKey)).toContain(columnKey(female));
  });

  it('a patient counts in so many codes at most, however many it has', () => {
    const codes = Array.from({ length: 160 }, (_, i) => `c${i}`);
    // Each of 500 has all 160 codes, and counts in a tenth of them: 50 patients each, of 500 were there no bound.
    const matrix = matrixOf(Array(500).fill(codes));
    const kept = (threshold: number) => selectPrivately(matrix, all(matrix), { ...choice, threshold }).columns;
    expect(codesOf(kept(120))).toEqual([]);
    expect(codesOf(kept(10)).length).toBe(160);
  });

  it('noise is drawn anew each time', () => {
    const matrix = matrixOf(Array.from({ length: 40 }, () => Array.from({ length: 16 }, (_, i) => `c${i}`)));
    const wide = { ...choice, noiseMultiplier: 5, threshold: 40 };
    const found = new Set(
      Array.from({ length: 8 }, () => codesOf(selectPrivately(matrix, all(matrix), wide).columns).join()),
    );
    expect(found.size).toBeGreaterThan(1);
  });
});
