import { join } from 'node:path';
import { Command } from 'commander';
import { ENGINE_NAMES, type EngineName } from '@ehrsynth/engine';
import { MatrixWriter } from '@ehrsynth/matrix';
import { openGeneration } from '../generation.ts';
import { oneOf, shardOf, wholeNumber } from '../options.ts';
import { Progress } from '../progress.ts';
import { RecordsWriter } from '../records-file.ts';
import { intoRunFolder, readRun } from '../run-folder.ts';
import { text } from '../table.ts';

interface Options {
  number: number;
  out: string;
  seed: number;
  shard?: readonly [part: number, parts: number];
  engine: EngineName | 'auto';
  force: boolean;
}

export function generateCommand(): Command {
  return new Command('generate')
    .description('draw synthetic patients from a model')
    .argument('<model>', 'folder that `ehrsynth train` wrote')
    .requiredOption('-n, --number <number>', 'how many patients', wholeNumber(1))
    .requiredOption('-o, --out <folder>', 'where to write them')
    .option('--seed <number>', 'the same seed, model and engine give the same patients', wholeNumber(0), 1)
    .option('--shard <i/n>', 'only the i-th of n parts, for n processes or machines: together they are the rows of one run', shardOf)
    .option('--engine <name>', `one of ${ENGINE_NAMES.join(', ')} (default: the best there is)`, oneOf('auto', ...ENGINE_NAMES), 'auto')
    .option('--force', 'replace the folder', false)
    .action(generate); // prettier-ignore
}

async function generate(modelFolder: string, options: Options): Promise<void> {
  await readRun(modelFolder, 'train');
  const { number, out, seed, shard, force } = options;
  const { model, decoder, engine } = await openGeneration(modelFolder, seed, options.engine);
  const run = {
    command: 'generate',
    out,
    force,
    options: { model: modelFolder, ...options, shard: shard?.join('/'), engine },
    inputs: [modelFolder],
  };
  let patients = 0;
  await intoRunFolder(run, async (folder) => {
    const expected = shard ? Math.ceil(number / shard[1]) : number;
    const progress = new Progress('Generating', 'patients', expected);
    const records = new RecordsWriter(join(folder, 'records.ndjson.gz'));
    const matrix = new MatrixWriter(folder, model.columns);
    for await (const { row, entries } of model.sample(number, { seed, shard })) {
      const decoded = decoder.decode(row, entries);
      matrix.addEntries(decoded.record.id, decoded.entries);
      await records.write(decoded.record);
      progress.update(++patients);
    }
    await records.close();
    await matrix.close();
    progress.stop();
    return { patients, repairs: decoder.repairs };
  });
  const { rowsWithImpossible, codesDropped, sexChanged } = decoder.repairs;
  console.log(
    `${text(patients)} synthetic patients${shard ? `, part ${shard.join(' of ')}` : ''} → ${out}\n` +
      `  ${text(rowsWithImpossible)} sampled rows (${((100 * rowsWithImpossible) / Math.max(1, patients)).toFixed(1)} %) held a code that their sex or age forbids;` +
      ` mended: ${text(codesDropped)} codes left out, ${text(sexChanged)} times the sex changed`,
  );
}
