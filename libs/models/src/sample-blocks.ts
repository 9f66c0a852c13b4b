import type { tf } from '@ehrsynth/engine';
import { type Column, columnGroups } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import type { SampledRow, SampleOptions } from './synthesizer.ts';

/** Rows are made in whole blocks, each from its own random numbers, so that shards and longer runs share them. */
const BLOCK_ROWS = 1000;

/** How values become codes: drawn as probabilities, or rounded (to counts, where they are such). */
export type Drawing = 'draw' | 'round';

/**
 * Rows from a network's blocks of probabilities or counts: one value of each demographic group, and codes.
 * @param generate so many rows of values, one a column
 * @see Synthesizer.sample
 */
export async function* sampleBlocks(
  columns: readonly Column[],
  generate: (rows: number, rng: Rng) => tf.Tensor2D,
  drawing: Drawing,
  rows: number,
  { seed, shard: [part, parts] = [1, 1], onProgress }: SampleOptions,
): AsyncGenerator<SampledRow> {
  const blocks = Math.ceil(rows / BLOCK_ROWS);
  const [first, end] = [part - 1, part].map((edge) => Math.floor((edge * blocks) / parts));
  const draw = rowDrawer(columns, drawing);
  let done = 0;
  for (let block = first; block < end; block++) {
    const start = block * BLOCK_ROWS;
    const rng = new Rng(seed).fork(`rows/${start}`);
    const output = generate(BLOCK_ROWS, rng);
    const values = (await output.data()) as Float32Array;
    output.dispose();
    for (let i = 0; i < BLOCK_ROWS && start + i < rows; i++) {
      yield {
        row: start + i,
        entries: draw(values.subarray(i * columns.length, (i + 1) * columns.length), rng),
      };
      done++;
    }
    onProgress?.(done);
  }
}

/** Draws one value of each demographic group, and the codes, from a row of probabilities or counts. */
function rowDrawer(columns: readonly Column[], drawing: Drawing) {
  const groups = columnGroups(columns);
  const firstCode = groups.at(-1)?.end ?? 0;
  return (values: Float32Array, rng: Rng): [number, number][] => {
    const entries: [number, number][] = [];
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
