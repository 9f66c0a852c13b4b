import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@ehrsynth/io';
import { appended, type CodeMatrix, type Column, type RowSource } from '@ehrsynth/matrix';
import type { Synthesizer } from '@ehrsynth/models';
import { drawCanaries, exposure, type Exposure, exposureBySamples } from '@ehrsynth/privacy';
import { Rng } from '@ehrsynth/random';
import { IncompleteOptionsError } from './errors.ts';

/** Rows that canaries are ranked among. */
const CANDIDATES = 10_000;
const FILE = 'canaries.json';

/** Canaries of a training, from which they can be drawn again. */
export interface CanaryPlan {
  canaries: number;
  /** Times that each stands in the training rows. */
  repeats: number;
  /** Codes of each: as many as a patient has. */
  codes: number;
  seed: number;
}

/** What a model remembers of its canaries. */
export interface CanaryReport extends Omit<CanaryPlan, 'seed'> {
  /** Left out where the report is given away. */
  seed?: number;
  /** By how well it gives them back. */
  byReconstruction: Exposure;
  /** By how close synthetic rows come to them. */
  bySamples?: Exposure;
}

export async function planCanaries(
  rows: RowSource,
  canaries: number,
  repeats: number,
  seed: number,
): Promise<CanaryPlan> {
  const carriers = await rows.carriers(Int32Array.from({ length: rows.rows }, (_, row) => row));
  const entries = carriers.subarray(rows.firstCode).reduce((sum, count) => sum + count, 0);
  return { canaries, repeats, codes: Math.max(3, Math.round(entries / rows.rows)), seed };
}

/** The training rows with the canaries among them. */
export function planted(rows: RowSource, plan: CanaryPlan): RowSource {
  const { canaries } = rowsOf(rows.columns, plan);
  const times = Array.from({ length: plan.canaries * plan.repeats }, (_, i) => i % plan.canaries);
  return appended(rows, canaries.pick(times));
}

/** Keeps the plan beside a training's checkpoint; a training that goes on needs the same one. @throws IncompleteOptionsError */
export async function keepPlan(folder: string, plan: CanaryPlan | undefined, resume: boolean): Promise<void> {
  const path = join(folder, FILE);
  const kept = await readFile(path, 'utf8').catch(() => 'null');
  const text = JSON.stringify(plan ?? null);
  if (resume && kept !== text) throw new IncompleteOptionsError('--resume needs the same --canaries and --canary-repeats as before');
  if (plan) await writeFileAtomic(path, text);
  else await rm(path, { force: true });
} // prettier-ignore

/** Measures what a model that has just been trained remembers, and keeps it in the model's folder. */
export async function reportCanaries(
  model: Synthesizer,
  plan: CanaryPlan,
  folder: string,
): Promise<CanaryReport> {
  const { canaries, candidates } = rowsOf(model.columns, plan);
  const [ofCanaries, ofCandidates] = [
    await model.reconstructionError(canaries),
    await model.reconstructionError(candidates),
  ];
  const report = { ...plan, byReconstruction: exposure(ofCanaries, ofCandidates) };
  await writeFileAtomic(join(folder, FILE), `${JSON.stringify(report, null, 1)}\n`);
  return report;
}

/** What a model remembered of its canaries, with what synthetic rows show of them; undefined where none were planted. */
export async function canariesOf(
  modelFolder: string,
  synthetic: CodeMatrix,
): Promise<CanaryReport | undefined> {
  const text = await readFile(join(modelFolder, FILE), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const report = JSON.parse(text) as CanaryReport & CanaryPlan;
  const { canaries, candidates } = rowsOf(synthetic.columns, report);
  return { ...report, bySamples: exposureBySamples(canaries, candidates, synthetic) };
}

function rowsOf(columns: readonly Column[], { canaries, codes, seed }: CanaryPlan) {
  const rng = new Rng(seed);
  return {
    canaries: drawCanaries(columns, canaries, codes, rng.fork('canaries')),
    candidates: drawCanaries(columns, CANDIDATES, codes, rng.fork('candidates')),
  };
}
