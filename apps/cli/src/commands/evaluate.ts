import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { columnKey, loadColumns } from '@ehrsynth/matrix';
import { type Held, Policy } from '@ehrsynth/release';
import type { Assessment } from '../assess.ts';
import { summary } from '../assessment-summary.ts';
import { console } from '../console.ts';
import { OtherColumnsError } from '../errors.ts';
import { measureRecords, rareLines } from '../measure-release.ts';
import { wholeNumber } from '../options.ts';
import { readPolicy } from '../policy-file.ts';
import { checkOrigin, inputsFrom, provenRun } from '../provenance.ts';
import { readRecords } from '../records-file.ts';
import { writeReport } from '../release-report.ts';
import { intoRunFolder } from '../run-folder.ts';

interface Options {
  out: string;
  model?: string;
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
    .option('--model <folder>', 'model that drew the patients (default: the one that run.json names)')
    .option('--policy <file>', 'gates to hold the figures against (default: as `ehrsynth release policy` prints)')
    .option('--outcome <code>', 'code that is predicted to compare real and synthetic training (default: the code of about 15 % of the patients)')
    .option('--seed <number>', 'decides which rows are drawn where not all are compared', wholeNumber(0), 1)
    .option('--force', 'replace the folder', false)
    .action(evaluate);
} // prettier-ignore

async function evaluate(cohort: string, synth: string, options: Options): Promise<void> {
  const { model: named, ...shown } = options;
  const { out, force, seed, outcome } = options;
  const { model, inputs } = await checkedSources(cohort, synth, named);
  const policy = options.policy === undefined ? Policy.parse({}) : await readPolicy(options.policy);
  let found: Assessment | undefined;
  let rare: Held[] = [];
  await intoRunFolder(
    {
      command: 'evaluate',
      out,
      force,
      options: shown,
      links: { cohort, synth },
      sources: model === undefined ? [] : [model],
      inputs,
    },
    async (folder) => {
      const records = readRecords(join(synth, 'records.ndjson.gz'));
      ({ found, rare } = await measureRecords(records, { cohort, model, policy, seed, outcome }));
      await writeReport(folder, found, policy.datasheet.title);
      return { ...found.comparison.rows };
    },
  );
  console.log([summary(found!), ...rareLines(rare)].join('\n'));
  console.log(`Look at ${join(out, 'report.html')}; all figures → ${join(out, 'report.json')}`);
}

/** Proves that the patients are of a model of this cohort; where the model is not at hand, says that it cannot be. */
async function checkedSources(cohort: string, folder: string, given: string | undefined) {
  const source = await provenRun(cohort, 'ingest');
  const synth = await provenRun(folder, 'generate');
  const model = given ?? synth.run.links['model'];
  const at = given ?? (model === undefined ? undefined : join(folder, model));
  if (at === undefined || (given === undefined && !existsSync(at))) {
    const columns = await Promise.all([join(cohort, 'train'), folder].map((where) => loadColumns(where)));
    const [own, others] = columns.map((all) => all.map(columnKey).join('\n'));
    if (own !== others) throw new OtherColumnsError(cohort);
    console.log('The model is not at hand: that the patients are of this cohort is not proven (--model names its folder)');
  } else {
    const trained = await provenRun(at, 'train');
    checkOrigin(synth, 'model', trained);
    checkOrigin(trained, 'cohort', source);
  }
  return { model: at, inputs: [...inputsFrom('cohort', source), ...inputsFrom('synth', synth)] };
} // prettier-ignore
