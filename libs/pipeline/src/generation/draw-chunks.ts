import type { Repairs } from '@ehrsynth/decode';
import { yieldToEventLoop } from '@ehrsynth/io';
import type { Generation } from './generation.ts';
import { GzipMember } from './gzip-member.ts';

/**
 * Patients that one thread draws and writes at a time. Whole blocks of every model, and a gzip member of its own in the records' file: what is
 * written depends on the run's rows alone, not on who drew them.
 */
const CHUNK_ROWS = 1000;

/** A run that rows are drawn of. */
export interface DrawingSetting {
  /** Folder of the model. */
  model: string;
  engine: string;
  /** Its rows. */
  number: number;
  seed: number;
}

/** Some patients, as they are written. */
export interface Chunk {
  /** Their records, one a line, gzipped. */
  records: Uint8Array<ArrayBuffer>;
  /** Rows: ids, and entries in CSR as scipy names its parts. */
  ids: string[];
  indptr: Int32Array;
  indices: Int32Array;
  values: Int32Array;
  /** Undefined of a model whose records need no repair. */
  repairs: Repairs | undefined;
}

/** The rows [first, end) of a run. */
export type Range = readonly [first: number, end: number];

/** A range of rows in chunks, which begin at the same rows whatever the range. */
export function chunksOf([first, end]: Range): Range[] {
  const chunks: Range[] = [];
  for (let start = first; start < end; start = chunks.at(-1)![1])
    chunks.push([start, Math.min(end, start - (start % CHUNK_ROWS) + CHUNK_ROWS)]);
  return chunks;
}

/**
 * Chunks of a run of `number` rows, one after another.
 * @throws the signal's reason, once it is given
 */
export async function* drawChunks(
  chunks: Iterable<Range>,
  generation: Generation,
  { number, seed }: Pick<DrawingSetting, 'number' | 'seed'>,
  signal?: AbortSignal,
): AsyncGenerator<Chunk> {
  for (const range of chunks) yield await drawRange(generation, number, seed, range, signal);
}

/**
 * The patients of some rows; each is compressed while the next one is drawn.
 * @throws the signal's reason, once it is given
 */
async function drawRange(
  generation: Generation,
  number: number,
  seed: number,
  range: Range,
  signal?: AbortSignal,
): Promise<Chunk> {
  const before = generation.repairs();
  const records = new GzipMember();
  const ids: string[] = [];
  const indptr = [0];
  const indices: number[] = [];
  const values: number[] = [];
  for await (const draw of generation.sample(number, { seed, range, signal })) {
    const { record, entries } = draw.patient();
    await records.write(`${JSON.stringify(record)}\n`);
    ids.push(record.id);
    for (const [column, count] of entries) {
      indices.push(column);
      values.push(count);
    }
    indptr.push(indices.length);
    await yieldToEventLoop();
    signal?.throwIfAborted();
  }
  const [own, columns, counts] = [indptr, indices, values].map((list) => Int32Array.from(list));
  const repairs = repairsSince(before, generation.repairs());
  return { ids, indptr: own, indices: columns, values: counts, repairs, records: await records.end() };
}

function repairsSince(before: Repairs | undefined, after: Repairs | undefined): Repairs | undefined {
  if (!before || !after) return undefined;
  return {
    rows: after.rows - before.rows,
    rowsWithImpossible: after.rowsWithImpossible - before.rowsWithImpossible,
    codesDropped: after.codesDropped - before.codesDropped,
    sexChanged: after.sexChanged - before.sexChanged,
  };
}

/** Of two parts of a run together. */
export function repairsOfBoth(one: Repairs | undefined, other: Repairs | undefined): Repairs | undefined {
  if (!one || !other) return one ?? other;
  return {
    rows: one.rows + other.rows,
    rowsWithImpossible: one.rowsWithImpossible + other.rowsWithImpossible,
    codesDropped: one.codesDropped + other.codesDropped,
    sexChanged: one.sexChanged + other.sexChanged,
  };
}
