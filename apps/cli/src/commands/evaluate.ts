import { join } from 'node:path';
import { Command } from 'commander';
import { limitsOf } from '@ehrsynth/decode';
import { compare, type Comparison } from '@ehrsynth/evaluation';
import { writeFileAtomic } from '@ehrsynth/io';
import { loadMatrix } from '@ehrsynth/matrix';
import { audit, type Interval, type PrivacyAudit } from '@ehrsynth/privacy';
import { wholeNumber } from '../options.ts';
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
    .option('--seed <number>', 'decides which rows the attacks compare', wholeNumber(0), 1)
    .option('--force', 'replace the folder', false)
    .action(evaluate);
}

async function evaluate(
  cohort: string,
  synth: string,
  { out, force, seed }: { out: string; force: boolean; seed: number },
): Promise<void> {
  await readRun(cohort, 'ingest');
  await readRun(synth, 'generate');
  const inputs = [join(cohort, 'train'), join(cohort, 'holdout'), synth];
  let comparison: Comparison | undefined;
  let privacy: PrivacyAudit | undefined;
  await intoRunFolder(
    { command: 'evaluate', out, force, options: { cohort, synth, seed }, inputs },
    async (folder) => {
      const [training, holdout, synthetic] = await Promise.all(inputs.map(loadMatrix));
      comparison = compare(training, holdout, synthetic, limitsOf);
      privacy = audit(training, holdout, synthetic, seed);
      await writeFileAtomic(
        join(folder, 'report.json'),
        `${JSON.stringify({ ...comparison, privacy }, null, 1)}\n`,
      );
      return { ...comparison.rows };
    },
  );
  console.log(summary(comparison!));
  console.log(privacySummary(privacy!));
  console.log(`All figures → ${join(out, 'report.json')}`);
}

function summary({
  rows,
  codes,
  prevalence,
  recordLength,
  pairs,
  conceptAbundance,
  violations,
  coverage,
  byCode,
}: Comparison): string {
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
    [
      'codes a patient, concept abundance',
      conceptAbundance.synthetic.toFixed(4),
      conceptAbundance.floor.toFixed(4),
    ],
    [
      'correlation of pairs, mean difference',
      pairs.synthetic.correlation.meanAbsoluteDifference.toFixed(4),
      pairs.floor.correlation.meanAbsoluteDifference.toFixed(4),
    ],
    [
      'correlation of pairs, Pearson r',
      pairs.synthetic.correlation.r.toFixed(4),
      pairs.floor.correlation.r.toFixed(4),
    ],
    [
      'log lift of pairs, Pearson r',
      pairs.synthetic.lift?.r.toFixed(4) ?? 'too few',
      pairs.floor.lift?.r.toFixed(4) ?? 'too few',
    ],
    [
      'rows impossible for sex or age',
      percent(violations.synthetic.share),
      percent(violations.training.share),
    ],
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

/** The attacks, each beside what is safe. */
function privacySummary({ rows, membership, closestRecord, adversarialAccuracy, copies, attributeInference, kAnonymity }: PrivacyAudit): string {
  const interval = ({ value, lower, upper }: Interval, digits = 3) =>
    `${value.toFixed(digits)} (${lower.toFixed(digits)} – ${upper.toFixed(digits)})`;
  const share = ({ value, lower, upper }: Interval) => `${percent(value)} (${percent(lower)} – ${percent(upper)})`;
  return [
    `Privacy: attacks on ${text(rows.members)} training patients, beside as many held-out ones (95% intervals)`,
    table(
      ['', 'found', 'safe'],
      [
        ['membership by distance, AUC', interval(membership.sets), '0.5 in the interval'],
        ['membership by distance of counts, AUC', interval(membership.counts), '0.5 in the interval'],
        ['synthetic rows closer to training than held out', share(closestRecord.closerToTraining), '50 % in the interval'],
        ['adversarial accuracy, privacy loss', adversarialAccuracy.privacyLoss.toFixed(3), '0'],
        [`copies of training rows (≥ ${copies.minCodes} codes)`, share(copies.exact.training), `held out ${share(copies.exact.holdout)}`],
        ['copies but for one code', share(copies.near.training), `held out ${share(copies.near.holdout)}`],
        ...attributeInference.bands.filter(({ codes }) => codes > 0).map(({ from, gain }) => [`inference of unknown codes, prevalence from ${percent(from)}: F1 gained`, interval(gain), '0 in the interval']),
      ],
    ),
    `${text(kAnonymity.classes)} classes by ${kAnonymity.quasiIdentifiers.join(', ')}; the smallest has ${text(kAnonymity.k)} synthetic patients, ${kAnonymity.smaller.map(({ than, rows: few }) => `${text(few)} are in classes of fewer than ${than}`).join(', ')}`,
  ].join('\n');
} // prettier-ignore

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
