import { join } from 'node:path';
import { Command } from 'commander';
import { compare, type Comparison } from '@ehrsynth/evaluation';
import { writeFileAtomic } from '@ehrsynth/io';
import { loadMatrix } from '@ehrsynth/matrix';
import { intoRunFolder, readRun } from '../run-folder.ts';
import { table, text } from '../table.ts';

const CODES_SHOWN = 8;
const NAME_WIDTH = 48;

export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('how synthetic patients compare with held-out real ones')
    .argument('<cohort>', 'folder that `ehrsynth ingest` wrote')
    .argument('<synth>', 'folder that `ehrsynth generate` wrote')
    .requiredOption('-o, --out <folder>', 'where to write report.json')
    .option('--force', 'replace the folder', false)
    .action(evaluate);
}

async function evaluate(
  cohort: string,
  synth: string,
  { out, force }: { out: string; force: boolean },
): Promise<void> {
  await readRun(cohort, 'ingest');
  await readRun(synth, 'generate');
  const inputs = [join(cohort, 'train'), join(cohort, 'holdout'), synth];
  let comparison: Comparison | undefined;
  await intoRunFolder(
    { command: 'evaluate', out, force, options: { cohort, synth }, inputs },
    async (folder) => {
      const [training, holdout, synthetic] = await Promise.all(inputs.map(loadMatrix));
      comparison = compare(training, holdout, synthetic);
      await writeFileAtomic(join(folder, 'report.json'), `${JSON.stringify(comparison, null, 1)}\n`);
      return { ...comparison.rows };
    },
  );
  console.log(summary(comparison!));
  console.log(`All figures → ${join(out, 'report.json')}`);
}

function summary({ rows, codes, prevalence, recordLength, coverage, byCode }: Comparison): string {
  const lines = [
    ['prevalence, Pearson r', prevalence.synthetic.r.toFixed(4), prevalence.floor.r.toFixed(4)],
    ['prevalence, RMSE', prevalence.synthetic.rmse.toFixed(4), prevalence.floor.rmse.toFixed(4)],
    [
      'codes a patient, mean',
      recordLength.synthetic.mean.other.toFixed(2),
      recordLength.floor.mean.other.toFixed(2),
    ],
    ['codes a patient, held out', recordLength.synthetic.mean.reference.toFixed(2), ''],
    ['codes a patient, KS distance', recordLength.synthetic.ks.toFixed(4), recordLength.floor.ks.toFixed(4)],
    ['distinct rows', coverage.distinctRows.other.toFixed(3), coverage.distinctRows.reference.toFixed(3)],
    ...coverage.codes.map(({ minPatients, codes: common, neverGenerated }) => [
      `codes with ≥ ${minPatients} training patients, never generated`,
      `${neverGenerated} of ${common}`,
      '0',
    ]),
  ];
  const head = `${text(rows.synthetic)} synthetic against ${text(rows.holdout)} held-out patients, ${text(codes)} codes`;
  const common = byCode.slice(0, CODES_SHOWN).map(({ code, display = '', holdout, synthetic }) => {
    const name = display.length > NAME_WIDTH ? `${display.slice(0, NAME_WIDTH - 1)}…` : display;
    return [code, name, percent(holdout), percent(synthetic)];
  });
  return [
    head,
    table(['', 'synthetic', 'real training rows'], lines),
    'Prevalence of the commonest codes:',
    table(['code', '', 'held out', 'synthetic'], common),
  ].join('\n');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
