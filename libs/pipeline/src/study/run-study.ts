import { existsSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { checkpointFolderOf } from '../run/run-folder.ts';
import { NoSuchStepError } from './errors.ts';
import { StudyState } from './study-state.ts';
import { completed, stepLabel, type StudyStep } from './study-steps.ts';

/** How a step is run: its output is there and is to be replaced, or its checkpoint is to be gone on from. */
export interface HowToRun {
  replace: boolean;
  resume: boolean;
}

export interface StudyRun {
  steps: readonly StudyStep[];
  /** Folder of the study's file, which the paths of the steps start from. */
  folder: string;
  /** The study's folder, from there. */
  out: string;
  /** Runs a step in that folder and gives its exit code. */
  execute: (step: StudyStep, how: HowToRun) => Promise<number>;
  /** Hears of each step whether it is run, before it is. */
  onStep?: (step: StudyStep, isDone: boolean) => void;
  /** From this step on all are run again. */
  redo?: string;
  /** Only finds out which steps would be run: `execute` is called for them, and nothing is kept. */
  dryRun?: boolean;
}

/**
 * Runs the steps of a study that are not done yet. A step is done where its output was made, by this version, of what it reads now and
 * with the options that it has now; one that was stopped goes on from its checkpoint.
 * @returns the step that failed, and its exit code; undefined where all are done
 * @throws NoSuchStepError, BrokenFileError
 */
export async function runStudy(run: StudyRun): Promise<{ failed: StudyStep; exitCode: number } | undefined> {
  const { steps, folder, out, execute, onStep, redo, dryRun = false } = run;
  const from =
    redo === undefined
      ? steps.length
      : steps.findIndex((step) =>
          [stepLabel(step), step.name].some((name) => name === redo || name.startsWith(`${redo} `)),
        );
  if (from === -1) throw new NoSuchStepError(redo!, steps.map(stepLabel));
  const state = await StudyState.open(folder, out);
  /** Folders that a dry run would have written. */
  const stale: string[] = [];
  for (const [i, step] of steps.entries()) {
    // What it would write is what those that read it are made of.
    const isStale = i >= from || readsFrom(step, folder, stale);
    const isDone = !isStale && (await state.isDone(step));
    onStep?.(step, isDone);
    if (isDone) continue;
    const output = resolve(folder, step.out);
    const replace = existsSync(output);
    const resume = !isStale && existsSync(checkpointFolderOf(output)) && (await state.isBegun(step));
    if (dryRun) {
      stale.push(output);
      await execute(step, { replace, resume });
      continue;
    }
    await state.begin(step);
    const exitCode = await execute(await completed(step, folder), { replace, resume });
    if (exitCode !== 0) return { failed: step, exitCode };
    await state.finish(step);
  }
  return undefined;
}

/** Whether a step reads any of these folders, or what is in them. */
function readsFrom({ reads, options }: StudyStep, folder: string, written: readonly string[]): boolean {
  const places = [...reads, ...Object.values(options).filter((value) => typeof value === 'string')];
  return places.some((place) => {
    const path = resolve(folder, place);
    return written.some((one) => path === one || path.startsWith(one + sep));
  });
}
