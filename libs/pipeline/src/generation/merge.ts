import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { yieldToEventLoop } from '@ehrsynth/io';
import { loadMatrix, MatrixWriter } from '@ehrsynth/matrix';
import { z } from 'zod';
import { ShardsError } from '../errors.ts';
import type { Running } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { type ProvenRun, provenRun } from '../run/provenance.ts';
import { intoRunFolder } from '../run/run-folder.ts';

export const MergeOptions = z.strictObject({
  out: z.string().min(1),
  /** Replaces the folder where it was merged or generated. */
  force: z.boolean().default(false),
});
export type MergeOptions = z.input<typeof MergeOptions>;

/** The options that all parts of one run share. */
const SHARED = ['number', 'seed', 'engine'];

/**
 * Puts the parts of one run that `generate` drew with `shard` into one folder, whatever their order.
 * @throws ShardsError where they are not all the parts of one run; UserError
 */
export async function merge(
  folders: string[],
  options: MergeOptions,
  running: Running = {},
): Promise<{ patients: number; parts: number }> {
  const { out, force } = checkedOptions('merge', MergeOptions, options);
  const parts = inOrder(await provenParts(folders));
  const [{ folder: first, run: one }] = parts;
  let patients = 0;
  const run = {
    command: 'generate',
    out,
    force,
    options: { ...one.options, shard: undefined, parts: parts.length },
    // Where the parts were drawn elsewhere, the model may not be where they say.
    links: Object.fromEntries(Object.entries(one.links).map(([part, link]) => [part, join(first, link)])),
    sources: folders,
    inputs: [
      ...one.inputs,
      ...parts.flatMap(({ files }, i) => files.map((file) => ({ ...file, name: `part-${i + 1}/${file.name}` }))),
    ],
  };
  await intoRunFolder(run, async (folder) => {
    let writer: MatrixWriter | undefined;
    for (const { folder: part } of parts) {
      const matrix = await loadMatrix(part);
      writer ??= new MatrixWriter(folder, matrix.columns);
      for (let row = 0; row < matrix.rows; row++) {
        const [start, end] = [matrix.indptr[row], matrix.indptr[row + 1]];
        writer.add(matrix.ids[row], matrix.indices.subarray(start, end), matrix.values.subarray(start, end));
        await yieldToEventLoop();
        running.signal?.throwIfAborted();
      }
      patients += matrix.rows;
      // Gzip files one after another are a gzip file.
      const name = 'records.ndjson.gz';
      await pipeline(createReadStream(join(part, name)), createWriteStream(join(folder, name), { flags: 'a' }));
    }
    await writer!.close();
    return { patients };
  });
  return { patients, parts: parts.length };
}

/** The parts, each as `generate` wrote it. */
async function provenParts(folders: string[]): Promise<ProvenRun[]> {
  const found: ProvenRun[] = [];
  for (const folder of folders) found.push(await provenRun(folder, 'generate'));
  return found;
}

/** The parts in their order. @throws ShardsError where they are not all the parts of one run */
function inOrder(found: ProvenRun[]): ProvenRun[] {
  const shards = found.map(({ run }) =>
    String(run.options['shard'] ?? '1/1')
      .split('/')
      .map(Number),
  );
  const [, count] = shards[0];
  const [{ run: first }] = found;
  const same = ({ run }: ProvenRun) =>
    JSON.stringify(run.inputs) === JSON.stringify(first.inputs) &&
    SHARED.every((option) => run.options[option] === first.options[option]);
  found.forEach((one, i) => {
    if (!same(one) || shards[i][1] !== count) throw new ShardsError(one.folder, 'it belongs to a different run');
  });
  return Array.from({ length: count }, (_, i) => {
    const own = found.filter((_part, j) => shards[j][0] === i + 1);
    if (own.length !== 1) {
      throw new ShardsError(
        own[1]?.folder ?? found.map(({ folder }) => folder).join(', '),
        own.length === 0 ? `part ${i + 1} of ${count} is missing` : `part ${i + 1} was given twice`,
      );
    }
    return own[0];
  });
}
