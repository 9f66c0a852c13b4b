import { type CodeMatrix, type Column, MatrixBuilder } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';

/** A demographic column that every row has, and so many codes. */
export function testColumns(codes: number): Column[] {
  return [
    { kind: 'demographic', system: 'sex', code: 'female', level: 'code' },
    ...Array.from({ length: codes }, (_, i): Column => ({
      kind: 'condition',
      system: 'urn:test',
      code: `c${i}`,
      level: 'code',
    })),
  ];
}

/** Rows of codes, by their numbers from 0, each once. */
export function setsOf(rows: number[][], codes: number): CodeMatrix {
  return countsOf(
    rows.map((own) => own.map((code): [number, number] => [code, 1])),
    codes,
  );
}

/** Rows of codes with their counts. */
export function countsOf(rows: [code: number, count: number][][], codes: number): CodeMatrix {
  const columns = testColumns(codes);
  const builder = new MatrixBuilder(columns);
  rows.forEach((own, row) =>
    builder.add(String(row), [
      [columns[0], 1],
      ...own.map(([code, count]): [Column, number] => [columns[code + 1], count]),
    ]),
  );
  return builder.build();
}

/** Patients of a few habits: each code is of one, and those of it have it much more often. */
export function habits(rows: number, codes: number, rng: Rng): CodeMatrix {
  return setsOf(
    Array.from({ length: rows }, () => {
      const habit = rng.int(4);
      return Array.from({ length: codes }, (_, i) => i).filter((i) => rng.chance(i % 4 === habit ? 0.5 : 0.05));
    }),
    codes,
  );
}

/** The same number of carriers of each code, in other rows: prevalence without anything that goes together. */
export function shuffledColumns(matrix: CodeMatrix, rng: Rng): CodeMatrix {
  const codes = matrix.columns.length - matrix.firstCode;
  const rows = Array.from({ length: matrix.rows }, () => [] as number[]);
  matrix
    .carriers()
    .subarray(matrix.firstCode)
    .forEach((carriers, code) => {
      for (const row of rng.shuffle([...rows.keys()]).slice(0, carriers)) rows[row].push(code);
    });
  return setsOf(rows, codes);
}
