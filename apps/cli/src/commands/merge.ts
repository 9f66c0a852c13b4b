import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { loadMatrix, MatrixWriter } from '@ehrsynth/matrix';
import { ShardsError } from '../errors.ts';
import { intoRunFolder, readRun, type RunRecord } from '../run-folder.ts';
import { text } from '../table.ts';

export function mergeCommand(): Command {
  return new Command('merge')
    .description('put the parts that `generate --shard` wrote into one folder')
    .argument('<parts...>', 'the folders, in any order')
    .requiredOption('-o, --out <folder>', 'where to write')
    .option('--force', 'replace the folder', false)
    .action(merge);
}

/** The options that all parts of one run share. */
const SHARED = ['number', 'seed', 'engine'];

async function merge(folders: string[], { out, force }: { out: string; force: boolean }): Promise<void> {
  const runs = await Promise.all(folders.map((folder) => readRun(folder, 'generate')));
  const parts = inOrder(folders, runs);
  let patients = 0;
  const options = { ...runs[0].options, shard: undefined, parts };
  await intoRunFolder({ command: 'generate', out, force, options, inputs: parts }, async (folder) => {
    let writer: MatrixWriter | undefined;
    for (const part of parts) {
      const matrix = await loadMatrix(part);
      writer ??= new MatrixWriter(folder, matrix.columns);
      writer.addMatrix(matrix);
      patients += matrix.rows;
      // Gzip files one after another are a gzip file.
      const name = 'records.ndjson.gz';
      await pipeline(
        createReadStream(join(part, name)),
        createWriteStream(join(folder, name), { flags: 'a' }),
      );
    }
    await writer!.close();
    return { patients };
  });
  console.log(`${text(patients)} synthetic patients of ${parts.length} parts → ${out}`);
}

/** The folders by their part. @throws ShardsError where they are not all the parts of one run */
function inOrder(folders: string[], runs: RunRecord[]): string[] {
  const shards = runs.map(({ options }) =>
    String(options['shard'] ?? '1/1')
      .split('/')
      .map(Number),
  );
  const [, count] = shards[0];
  const same = (run: RunRecord) =>
    JSON.stringify(run.inputs.map(({ sha256 }) => sha256)) ===
      JSON.stringify(runs[0].inputs.map(({ sha256 }) => sha256)) &&
    SHARED.every((option) => run.options[option] === runs[0].options[option]);
  runs.forEach((run, i) => {
    if (!same(run) || shards[i][1] !== count)
      throw new ShardsError(folders[i], 'it is a part of another run');
  });
  return Array.from({ length: count }, (_, i) => {
    const found = folders.filter((_folder, j) => shards[j][0] === i + 1);
    if (found.length !== 1) {
      throw new ShardsError(found[1] ?? folders.join(', '), found.length === 0 ? `part ${i + 1} of ${count} is missing` : `part ${i + 1} is there twice`); // prettier-ignore
    }
    return found[0];
  });
}
