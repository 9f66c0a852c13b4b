import { type Choices, type Csr, SparseBatch, tf } from '@ehrsynth/engine';
import type { LifeRows } from '@ehrsynth/sequence';
import type { Language } from './language.ts';
import { disposeNumberRows, type NumberRows, numberRowsOf, rowsOf } from './number-rows.ts';
import { oneEach } from './one-each.ts';
import { disposeValueRows, type ValueRows, valueRowsOf } from './value-path.ts';

/** Rows at which a token of one part came: which they are, and which token of the part. */
export interface PartRows {
  rows: Int32Array;
  /** Rows × all rows: a one for each. */
  picked: SparseBatch;
  /** Rows × contexts: a one for each. */
  contexts: SparseBatch;
  /** Rows × further contexts, where they are asked for and there are any. */
  further?: SparseBatch;
  choices: Choices;
}

/** Parts of lives as the network takes them: one row for each token. Dispose of it after use. */
export class LifeBatch {
  readonly added: SparseBatch;
  /** Of each part of a life the row after its last. */
  readonly ends: Int32Array;
  readonly parts: PartRows[];

  /** For each number among the logits of codes, row by row, what is added to it: a sum of `Copies`. */
  readonly copies: SparseBatch;
  /** Where there are values, by bins or by a flow. */
  readonly values: ValueRows | undefined;
  readonly numbers: NumberRows | undefined;

  /** Rows at which a code came × codes: 1 for those that the patient did not have before; where further contexts are asked for. */
  readonly fresh?: tf.Tensor2D;

  constructor(
    lifeRows: LifeRows,
    { alphabet, features, codePart, valuePart, contexts, further, values: by, choiceOf }: Language,
    withTilts = false,
  ) {
    const { rows, indptr, indices, values, ends, from, to, chosen } = lifeRows;
    const intervals = alphabet.parts;
    this.added = new SparseBatch({ rows, columns: features.count, indptr, indices, values });
    this.ends = ends;
    const own = intervals.map(() => [] as number[]);
    for (let row = 0; row < rows; row++) own[intervals.findIndex(({ end }) => chosen[row] < end)].push(row);
    this.parts = own.map((list, part) => {
      // One row that has no choice, whose loss and gradient are 0, where there is none.
      const isEmpty = list.length === 0;
      const picked = Int32Array.from(isEmpty ? [0] : list);
      const of = (tokens: Int32Array) => picked.map((row) => choiceOf[tokens[row]]);
      return {
        rows: picked,
        picked: oneEach(picked, rows),
        contexts: oneEach(
          picked.map((row) => (isEmpty ? 0 : lifeRows.contexts[row])),
          contexts[part],
        ),
        ...(withTilts &&
          further[part] > 0 && { further: new SparseBatch(rowsOf(lifeRows.further, list, further[part])) }),
        choices: isEmpty
          ? { from: Int32Array.of(0), to: Int32Array.of(1), chosen: Int32Array.of(0) }
          : { from: of(from), to: picked.map((row) => choiceOf[to[row] - 1] + 1), chosen: of(chosen) },
      };
    });
    const { start, end } = alphabet.codes;
    this.copies = new SparseBatch(copiesOf(lifeRows, this.parts[codePart].rows, end - start, features.copies.count));
    if (withTilts) this.fresh = freshOf(lifeRows, this.parts[codePart].rows, end - start);
    if (valuePart < 0) return;
    const ofValues = this.parts[valuePart].rows;
    if (by === 'bins') this.values = valueRowsOf(lifeRows, ofValues, features.levels);
    else this.numbers = numberRowsOf(lifeRows, ofValues, features.levels, alphabet.entryOf);
  }

  dispose(): void {
    if (this.values) disposeValueRows(this.values);
    if (this.numbers) disposeNumberRows(this.numbers);
    this.added.dispose();
    this.copies.dispose();
    this.fresh?.dispose();
    for (const { picked, contexts, further } of this.parts)
      [picked, contexts, further].forEach((one) => one?.dispose());
  }
}

function freshOf({ copies: { indptr, entries } }: LifeRows, rows: Int32Array, width: number): tf.Tensor2D {
  const fresh = new Float32Array(rows.length * width).fill(1);
  rows.forEach((row, i) => {
    for (let at = indptr[row]; at < indptr[row + 1]; at++) fresh[i * width + entries[at]] = 0;
  });
  return tf.tensor2d(fresh, [rows.length, width]);
}

/** @param rows in which codes came */
function copiesOf(
  { copies: { indptr: starts, entries, numbers } }: LifeRows,
  rows: Int32Array,
  width: number,
  columns: number,
): Csr {
  const indptr = new Int32Array(rows.length * width + 1);
  rows.forEach((row, i) => {
    for (let at = starts[row]; at < starts[row + 1]; at++) indptr[i * width + entries[at] + 1] = 3;
  });
  for (let i = 1; i < indptr.length; i++) indptr[i] += indptr[i - 1];
  const indices = new Int32Array(indptr[indptr.length - 1]);
  rows.forEach((row, i) => {
    for (let at = starts[row]; at < starts[row + 1]; at++)
      indices.set(numbers.subarray(3 * at, 3 * at + 3), indptr[i * width + entries[at]]);
  });
  return { rows: rows.length * width, columns, indptr, indices };
}
