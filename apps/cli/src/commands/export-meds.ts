import { join } from 'node:path';
import { Command } from 'commander';
import { type MedsCounts, SPLITS, type Split, writeMeds } from '@ehrsynth/meds';
import { filesOf, intoRunFolder, readRecords, readRun, version } from '@ehrsynth/pipeline';
import { console } from '../console.ts';
import { oneOf } from '../options.ts';
import { Progress } from '../progress.ts';
import { text } from '../table.ts';

interface Options {
  out: string;
  split: Split;
  name: string;
  force: boolean;
}

export function exportMedsCommand(): Command {
  return new Command('meds')
    .description('MEDS 0.4 (Medical Event Data Standard): Parquet, with its metadata')
    .argument('<synth>', 'folder that `ehrsynth generate` wrote')
    .requiredOption('-o, --out <folder>', 'where to write')
    .option(
      '--split <split>',
      `the split that all subjects are in: ${SPLITS.join(', ')}`,
      oneOf(...SPLITS),
      'train',
    )
    .option('--name <name>', 'name of the dataset', 'synthetic patients')
    .option('--force', 'replace the folder', false)
    .action(exportMeds);
}

async function exportMeds(synth: string, { out, split, name, force }: Options): Promise<void> {
  const { counts, started } = await readRun(synth, 'generate');
  let written: MedsCounts | undefined;
  const run = {
    command: 'export meds',
    out,
    force,
    options: { split, name },
    links: { synth },
    inputs: () => filesOf(synth, 'synth'),
  };
  await intoRunFolder(run, async (folder) => {
    const progress = new Progress('Writing', 'patients', Number(counts.patients));
    written = await writeMeds(readRecords(join(synth, 'records.ndjson.gz')), folder, {
      // When the patients were drawn: the same patients give the same files.
      dataset: { name, etlVersion: version(), createdAt: started },
      splitOf: () => split,
      onProgress: (patients) => progress.update(patients),
    });
    progress.stop();
    return { ...written };
  });
  const { subjects, rows, codes, shards } = written!;
  const all = Object.values(rows).reduce((sum, count) => sum + count, 0);
  console.log(
    `MEDS 0.4 → ${out}\n${text(subjects)} subjects, all ${split}; ${text(all)} rows in ${text(shards)} files; ${text(codes)} codes`,
  );
}
