import type { Rng } from '@ehrsynth/random';
import type { RowParts } from './code-matrix.ts';
import type { RowSource } from './rows.ts';

export interface Batch {
  /** Which batch of the epoch, from 0. */
  step: number;
  rows: number;
  indptr: Int32Array;
  indices: Int32Array;
  /** Counts; absent where rows are taken as sets. */
  values?: Float32Array;
}

export interface BatchOptions {
  batchSize: number;
  /** Sets instead of counts. */
  binary: boolean;
  /** The batches before this one are passed over. */
  from?: number;
}

/** Batches of an epoch. */
export function batchCount(members: Int32Array, batchSize: number): number {
  return Math.floor(members.length / Math.min(batchSize, members.length));
}

/**
 * The member rows in shuffled order, `batchSize` at a time; the next batch is read while this one is worked on. A last batch
 * that is not full is left out, unless it is the only one. The order depends on the random numbers alone, not on where
 * the rows are.
 */
export async function* batches(
  source: RowSource,
  members: Int32Array,
  rng: Rng,
  { batchSize, binary, from = 0 }: BatchOptions,
): AsyncGenerator<Batch> {
  const order = rng.shuffle(members.slice());
  const size = Math.min(batchSize, members.length);
  const count = batchCount(members, batchSize);
  const ask = (step: number) => source.take(order.subarray(step * size, (step + 1) * size));
  let next: Promise<RowParts> | undefined = from < count ? ask(from) : undefined;
  for (let step = from; next; step++) {
    const { indptr, indices, values } = await next;
    next = step + 1 < count ? ask(step + 1) : undefined;
    // Whoever stops listening must not leave a failure that nobody hears.
    next?.catch(() => {});
    yield { step, rows: size, indptr, indices, ...(!binary && { values: Float32Array.from(values) }) };
  }
}
