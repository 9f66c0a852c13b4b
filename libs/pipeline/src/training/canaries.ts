import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@ehrsynth/io';
import { appended, type CodeMatrix, type Column, type RowSource } from '@ehrsynth/matrix';
import { drawCanaries, exposure, type Exposure, exposureBySamples } from '@ehrsynth/privacy';
import { Rng, SecureWords } from '@ehrsynth/random';
import { z } from 'zod';
import { IncompleteOptionsError } from '../errors.ts';
import { readJsonIfAny } from '../run/json-file.ts';
import { type Blocking, blocking } from '../run/blocking.ts';

/** Rows that canaries are ranked among. */
const CANDIDATES = 10_000;
const FILE = 'canaries.json';

/** Of a plan in a file: more would only fill the memory. */
const count = z.number().int().min(0).max(1_000_000);
const PlanFile = z.object({ canaries: count, repeats: count, codes: count, seed: z.number().int() });
const ReportFile = PlanFile.extend({
  byReconstruction: z.object({
    candidates: z.number(),
    canaries: z.array(z.number()),
    mean: z.object({ value: z.number(), lower: z.number(), upper: z.number() }),
    unplanted: z.number(),
  }),
});

/** Codes of a canary in a private training, where a patient's number of codes would be one more figure that the budget does not cover. */
const PRIVATE_CODES = 10;

/** Canaries of a training, from which they can be drawn again. */
export interface CanaryPlan {
  canaries: number;
  /** Times that each stands in the training rows. */
  repeats: number;
  /** Codes of each: as many as a patient has; ten in a private training. */
  codes: number;
  /** Of the canaries alone in a private training, drawn for them: no draw of the training follows from it. */
  seed: number;
}

/** Canaries, and what they are ranked among. */
export type CanaryPart = 'canaries' | 'candidates';

/** What a model remembers of its canaries; without their seed. */
export interface CanaryReport extends Omit<CanaryPlan, 'seed'> {
  /** By how well it gives them back. */
  byReconstruction: Exposure;
  /** By how close synthetic rows come to them. */
  bySamples?: Exposure;
}

/** @param seed not used in a private training, whose canaries are drawn by a secret seed of their own */
export async function planCanaries(
  rows: RowSource,
  canaries: number,
  repeats: number,
  seed: number,
  isPrivate: boolean,
): Promise<CanaryPlan> {
  if (isPrivate) {
    const codes = Math.min(PRIVATE_CODES, rows.columns.length - rows.firstCode);
    return { canaries, repeats, codes, seed: new SecureWords().next() };
  }
  const carriers = await rows.carriers(Int32Array.from({ length: rows.rows }, (_, row) => row));
  const entries = carriers.subarray(rows.firstCode).reduce((sum, count) => sum + count, 0);
  return { canaries, repeats, codes: Math.max(3, Math.round(entries / rows.rows)), seed };
}

/** The training rows with the canaries among them. */
export function planted(rows: RowSource, plan: CanaryPlan): RowSource {
  const { canaries } = canaryRows(rows.columns, plan);
  const times = Array.from({ length: plan.canaries * plan.repeats }, (_, i) => i % plan.canaries);
  return appended(rows, canaries.pick(times));
}

/** Keeps the plan beside a training's checkpoint. */
export async function keepPlan(folder: string, plan: CanaryPlan | undefined): Promise<void> {
  const path = join(folder, FILE);
  if (plan) await writeFileAtomic(path, JSON.stringify(plan), 0o600);
  else await rm(path, { force: true });
}

/** The plan of a training that goes on, which has the canaries that it had before. @throws IncompleteOptionsError */
export async function keptPlan(folder: string, wanted: CanaryPlan | undefined): Promise<CanaryPlan | undefined> {
  const kept = await readJsonIfAny(join(folder, FILE), PlanFile);
  if (kept?.canaries !== wanted?.canaries || kept?.repeats !== wanted?.repeats)
    throw new IncompleteOptionsError('--resume needs the same --canaries and --canary-repeats as before');
  return kept;
}

/**
 * Measures what a model that has just been trained remembers, and keeps it in the model's folder.
 * @param errorsOf how badly the model knows each of some rows; of candidates it may be the first ones alone
 */
export async function reportCanaries(
  columns: readonly Column[],
  errorsOf: (rows: CodeMatrix, part: CanaryPart) => Promise<ArrayLike<number>>,
  plan: CanaryPlan,
  folder: string,
): Promise<CanaryReport> {
  const { canaries, candidates } = canaryRows(columns, plan);
  const [ofCanaries, ofCandidates] = [await errorsOf(canaries, 'canaries'), await errorsOf(candidates, 'candidates')];
  const kept = { ...plan, byReconstruction: exposure(ofCanaries, ofCandidates) };
  await writeFileAtomic(join(folder, FILE), `${JSON.stringify(kept, null, 1)}\n`);
  return withoutSeed(kept);
}

/** What a model remembered of its canaries, with what synthetic rows show of them; undefined where none were planted. */
export async function canariesOf(
  modelFolder: string,
  synthetic: CodeMatrix,
  running: Blocking = {},
): Promise<CanaryReport | undefined> {
  const kept = await readJsonIfAny(join(modelFolder, FILE), ReportFile);
  if (!kept) return undefined;
  const { canaries, candidates } = canaryRows(synthetic.columns, kept);
  return {
    ...withoutSeed(kept),
    bySamples: await blocking(running, () => exposureBySamples(canaries, candidates, synthetic)),
  };
}

/** A report may be given away; from the seed the canaries could be drawn again. */
function withoutSeed({ canaries, repeats, codes, byReconstruction }: CanaryReport): CanaryReport {
  return { canaries, repeats, codes, byReconstruction };
}

/** The canaries of a plan as rows, and those that they are ranked among. */
export function canaryRows(
  columns: readonly Column[],
  { canaries, codes, seed }: CanaryPlan,
): Record<CanaryPart, CodeMatrix> {
  const rng = new Rng(seed);
  return {
    canaries: drawCanaries(columns, canaries, codes, rng.fork('canaries')),
    candidates: drawCanaries(columns, CANDIDATES, codes, rng.fork('candidates')),
  };
}
