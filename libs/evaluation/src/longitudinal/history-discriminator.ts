import { type Pause, yieldToEventLoop } from '@ehrsynth/io';
import type { Rng } from '@ehrsynth/random';
import {
  boostedTrees,
  byLabel,
  crossValidatedAuc,
  type FoldScores,
  type Interval,
  labelled,
} from '@ehrsynth/statistics';
import type { Figure } from './figure.ts';
import { historyFeatures } from './history-features.ts';
import type { Side, Sides } from './side.ts';

const FOLDS = 5;
const MOST_PATIENTS = 2500;
/** Patients of each side: two of each in each fold. */
const MIN_PATIENTS = 2 * FOLDS;

export interface HistoryDiscrimination {
  /** Area under the ROC curve; 0.5 where the histories cannot be distinguished. */
  auc: Figure;
  /** Patients of each side. */
  patients: number;
}

/** How well boosted trees distinguish whole histories from held-out ones, as many of each; five-fold cross-validation. */
export async function discriminateHistories(
  sides: Sides,
  minPatients: number,
  rng: Rng,
  pause: Pause = yieldToEventLoop,
): Promise<HistoryDiscrimination> {
  const fewest = Math.max(MIN_PATIENTS, minPatients);
  const patients = Math.min(MOST_PATIENTS, sides.holdout.groups.length);
  if (patients < fewest) {
    return { auc: { notMeasured: `fewer than ${fewest} patients in one of the groups` }, patients };
  }
  const synthetic = await areaOf(sides.holdout, sides.synthetic, patients, rng.fork('synthetic'), pause);
  const floor = await areaOf(sides.holdout, sides.training, patients, rng.fork('floor'), pause);
  return { auc: { synthetic, floor }, patients };
}

async function areaOf(reference: Side, other: Side, patients: number, rng: Rng, pause: Pause): Promise<Interval> {
  const chosen = ({ groups }: Side, name: string) =>
    rng.fork(name).shuffle(Int32Array.from(groups.keys())).slice(0, patients).sort();
  const all = labelled(...historyFeatures(reference, chosen(reference, 'reference'), other, chosen(other, 'other')));
  await pause();
  const dealt = rng.fork('folds');
  const deal = () => dealt.shuffle(Int32Array.from({ length: patients }, (_, row) => row % FOLDS));
  const foldOf = [...deal(), ...deal()];
  const scores: FoldScores[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const part = (isIn: boolean) => foldOf.flatMap((one, row) => ((one === fold) === isIn ? [row] : []));
    const labelsOf = (rows: number[]) => Uint8Array.from(rows, (row) => all.labels[row]);
    const [inFold, outside] = [part(true), part(false)];
    const model = boostedTrees(all.rows.pick(outside), labelsOf(outside));
    scores.push(byLabel(model.score(all.rows.pick(inFold)), labelsOf(inFold)));
    await pause();
  }
  return crossValidatedAuc(scores);
}
