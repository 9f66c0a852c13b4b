import { type CodeMatrix, type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { describe, expect, it } from 'vitest';
import { knowledgeViolation, type Limits } from './knowledge-violation.ts';
import { testColumns } from './testing.ts';

const demographic = (system: string, code: string): Column => ({
  kind: 'demographic',
  system,
  code,
  level: 'code',
});
const [female, male, young, adult, old] = [
  demographic('sex', 'female'),
  demographic('sex', 'male'),
  ...['1-8', '18-24', '45-54'].map((band) => demographic('age', band)),
];
const codes = testColumns(3).slice(1);

function matrixOf(...rows: Column[][]): CodeMatrix {
  const builder = new MatrixBuilder([female, male, young, adult, old, ...codes]);
  rows.forEach((own, row) =>
    builder.add(
      String(row),
      own.map((column): [Column, number] => [column, 1]),
    ),
  );
  return builder.build();
}

const limits: Record<string, Limits> = { c0: { sex: 'female' }, c1: { minAge: 15 }, c2: { maxAge: 12 } };
const limitsOf = ({ code }: Column) => limits[code];

describe('knowledge violation, worked by hand', () => {
  it('by sex, by an age that is not reached, and by one that is long past', () => {
    const rows = matrixOf(
      [female, adult, codes[0]],
      [male, adult, codes[0], codes[1]], // a man with a woman's code
      [female, young, codes[1]], // a child with an adult's
      [female, young, codes[2]],
      [male, old, codes[2]], // a newborn's code at 45
      [codes[0], codes[1], codes[2]], // of nobody known: not judged
    );
    expect(knowledgeViolation(rows, limitsOf)).toEqual({
      rules: { codes: 3, covered: 3 },
      judged: 5,
      share: expect.objectContaining({ value: 0.6 }),
      rows: 3,
      byCode: ['c0', 'c1', 'c2'].map((code) => ({ code, display: undefined, rows: 1 })),
    });
  });

  it('not by an age at the end of a record that had the code at a possible one; of the other sex it stays impossible', () => {
    const rows = matrixOf([male, old, codes[2]], [male, old, codes[2]], [male, old, codes[0]]);
    const found = knowledgeViolation(rows, limitsOf, (id) => id !== '1');
    expect(found).toMatchObject({ rows: 2, byCode: [{ code: 'c0' }, { code: 'c2', rows: 1 }] });
  });

  it('at the edges of a band: one age of it that is possible is enough', () => {
    const found = (limit: Limits, band: Column) => knowledgeViolation(matrixOf([band, codes[0]]), () => limit).rows;
    expect(found({ maxAge: 45 }, old)).toBe(0);
    expect(found({ maxAge: 44 }, old)).toBe(1);
    expect(found({ minAge: 54 }, old)).toBe(0);
    expect(found({ minAge: 55 }, old)).toBe(1);
  });
});

describe('what is not covered is not measured', () => {
  const rows = matrixOf([male, old, codes[0], codes[2]]);

  it('no rule for any code: no share, not 0', () => {
    const found = knowledgeViolation(rows, () => undefined);
    expect(found).toEqual({ rules: { codes: 3, covered: 0 }, judged: 1, byCode: [] });
    expect(found.share).toBeUndefined();
  });

  it('no rule for some: the share, and how many', () => {
    const found = knowledgeViolation(rows, (column) => (column.code === 'c1' ? undefined : limitsOf(column)));
    expect(found).toMatchObject({ rules: { codes: 3, covered: 2 }, share: { value: 1 } });
  });

  it('a rule by which a code is possible in anybody covers it', () => {
    expect(knowledgeViolation(rows, () => ({}))).toMatchObject({
      rules: { covered: 3 },
      share: { value: 0 },
      rows: 0,
    });
  });

  it('nobody of known sex or age', () => {
    expect(knowledgeViolation(matrixOf([codes[0]], [codes[1]]), limitsOf).share).toBeUndefined();
  });
});
