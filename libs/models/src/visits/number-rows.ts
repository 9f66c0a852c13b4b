import { type Csr, SparseBatch, tf } from '@ehrsynth/engine';
import { type Levels, type LifeRows, OwnValues } from '@ehrsynth/sequence';
import { oneEach } from './one-each.ts';
import { FLOOR, scoreOf } from './score.ts';

/** Numbers of a batch, as a flow takes them. */
export interface NumberRows {
  /** Numbers × what is a patient's own. @see OwnValues.tilts */
  tilts: SparseBatch;
  /** Numbers × codes that have numbers: a one for each. */
  codes: SparseBatch;
  /** Numbers × rows at which a value came: a one for each. */
  picked: SparseBatch;
  /** Of each number the scores of its grain's ends and of the lowest that might have come; numbers × 3. */
  scores: tf.Tensor2D;
  /** The part of both probabilities that is as in all of the code. @see FLOOR */
  floors: tf.Tensor2D;
  /** Of each the row that it belongs to. */
  rows: Int32Array;
}

/** @param own rows at which a value came */
export function numberRowsOf(
  { tilts, numbers }: Pick<LifeRows, 'tilts' | 'numbers'>,
  own: Int32Array,
  levels: Levels,
  entryOf: Int32Array,
): NumberRows {
  const { rows, events, lowest } = numbers;
  // One that is certain, whose loss and gradient are 0, where there is none.
  const isNone = rows.length === 0;
  const count = Math.max(1, rows.length);
  const places = new Map(Array.from(own, (row, i) => [row, i]));
  const scores = new Float32Array(3 * count).fill(scoreOf(0));
  const floors = new Float32Array(2 * count).fill(FLOOR);
  if (isNone) scores[1] = scoreOf(1);
  events.forEach((event, i) => {
    const { first, starts } = levels.scales[levels.scaleOfEvents[event]];
    const [start, end, from] = [event - first, event - first + 1, lowest[i] - first].map((at) => starts[at]);
    scores.set([start, end, from].map(scoreOf), 3 * i);
    floors.set([FLOOR * (end - start), FLOOR * (1 - from)], 2 * i);
  });
  return {
    tilts: new SparseBatch(rowsOf(tilts, rows, OwnValues.counts(levels).tilts)),
    codes: oneEach(isNone ? Int32Array.of(0) : events.map((event) => levels.places[entryOf[event]]), levels.count),
    picked: oneEach(isNone ? Int32Array.of(0) : rows.map((row) => places.get(row)!), own.length),
    scores: tf.tensor2d(scores, [count, 3]),
    floors: tf.tensor2d(floors, [count, 2]),
    rows,
  };
}

export function disposeNumberRows({ tilts, codes, picked, scores, floors }: NumberRows): void {
  [tilts, codes, picked, scores, floors].forEach((one) => one.dispose());
}

/** Some rows of a sparse matrix; an empty one where there are none. */
export function rowsOf(
  { indptr, indices, values }: LifeRows['further'],
  rows: ArrayLike<number>,
  columns: number,
): Csr {
  const starts = new Int32Array(Math.max(1, rows.length) + 1);
  const all = Array.from(rows);
  all.forEach((row, i) => (starts[i + 1] = starts[i] + indptr[row + 1] - indptr[row]));
  const own = { indices: new Int32Array(starts[all.length]), values: new Float32Array(starts[all.length]) };
  all.forEach((row, i) => {
    own.indices.set(indices.subarray(indptr[row], indptr[row + 1]), starts[i]);
    own.values.set(values.subarray(indptr[row], indptr[row + 1]), starts[i]);
  });
  return { rows: starts.length - 1, columns, indptr: starts, ...own };
}
