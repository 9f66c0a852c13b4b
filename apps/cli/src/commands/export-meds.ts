import { Command } from 'commander';
import { SPLITS, type Split } from '@ehrsynth/meds';
import { exportMeds } from '@ehrsynth/pipeline';
import { console } from '../console.ts';
import { oneOf } from '../options.ts';
import { showing } from '../showing.ts';
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
    .option('--split <split>', `split to put all subjects in: ${SPLITS.join(', ')}`, oneOf(...SPLITS), 'train')
    .option('--name <name>', 'name of the dataset', 'synthetic patients')
    .option('--force', 'replace the folder', false)
    .action(run);
}

async function run(synth: string, options: Options): Promise<void> {
  const { out, subjects, rows, codes, shards } = await exportMeds(synth, options, showing());
  const all = Object.values(rows).reduce((sum, count) => sum + count, 0);
  console.log(
    `MEDS 0.4 → ${out}\n${text(subjects)} subjects, all ${options.split}; ${text(all)} rows in ${text(shards)} files; ${text(codes)} codes`,
  );
}
