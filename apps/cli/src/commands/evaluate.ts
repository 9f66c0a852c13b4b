import { join } from 'node:path';
import { Command } from 'commander';
import { flagOf } from '@ehrsynth/models';
import {
  evaluate,
  evaluateForecasts,
  evaluateRecords,
  evaluateSynthetic,
  rareLines,
  type RecordsToJudge,
} from '@ehrsynth/pipeline';
import { EventKind } from '@ehrsynth/records';
import { forecastSummary, summary } from '../assessment-summary.ts';
import { console } from '../console.ts';
import { EvaluateUsageError } from '../errors.ts';
import { addFrameOptions, type FrameFlags } from '../frame-options.ts';
import { collect, listOf, oneOf, wholeNumber } from '../options.ts';
import { showing } from '../showing.ts';

interface Options extends FrameFlags {
  records?: string;
  holdout?: string;
  synth?: string;
  synthetic?: string[];
  missing?: 'count' | 'leave-out';
  kinds?: EventKind[];
  minPatients?: number;
  out: string;
  model?: string;
  policy?: string;
  outcome?: string;
  seed: number;
  histories: boolean;
  futures?: string;
  force: boolean;
}

export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .argument('[cohort]', 'folder that `ehrsynth ingest` wrote')
    .argument(
      '[synth...]',
      'folder that `ehrsynth generate` wrote; of several, of other seeds, each figure has its range, and the worst run counts for each gate',
    )
    .option(
      '--synthetic <path>',
      'instead of SYNTH: the output of any generator, as a matrix (.npz, .npy, CSV or Parquet with one column per code), a table with one row per event (id, time, code), or records (FHIR, OMOP, MEDS, records.ndjson); repeat it for several runs of the generator',
      collect,
    )
    .option(
      '--missing <what>',
      'with --synthetic: codes that a matrix has no column for count as never generated, or are left out on both sides: count, leave-out (default: count)',
      oneOf('count', 'leave-out'),
    )
    .option(
      '--records <path>',
      'instead of both: the records that any generator was trained on, as FHIR, OMOP, CSV of ehrsynth or records.ndjson.gz',
    )
    .option('--holdout <path>', 'records of real patients that it was not trained on')
    .option('--synth <path>', 'the records that it generated')
    .option(
      '--kinds <list>',
      `with --records: some of ${EventKind.options.join(', ')} (default: all)`,
      listOf(...EventKind.options),
    )
    .option(
      '--min-patients <number>',
      'with --records: leave out codes that fewer training patients have (default: 10)',
      wholeNumber(1),
    )
    .requiredOption('-o, --out <folder>', 'where to write report.html and report.json')
    .option('--model <folder>', 'model that the patients were drawn from (default: as run.json says)')
    .option(
      '--policy <file>',
      'policy whose gates the figures must pass (default: as `ehrsynth release policy` prints)',
    )
    .option(
      '--outcome <code>',
      'code to predict, to compare training on real and on synthetic patients (default: the code that about 15 % of the patients have)',
    )
    .option('--seed <number>', 'determines which rows are sampled if not all are compared', wholeNumber(0), 1)
    .option('--no-histories', 'skip measures of records over time: order, rhythm, values, attacks on histories')
    .option(
      '--futures <folder>',
      'futures of held-out patients drawn by `ehrsynth generate --from`, to compare with what really happened (SYNTH may then be left out)',
    )
    .option('--force', 'replace the folder', false)
    .action(run);
  return addFrameOptions(command, 'with --synthetic: ');
}

async function run(cohort: string | undefined, synths: string[], options: Options): Promise<void> {
  const { out } = options;
  if (cohort !== undefined && synths.length === 0 && options.synthetic === undefined && options.futures !== undefined)
    console.log(await forecastLines(cohort, options.futures, options));
  else {
    const { assessment, rare } = await evaluated(cohort, synths, options);
    console.log([summary(assessment), ...rareLines(rare)].join('\n'));
  }
  console.log(`Look at ${join(out, 'report.html')}; all figures → ${join(out, 'report.json')}`);
}

/** Of forecasts by themselves. @throws EvaluateUsageError where there are options of synthetic patients */
async function forecastLines(
  cohort: string,
  futures: string,
  { records, holdout, synth, kinds, minPatients, outcome, histories, out, model, policy, force, ...rest }: Options,
): Promise<string> {
  const { missing, column, names } = rest;
  const others = { records, holdout, synth, kinds, minPatients, outcome, missing, column, names };
  refuse({ histories: histories ? undefined : histories }, 'needs synthetic patients, and none were given');
  refuse(others, 'needs synthetic patients, and none were given');
  const { forecasts } = await evaluateForecasts(cohort, futures, { out, model, policy, force }, showing());
  return forecastSummary(forecasts);
}

/** @throws EvaluateUsageError where one of these options is given */
function refuse(options: object, why: string): void {
  const given = Object.entries(options).find(([, value]) => value !== undefined)?.[0];
  if (given === undefined) return;
  throw new EvaluateUsageError(`${given === 'histories' ? '--no-histories' : flagOf(given)} ${why}`);
}

/** By the form of the command line that was used. @throws EvaluateUsageError where it is both, or a part of one */
function evaluated(
  cohort: string | undefined,
  drawn: string[],
  {
    records,
    holdout,
    synth,
    kinds,
    minPatients,
    model,
    futures,
    synthetic,
    missing,
    column,
    names,
    ...common
  }: Options,
) {
  const ofRecords = { kinds, minPatients };
  const paths = { records, holdout, synth };
  if (synthetic === undefined) refuse({ missing, column, names }, 'only applies with --synthetic');
  const isGiven = (options: object) => Object.values(options).some((value) => value !== undefined);
  if (cohort === undefined) {
    refuse({ synthetic }, "needs a cohort's folder: evaluate COHORT --synthetic PATH");
    if (!isGiven({ ...paths, ...ofRecords }))
      throw new EvaluateUsageError('No synthetic patients to evaluate were given');
    const missing = Object.entries(paths).flatMap(([name, path]) => (path === undefined ? [`--${name}`] : []));
    if (missing.length > 0)
      throw new EvaluateUsageError(`Records cannot be evaluated without ${missing.join(' and ')}`);
    if (model !== undefined) throw new EvaluateUsageError('--model only applies to patients from `ehrsynth generate`');
    if (futures !== undefined) throw new EvaluateUsageError('--futures needs the folder of a cohort');
    return evaluateRecords(paths as RecordsToJudge, { ...common, ...ofRecords }, showing());
  }
  refuse({ ...paths, ...ofRecords }, "cannot be combined with a cohort's folder");
  if (synthetic !== undefined) {
    if (drawn.length > 0) throw new EvaluateUsageError('SYNTH and --synthetic cannot be combined');
    refuse({ model, futures }, 'only applies to patients from `ehrsynth generate`');
    return evaluateSynthetic(cohort, synthetic, { ...common, columns: column, names, missing }, showing());
  }
  if (drawn.length === 0) throw new EvaluateUsageError('A cohort was given, but no synthetic patients');
  return evaluate(cohort, drawn, { ...common, model, futures }, showing());
}
