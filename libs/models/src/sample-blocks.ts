import type { tf } from '@ehrsynth/engine';
import { yieldToEventLoop } from '@ehrsynth/io';
import { type Column, columnGroups, firstCodeOf } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import type { SampledRow, SampleOptions } from './synthesizer.ts';

const BLOCK_ROWS = 1000;

/** Columns of a row, ascending, and their counts. */
type Entries = SampledRow['entries'];

/**
 * Rows that are made in whole blocks, each from its own random numbers, so that ranges and longer runs share them. A range that begins or
 * ends within a block makes the block and leaves out the rows outside of it. The event loop turns between rows, so that signals are seen.
 * @param block the rows of one, one after another; no more are taken than are wanted
 * @see Synthesizer.sample
 */
export async function* inBlocks(
  blockRows: number,
  block: (rng: Rng) => AsyncIterable<Entries>,
  rows: number,
  { seed, range: [first, end] = [0, rows], onProgress, signal }: SampleOptions,
): AsyncGenerator<SampledRow> {
  for (let start = first - (first % blockRows); start < end; start += blockRows) {
    let row = start;
    for await (const entries of block(new Rng(seed).fork(`rows/${start}`))) {
      await yieldToEventLoop();
      signal?.throwIfAborted();
      if (row >= first) yield { row, entries };
      if (++row === end) break;
    }
    onProgress?.(row - first);
  }
}

/** The rows of the i-th of n shards, from 1, as [first, end): of any number of shards none has more than one row more than another. */
export function shardRows(rows: number, [part, parts]: readonly [i: number, n: number] = [1, 1]): [number, number] {
  return [Math.floor(((part - 1) * rows) / parts), Math.floor((part * rows) / parts)];
}

/** How values become codes: drawn as probabilities, or rounded (to counts, where they are such). */
export type Drawing = 'draw' | 'round';

/**
 * Rows from a network's blocks of probabilities or counts: one value of each demographic group, and codes.
 * @param generate so many rows of values, one per column
 * @see Synthesizer.sample
 */
export async function* sampleBlocks(
  columns: readonly Column[],
  generate: (rows: number, rng: Rng) => tf.Tensor2D,
  drawing: Drawing,
  rows: number,
  options: SampleOptions,
): AsyncGenerator<SampledRow> {
  const draw = rowDrawer(columns, drawing);
  async function* block(rng: Rng): AsyncGenerator<Entries> {
    const output = generate(BLOCK_ROWS, rng);
    const values = (await output.data()) as Float32Array;
    output.dispose();
    for (let i = 0; i < BLOCK_ROWS; i++) yield draw(values.subarray(i * columns.length, (i + 1) * columns.length), rng);
  }
  yield* inBlocks(BLOCK_ROWS, block, rows, options);
}

/** Draws one value of each demographic group, and the codes, from a row of probabilities or counts. */
function rowDrawer(columns: readonly Column[], drawing: Drawing) {
  const groups = columnGroups(columns);
  const firstCode = firstCodeOf(columns);
  return (values: Float32Array, rng: Rng): Entries => {
    const entries: Entries = [];
    for (const { start, end } of groups) {
      const chosen = rng.weighted(values.subarray(start, end));
      if (chosen !== -1) entries.push([start + chosen, 1]);
    }
    for (let column = firstCode; column < values.length; column++) {
      const count = drawing === 'round' ? Math.round(values[column]) : rng.next32() < values[column] ? 1 : 0;
      if (count > 0) entries.push([column, count]);
    }
    return entries;
  };
}
