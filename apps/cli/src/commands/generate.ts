import { join } from 'node:path';
import { Command } from 'commander';
import { Decoder, loadTimeline } from '@ehrsynth/decode';
import { ENGINE_NAMES, type EngineName, startEngine } from '@ehrsynth/engine';
import { MatrixBuilder, saveMatrix } from '@ehrsynth/matrix';
import { MedGan } from '@ehrsynth/models';
import { Vocabulary } from '@ehrsynth/vocab';
import { oneOf, wholeNumber } from '../options.ts';
import { Progress } from '../progress.ts';
import { RecordsWriter } from '../records-file.ts';
import { intoRunFolder, readRun } from '../run-folder.ts';
import { text } from '../table.ts';

interface Options {
  number: number;
  out: string;
  seed: number;
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
    .option('--engine <name>', `one of ${ENGINE_NAMES.join(', ')} (default: the best there is)`, oneOf('auto', ...ENGINE_NAMES), 'auto')
    .option('--force', 'replace the folder', false)
    .action(generate); // prettier-ignore
}

async function generate(modelFolder: string, options: Options): Promise<void> {
  await readRun(modelFolder, 'train');
  const { number, out, seed, force } = options;
  const engine = await startEngine(options.engine);
  const model = await MedGan.load(modelFolder);
  const timeline = await loadTimeline(modelFolder);
  const counts = model.options.mode === 'count' ? 'row' : 'learned';
  const decoder = new Decoder(model.columns, timeline, new Vocabulary(), { seed, counts });
  const run = {
    command: 'generate',
    out,
    force,
    options: { model: modelFolder, ...options, engine: engine.name },
    inputs: [modelFolder],
  };
  await intoRunFolder(run, async (folder) => {
    const sampled = await model.sample(number, { seed });
    const progress = new Progress('Decoding', 'patients', number);
    const records = new RecordsWriter(join(folder, 'records.ndjson.gz'));
    const builder = new MatrixBuilder(model.columns);
    for (let row = 0; row < sampled.rows; row++) {
      const { record, entries } = decoder.decode(row, sampled.entries(row));
      builder.add(record.id, entries);
      await records.write(record);
      progress.update(row + 1);
    }
    await records.close();
    await saveMatrix(folder, builder.build());
    progress.stop();
    return { patients: number, repairs: decoder.repairs };
  });
  const { rowsWithImpossible, codesDropped, sexChanged } = decoder.repairs;
  console.log(
    `${text(number)} synthetic patients → ${out}\n` +
      `  ${text(rowsWithImpossible)} sampled rows (${((100 * rowsWithImpossible) / number).toFixed(1)} %) held a code that their sex or age forbids;` +
      ` mended: ${text(codesDropped)} codes left out, ${text(sexChanged)} times the sex changed`,
  );
}
