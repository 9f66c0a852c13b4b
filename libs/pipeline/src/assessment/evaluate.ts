import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { columnKey, loadColumns } from '@ehrsynth/matrix';
import { type Held, Policy } from '@ehrsynth/release';
import type { Timeline } from '@ehrsynth/report';
import { z } from 'zod';
import { requireHere } from '../cohort/coded/stay.ts';
import { readRecords } from '../cohort/records-file.ts';
import { IncompleteOptionsError, OtherColumnsError } from '../errors.ts';
import type { Running } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { checkOrigin, inputsFrom, type ProvenRun, provenRun } from '../run/provenance.ts';
import { intoRunFolder, type RunFile, type RunRecord } from '../run/run-folder.ts';
import { seedNumber } from '../training/train-options.ts';
import type { Assessment } from './assess.ts';
import { DistinctRuns } from './distinct-runs.ts';
import { FuturesAsPatientsError } from './errors.ts';
import { isOfFutures, provenFutures } from './futures.ts';
import { measureForecasts } from './measure-forecasts.ts';
import { measureRecords } from './measure-records.ts';
import { readPolicy } from './policy-file.ts';
import { writeReport } from './report-files.ts';
import { reportOrigin } from './report-origin.ts';
import { type MeasuredRun, noteRun, seedsOf, together } from './several-runs.ts';
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
 * @param synths folder that `generate` wrote, or several of them, of several seeds: then figures have a range over these runs, and a gate
 * is as in the run where it came out worst
 * @throws SameRunError where two runs are the same patients; FuturesAsPatientsError where `synth` holds drawn futures of real people; UserError; of `futures` NotFuturesError and ForeignFuturesError
 */
export async function evaluate(
  cohort: string,
  synths: string | readonly string[],
  options: EvaluateOptions,
  running: Running = {},
): Promise<Evaluated> {
  const given = checkedOptions('evaluate', EvaluateOptions, options);
  const { model: named, futures: drawn, ...shown } = given;
  const { out, force, seed, outcome, histories } = given;
  const folders = typeof synths === 'string' ? [synths] : synths;
  if (folders.length > 1 && drawn !== undefined)
    throw new IncompleteOptionsError('--futures goes with the patients of one run, and there are several');
  await requireHere(cohort);
  const source = await provenRun(cohort, 'ingest');
  const sources: CheckedSources[] = [];
  for (const [i, folder] of folders.entries())
    sources.push(await checkedSources({ cohort, source }, { folder, part: partOf(i) }, named, running));
  const distinct = new DistinctRuns(sources.length);
  for (const { sample, folder } of sources) distinct.add(sample, folder);
  const futures = drawn === undefined ? undefined : await provenFutures(drawn, source, {}, running);
  const policy = given.policy === undefined ? Policy.parse({}) : await readPolicy(given.policy);
  const run = {
    command: 'evaluate',
    out,
    force,
    options: shown,
    links: {
      cohort,
      ...Object.fromEntries(folders.map((folder, i) => [partOf(i), folder])),
      ...(drawn !== undefined && { futures: drawn }),
    },
    sources: [...sources.map(({ model }) => model), futures?.model].filter((one) => one !== undefined),
    inputs: [...inputsFrom('cohort', source), ...sources.flatMap(({ inputs }) => inputs), ...(futures?.inputs ?? [])],
  };
  let assessment: Assessment | undefined;
  const rare = new Map<string, Held>();
  await intoRunFolder(run, async (folder) => {
    const forecasts = futures && (await measureForecasts(cohort, futures, policy['small-cells'], running));
    const timelines: Timeline[] = [];
    const measured: MeasuredRun[] = [];
    for (const { folder: synth, model, runs } of sources) {
      noteRun(synth, measured.length, sources.length, running);
      const all = distinct.ofRecords(readRecords(join(synth, 'records.ndjson.gz')), synth);
      const records = measured.length === 0 ? keepTimelines(all, timelines) : all;
      const input = { cohort, model, policy, seed, outcome, histories, forecasts };
      const one = await measureRecords(records, input, running);
      measured.push({ ...one.found, seeds: seedsOf(runs) });
      for (const held of one.rare) rare.set(held.name, held);
    }
    assessment = together(measured);
    await writeReport(folder, assessment, policy.datasheet.title, { origin: reportOrigin(sources[0].runs), timelines });
    return { ...assessment.comparison.rows };
  });
  const isProven = sources.every(({ model }) => model !== undefined);
  return { out, assessment: assessment!, rare: [...rare.values()], isProven };
}

/** Part of the evaluation that a run is: synth, synth-2, synth-3. */
function partOf(run: number): string {
  return run === 0 ? 'synth' : `synth-${run + 1}`;
}

interface CheckedSources {
  folder: string;
  /** The sum of the records. */
  sample: string;
  model: string | undefined;
  inputs: RunFile[];
  runs: { model?: RunRecord; generation: RunRecord };
}

/** Proves that the patients are of a model of this cohort; where the model is not at hand, says that it cannot be. */
async function checkedSources(
  { cohort, source }: { cohort: string; source: ProvenRun },
  { folder, part }: { folder: string; part: string },
  given: string | undefined,
  { onEvent }: Running,
): Promise<CheckedSources> {
  const synth = await provenRun(folder, 'generate');
  if (isOfFutures(synth.run)) throw new FuturesAsPatientsError(folder);
  const records = synth.files.find(({ name }) => name === 'records.ndjson.gz');
  const own = { folder, sample: records?.sha256 ?? folder, inputs: inputsFrom(part, synth) };
  const link = synth.run.links['model'];
  const model = given ?? (link === undefined ? undefined : join(folder, link));
  if (model === undefined || (given === undefined && !existsSync(model))) {
    const columns = await Promise.all([join(cohort, 'train'), folder].map((where) => loadColumns(where)));
    const [real, drawn] = columns.map((all) => all.map(columnKey).join('\n'));
    if (real !== drawn) throw new OtherColumnsError(cohort);
    const text =
      'The model was not found, so it is not verified that the patients belong to this cohort (give its folder with --model)';
    onEvent?.({ type: 'note', text });
    return { ...own, model: undefined, runs: { generation: synth.run } };
  }
  const trained = await provenRun(model, 'train');
  checkOrigin(synth, 'model', trained);
  checkOrigin(trained, 'cohort', source, 'argument');
  return { ...own, model, runs: { model: trained.run, generation: synth.run } };
}
