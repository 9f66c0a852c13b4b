import { join } from 'node:path';
import { Command } from 'commander';
import { evaluate, rareLines } from '@ehrsynth/pipeline';
import { summary } from '../assessment-summary.ts';
import { console } from '../console.ts';
import { wholeNumber } from '../options.ts';
import { showing } from '../showing.ts';

interface Options {
  out: string;
  model?: string;
  policy?: string;
  outcome?: string;
  seed: number;
  histories: boolean;
  force: boolean;
}

export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('how synthetic patients compare with held-out real ones, and what they tell of the training patients')
    .argument('<cohort>', 'folder that `ehrsynth ingest` wrote')
    .argument('<synth>', 'folder that `ehrsynth generate` wrote')
    .requiredOption('-o, --out <folder>', 'where to write report.html and report.json')
    .option('--model <folder>', 'model that drew the patients (default: the one that run.json names)')
    .option('--policy <file>', 'gates to hold the figures against (default: as `ehrsynth release policy` prints)')
    .option('--outcome <code>', 'code that is predicted to compare real and synthetic training (default: the code of about 15 % of the patients)')
    .option('--seed <number>', 'decides which rows are drawn where not all are compared', wholeNumber(0), 1)
    .option('--no-histories', 'leave out records over time: order, rhythm, values, attacks on histories')
    .option('--force', 'replace the folder', false)
    .action(run);
} // prettier-ignore

async function run(cohort: string, synth: string, options: Options): Promise<void> {
  const { out, assessment, rare } = await evaluate(cohort, synth, options, showing());
  console.log([summary(assessment), ...rareLines(rare)].join('\n'));
  console.log(`Look at ${join(out, 'report.html')}; all figures → ${join(out, 'report.json')}`);
}
