import { join } from 'node:path';
import { limitsOf } from '@ehrsynth/decode';
import { compare, COMPARISON_STEPS, requireRows } from '@ehrsynth/evaluation';
import { type CodeMatrix, haveSameColumns, loadMatrix } from '@ehrsynth/matrix';
import { audit, AUDIT_STEPS, kAnonymity, type LikelihoodAttacks } from '@ehrsynth/privacy';
import { type Figures, figuresOf, judge, type Policy, type SourceFigures } from '@ehrsynth/release';
import type { ShownForecasts } from '@ehrsynth/report';
import { canariesOf } from '../training/canaries.ts';
import { OtherColumnsError, UnknownOutcomeError } from '../errors.ts';
import { blocking, type Running, Work } from '../run/events.ts';
import type { HistorySides } from './history-sides.ts';
import type { PossibleAges } from './possible-ages.ts';
import { measureHistories } from './measure-histories.ts';
import { historyNotes, systemNotes } from './notes.ts';
import { readTrainingLog } from '../training/training-log.ts';
import type { Assessment } from './assessment.ts';

export type { Assessment } from './assessment.ts';

export interface AssessmentInput {
  cohort: string;
  synthetic: CodeMatrix;
  /** The same patients, and the cohort's, as histories; undefined where records over time are not to be measured. */
  histories?: HistorySides;
  /** Folder of the model that generated them; what it logged is left out where it is not at hand. */
  model?: string;
  /** Attacks by the likelihood that it gives to records. */
  likelihood?: LikelihoodAttacks;
  policy: Policy;
  seed: number;
  /** Code of the outcome that is predicted. */
  outcome?: string;
  /** What was left out of the records before they came here. */
  notes?: string[];
  records?: Figures['records'];
  /** Futures of held-out people beside what became of them. */
  forecasts?: ShownForecasts;
  /** Codes at ages that may have them, by the dates of the records. */
  atPossibleAge?: Record<'training' | 'synthetic', PossibleAges['has']>;
  /** What the records share with the source. */
  source?: SourceFigures;
}

/** @throws NoRowsError, OtherColumnsError, UnknownOutcomeError, UserError */
export async function assess(input: AssessmentInput, running: Running = {}): Promise<Assessment> {
  const { cohort, synthetic, model, likelihood, policy, seed, records, source, forecasts, atPossibleAge } = input;
  const [training, holdout] = await Promise.all(['train', 'holdout'].map((part) => loadMatrix(join(cohort, part))));
  requireRows({ training: training.rows, holdout: holdout.rows, synthetic: synthetic.rows }, cohort);
  const outcome = input.outcome === undefined ? undefined : outcomeColumn(training, input.outcome);
  if (!haveSameColumns(training, synthetic)) throw new OtherColumnsError(cohort);
  const progress = new Work(running, 'Measuring', 'steps', COMPARISON_STEPS + AUDIT_STEPS);
  let steps = 0;
  const onStep = (name: string) => progress.update(steps++, name);
  const smallCell = policy['small-cells'];
  const { comparison, privacy } = await blocking(running, async () => ({
    comparison: await compare(training, holdout, synthetic, {
      limitsOf,
      atPossibleAge,
      outcome,
      seed,
      smallCell,
      onStep,
    }),
    privacy: audit(training, holdout, synthetic, { seed, onStep }),
  }));
  progress.stop();
  const columns = training.columns;
  const histories = input.histories && (await measureHistories(input.histories, { seed, smallCell, columns }, running));
  const canaries = model === undefined ? undefined : await canariesOf(model, synthetic, running);
  const asked = policy['k-anonymity'];
  const found = {
    comparison,
    privacy,
    histories,
    dated: input.histories && input.histories.synthetic.visits > 0,
    likelihood,
    canaries,
    records,
    source,
    kAnonymity: asked && kAnonymity(synthetic, asked['quasi-identifiers']),
  };
  return {
    notes: [
      ...(input.notes ?? []),
      ...systemNotes({ holdout, synthetic }),
      ...historyNotes(input.histories, smallCell),
    ],
    ...found,
    ...(forecasts && { forecasts }),
    verdict: judge(figuresOf(found), policy),
    training: model === undefined ? [] : readTrainingLog(model),
  };
}

function outcomeColumn({ columns, firstCode }: CodeMatrix, code: string): number {
  const column = columns.findIndex((one, i) => i >= firstCode && one.code === code);
  if (column === -1) throw new UnknownOutcomeError(code);
  return column;
}
