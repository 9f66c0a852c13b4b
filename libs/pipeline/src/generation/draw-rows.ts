import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repairs } from '@ehrsynth/decode';
import { MatrixWriter } from '@ehrsynth/matrix';
import { type Running, untilStopped, Work } from '../run/events.ts';
import { type Chunk, chunksOf, drawChunks, type DrawingSetting, type Range, repairsOfBoth } from './draw-chunks.ts';
import { drawOnThreads } from './drawing-threads.ts';
import type { Generation } from './generation.ts';

export const RECORDS = 'records.ndjson.gz';
/** The piece of work that drawing is. */
export const DRAWING = 'Generating';
/** Chunks for which it pays to start a thread, which has to load the model, the dictionaries and an engine. */
const LEAST_CHUNKS = 3;

/** Patients as the model has them, a chunk at a time. */
export async function drawRows(
  folder: string,
  generation: Generation,
  range: Range,
  threads: number,
  setting: DrawingSetting,
  running: Running,
): Promise<{ patients: number; repairs?: Repairs }> {
  const chunks = chunksOf(range);
  const workers = Math.min(threads, Math.ceil(chunks.length / LEAST_CHUNKS));
  const drawn =
    workers > 1
      ? drawOnThreads(chunks, workers, setting, running.signal)
      : drawChunks(chunks, generation, setting, running.signal);
  const work = new Work(running, DRAWING, 'patients', range[1] - range[0]);
  const records = await open(join(folder, RECORDS), 'w');
  const matrix = new MatrixWriter(folder, generation.columns);
  let repairs: Repairs | undefined;
  let patients = 0;
  try {
    for await (const chunk of untilStopped(drawn, running)) {
      await records.writeFile(chunk.records);
      addRows(matrix, chunk);
      patients += chunk.ids.length;
      repairs = repairsOfBoth(repairs, chunk.repairs);
      work.update(patients);
    }
  } finally {
    await records.close();
  }
  await matrix.close();
  work.stop();
  return { patients, repairs };
}

function addRows(matrix: MatrixWriter, { ids, indptr, indices, values }: Chunk): void {
  ids.forEach((id, row) => {
    const [start, end] = [indptr[row], indptr[row + 1]];
    matrix.add(id, indices.subarray(start, end), values.subarray(start, end));
  });
}
