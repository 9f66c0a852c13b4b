import {
  applySelection,
  CodeMatrix,
  type Column,
  demographicColumns,
  levelOf,
  MatrixBuilder,
  selectColumns,
} from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import { simulatePatients } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';

/** Rows of simulated patients, by the codes that at least ten have. */
export function population(patients: number, seed = 11): CodeMatrix {
  const vocabulary = new Vocabulary();
  const builder = new MatrixBuilder();
  for (const record of simulatePatients({ patients, seed }, vocabulary)) {
    builder.add(record.id, [
      ...demographicColumns(record).map((column): [Column, number] => [column, 1]),
      ...record.events
        .filter(({ kind }) => kind !== 'measurement')
        .map((event): [Column, number] => [levelOf(event, {}, vocabulary), 1]),
    ]);
  }
  const all = builder.build();
  return applySelection(all, selectColumns(all, { minPatients: 10, rare: 'drop' }, vocabulary));
}

/** The rows with one of their codes left out and one added that somebody else has; of a row with a single code one is added. */
export function nearlyVerbatim(rows: CodeMatrix, others: CodeMatrix, rng: Rng): CodeMatrix {
  const indptr = [0];
  const indices: number[] = [];
  for (let row = 0; row < rows.rows; row++) {
    const own = new Set(rows.entries(row).map(([column]) => column));
    const codes = [...own].filter((column) => column >= rows.firstCode);
    let added: number;
    do added = others.indices[rng.int(others.indices.length)];
    while (added < rows.firstCode || own.has(added));
    if (codes.length > 1) own.delete(rng.pick(codes));
    own.add(added);
    indices.push(...[...own].sort((a, b) => a - b));
    indptr.push(indices.length);
  }
  const values = new Int32Array(indices.length).fill(1);
  return new CodeMatrix(rows.columns, Int32Array.from(indptr), Int32Array.from(indices), values, rows.ids);
}
