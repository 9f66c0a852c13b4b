import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { columnKey, loadColumns } from '@ehrsynth/matrix';
import { type Held, Policy } from '@ehrsynth/release';
import type { Timeline } from '@ehrsynth/report';
import { z } from 'zod';
import { requireHere } from '../cohort/coded/stay.ts';
import { readRecords } from '../cohort/records-file.ts';
import { OtherColumnsError } from '../errors.ts';
import type { Running } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { checkOrigin, inputsFrom, type ProvenRun, provenRun } from '../run/provenance.ts';
import { intoRunFolder, type RunFile, type RunRecord } from '../run/run-folder.ts';
import { seedNumber } from '../training/train-options.ts';
import type { Assessment } from './assess.ts';
import { FuturesAsPatientsError } from './errors.ts';
import { isOfFutures, provenFutures } from './futures.ts';
import { measureForecasts } from './measure-forecasts.ts';
import { measureRecords } from './measure-records.ts';
import { readPolicy } from './policy-file.ts';
import { writeReport } from './report-files.ts';
import { reportOrigin } from './report-origin.ts';
import { keepTimelines } from './shown-patients.ts';

export const EvaluateOptions = z.strictObject({
  /** The folder of report.html and report.json. */
  out: z.string().min(1),
  /** Folder of the model that drew the patients (by default the one that run.json names). */
  model: z.string().optional(),
  /** File with the gates to hold the figures against. */
  policy: z.string().optional(),
  /** Code that is predicted to compare real and synthetic training (by default that of about 15 % of the patients). */
  outcome: z.string().optional(),
  /** Decides which rows are drawn where not all are compared. */
  seed: seedNumber.default(1),
  /** Whether records over time are measured, too. */
  histories: z.boolean().default(true),
  /** Folder of futures of held-out people that `generate --from` drew, which are put beside what became of them. */
  futures: z.string().min(1).optional(),
  /** Replaces the folder where `evaluate` wrote it. */
  force: z.boolean().default(false),
});
export type EvaluateOptions = z.input<typeof EvaluateOptions>;

export interface Evaluated {
  /** The folder of report.html and report.json. */
  out: string;
  assessment: Assessment;
  /** What of the records is held by fewer training patients than the policy asks for. */
  rare: Held[];
  /** Whether it is proven that the patients are of a model of this cohort. */
  isProven: boolean;
}

/**
 * Measures synthetic patients: fidelity and utility against held-out real ones, privacy by attacks on the training patients, all of it
 * held against the gates of a policy. Writes report.html and report.json.
 * @param cohort folder that `ingest` wrote
 * @param synth folder that `generate` wrote
 * @throws FuturesAsPatientsError where `synth` holds drawn futures of real people; UserError; of `futures` NotFuturesError and ForeignFuturesError
 */
export async function evaluate(
  cohort: string,
  synth: string,
  options: EvaluateOptions,
  running: Running = {},
): Promise<Evaluated> {
  const given = checkedOptions('evaluate', EvaluateOptions, options);
  const { model: named, futures: drawn, ...shown } = given;
  const { out, force, seed, outcome, histories } = given;
  const { source, model, inputs, runs } = await checkedSources(cohort, synth, named, running);
  const futures = drawn === undefined ? undefined : await provenFutures(drawn, source, {}, running);
  const policy = given.policy === undefined ? Policy.parse({}) : await readPolicy(given.policy);
  const run = {
    command: 'evaluate',
    out,
    force,
    options: shown,
    links: { cohort, synth, ...(drawn !== undefined && { futures: drawn }) },
    sources: [model, futures?.model].filter((one) => one !== undefined),
    inputs: [...inputs, ...(futures?.inputs ?? [])],
  };
  let found: { found: Assessment; rare: Held[] } | undefined;
  await intoRunFolder(run, async (folder) => {
    const forecasts = futures && (await measureForecasts(cohort, futures, policy['small-cells'], running));
    const timelines: Timeline[] = [];
    const records = keepTimelines(readRecords(join(synth, 'records.ndjson.gz')), timelines);
    found = await measureRecords(records, { cohort, model, policy, seed, outcome, histories, forecasts }, running);
    await writeReport(folder, found.found, policy.datasheet.title, { origin: reportOrigin(runs), timelines });
    return { ...found.found.comparison.rows };
  });
  return { out, assessment: found!.found, rare: found!.rare, isProven: model !== undefined };
}

/** Proves that the patients are of a model of this cohort; where the model is not at hand, says that it cannot be. */
async function checkedSources(
  cohort: string,
  folder: string,
  given: string | undefined,
  { onEvent }: Running,
): Promise<{
  source: ProvenRun;
  model: string | undefined;
  inputs: RunFile[];
  runs: { model?: RunRecord; generation: RunRecord };
}> {
  await requireHere(cohort);
  const source = await provenRun(cohort, 'ingest');
  const synth = await provenRun(folder, 'generate');
  if (isOfFutures(synth.run)) throw new FuturesAsPatientsError(folder);
  const inputs = [...inputsFrom('cohort', source), ...inputsFrom('synth', synth)];
  const link = synth.run.links['model'];
  const model = given ?? (link === undefined ? undefined : join(folder, link));
  if (model === undefined || (given === undefined && !existsSync(model))) {
    const columns = await Promise.all([join(cohort, 'train'), folder].map((where) => loadColumns(where)));
    const [own, others] = columns.map((all) => all.map(columnKey).join('\n'));
    if (own !== others) throw new OtherColumnsError(cohort);
    const text =
      'The model was not found, so it is not verified that the patients belong to this cohort (give its folder with --model)';
    onEvent?.({ type: 'note', text });
    return { source, model: undefined, inputs, runs: { generation: synth.run } };
  }
  const trained = await provenRun(model, 'train');
  checkOrigin(synth, 'model', trained);
  checkOrigin(trained, 'cohort', source);
  return { source, model, inputs, runs: { model: trained.run, generation: synth.run } };
}
