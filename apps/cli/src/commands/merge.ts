import { Command } from 'commander';
import { merge } from '@ehrsynth/pipeline';
import { console } from '../console.ts';
import { showing } from '../showing.ts';
import { text } from '../table.ts';

export function mergeCommand(): Command {
  return new Command('merge')
    .argument('<parts...>', 'the folders, in any order')
    .requiredOption('-o, --out <folder>', 'where to write')
    .option('--force', 'replace the folder', false)
    .action(run);
}

async function run(folders: string[], options: { out: string; force: boolean }): Promise<void> {
  const { patients, parts } = await merge(folders, options, showing());
  console.log(
    `${text(patients)} synthetic patients from ${parts === 1 ? '1 part' : `${text(parts)} parts`} → ${options.out}`,
  );
}
