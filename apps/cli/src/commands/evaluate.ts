import { join } from 'node:path';
import { Command } from 'commander';
import { writeFileAtomic } from '@ehrsynth/io';
import { loadMatrix } from '@ehrsynth/matrix';
import { Policy } from '@ehrsynth/release';
import { renderReport } from '@ehrsynth/report';
import { type Assessment, assess } from '../assess.ts';
import { summary } from '../assessment-summary.ts';
import { wholeNumber } from '../options.ts';
import { readPolicy } from '../policy-file.ts';
import { intoRunFolder, readRun } from '../run-folder.ts';

interface Options {
  out: string;
  policy?: string;
  outcome?: string;
  seed: number;
  force: boolean;
}

export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('how synthetic patients compare with held-out real ones, and what they tell of the training patients')
    .argument('<cohort>', 'folder that `ehrsynth ingest` wrote')
    .argument('<synth>', 'folder that `ehrsynth generate` wrote')
    .requiredOption('-o, --out <folder>', 'where to write report.html and report.json')
    .option('--policy <file>', 'gates to hold the figures against (default: as `ehrsynth release policy` prints)')
    .option('--outcome <code>', 'code that is predicted to compare real and synthetic training (default: the code of about 15 % of the patients)')
    .option('--seed <number>', 'decides which rows are drawn where not all are compared', wholeNumber(0), 1)
    .option('--force', 'replace the folder', false)
    .action(evaluate);
} // prettier-ignore

async function evaluate(cohort: string, synth: string, options: Options): Promise<void> {
  const { out, force, seed, outcome } = options;
  await readRun(cohort, 'ingest');
  const { options: generated } = await readRun(synth, 'generate');
  const policy = options.policy === undefined ? Policy.parse({}) : await readPolicy(options.policy);
  const inputs = [join(cohort, 'train'), join(cohort, 'holdout'), synth];
  let found: Assessment | undefined;
  await intoRunFolder(
    { command: 'evaluate', out, force, options: { cohort, synth, ...options }, inputs },
    async (folder) => {
      const synthetic = await loadMatrix(synth);
      const model = String(generated.model);
      found = await assess({ cohort, synthetic, model, policy, seed, outcome });
      await writeReport(folder, found, policy.datasheet.title);
      return { ...found.comparison.rows };
    },
  );
  console.log(summary(found!));
  console.log(`Look at ${join(out, 'report.html')}; all figures → ${join(out, 'report.json')}`);
}

/** report.html to look at, report.json with every figure of it. */
export async function writeReport(folder: string, found: Assessment, title: string): Promise<void> {
  await writeFileAtomic(join(folder, 'report.json'), `${JSON.stringify(found, null, 1)}\n`);
  await writeFileAtomic(join(folder, 'report.html'), await renderReport({ title, ...found }));
}
