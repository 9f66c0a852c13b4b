import { type CodeMatrix, type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { createModel, type RowModelName, optionNamesOf, optionsOf } from '../src/registry.ts';
import type { Synthesizer } from '../src/synthesizer.ts';

export const demographic = (system: string, code: string): Column => ({
  kind: 'demographic',
  system,
  code,
  level: 'code',
});
export const code = (i: number): Column => ({
  kind: 'condition',
  system: 'urn:test',
  code: `c${i}`,
  level: 'code',
});

/** A matrix of rows, each of columns by their places. */
export function matrixOf(columns: Column[], rows: readonly (readonly number[])[]): CodeMatrix {
  const builder = new MatrixBuilder(columns);
  rows.forEach((row, i) =>
    builder.add(
      `p${i}`,
      row.map((column): [Column, number] => [columns[column], 1]),
    ),
  );
  return builder.build();
}

/** Sex, known of all; race, of 59.2 % of them; four codes. */
export function raceMissing(rows: number): CodeMatrix {
  const columns = [
    demographic('sex', 'female'),
    demographic('sex', 'male'),
    ...['1002-5', '2028-9', '2106-3'].map((race) => demographic('race', race)),
    ...[0, 1, 2, 3].map(code),
  ];
  const rng = new Rng(4);
  const own = () => [
    rng.int(2),
    ...(rng.chance(0.408) ? [] : [2 + rng.weighted([0.2, 0.3, 0.5])]),
    ...[5, 6, 7, 8].filter((_, i) => rng.chance([0.5, 0.4, 0.2, 0.7][i])),
  ];
  return matrixOf(columns, Array.from({ length: rows }, own));
}

/** A model that is small enough for a test. */
export function smallModel(name: RowModelName, columns: readonly Column[], more: object = {}): Synthesizer {
  const wanted = {
    epochs: 3,
    pretrainEpochs: 2,
    hidden: 16,
    embedding: 8,
    discriminatorLayers: [16, 8],
    ...more,
  };
  const given = Object.entries(wanted).filter(([key]) => optionNamesOf(name).includes(key));
  return createModel(name, columns, optionsOf(name, Object.fromEntries(given)));
}
