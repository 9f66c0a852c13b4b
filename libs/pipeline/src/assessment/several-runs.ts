import { figuresOf, worstOf } from '@ehrsynth/release';
import type { RunFigures } from '@ehrsynth/report';
import type { Running } from '../run/events.ts';
import type { RunRecord } from '../run/run-folder.ts';
import type { Assessment } from './assessment.ts';

/** One run as it was measured. */
export type MeasuredRun = Assessment & Pick<RunFigures, 'seeds'>;

/**
 * Several runs as one assessment: figures are of the first, which has the ranges over all beside them; the verdict is by the worst run.
 * One run is itself.
 */
export function together(runs: readonly MeasuredRun[]): Assessment {
  const [first] = runs;
  if (runs.length === 1) return first;
  const verdict = worstOf(
    runs.map((run) => run.verdict),
    figuresOf(first),
  );
  const kept = runs.map(({ comparison, privacy, histories, likelihood, verdict: own, seeds }) => {
    return { comparison, privacy, histories, likelihood, verdict: own, seeds };
  });
  return { ...first, notes: [...new Set(runs.flatMap(({ notes }) => notes))], verdict, runs: kept };
}

/** Seeds of a model and of a sample of it, as far as their run.json say them. */
export function seedsOf({ model, generation }: { model?: RunRecord; generation: RunRecord }): RunFigures['seeds'] {
  const seed = (run: RunRecord | undefined) => (typeof run?.options.seed === 'number' ? run.options.seed : undefined);
  return { train: seed(model), generate: seed(generation) };
}

/** Which of several runs is measured next. @param run from 0 */
export function noteRun(place: string, run: number, runs: number, { onEvent }: Running): void {
  if (runs > 1) onEvent?.({ type: 'note', text: `Run ${run + 1} of ${runs}: ${place}` });
}
