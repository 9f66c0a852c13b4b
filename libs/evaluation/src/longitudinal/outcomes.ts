import { type Pause, yieldToEventLoop } from '@ehrsynth/io';
import type { CodeMatrix } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import { aucOf, type Interval, logisticRegression, proportion } from '@ehrsynth/statistics';
import { isSmallCell } from '../small-cells.ts';
import { eachSide, type SideName } from '../sides.ts';
import { averagePrecision } from './average-precision.ts';
import { type Cohort, cohortOf } from './cohort.ts';
import { commonestCodes, DEMOGRAPHICS, demographicsOn, FeatureRows } from './features.ts';
import { GROUPS, intervalOf, WITHOUT } from './figure.ts';
import { kaplanMeier, type SurvivalPoint } from './kaplan-meier.ts';
import type { OutcomeDefinition } from './outcome-definitions.ts';
import type { Side, Sides } from './side.ts';

const FEATURE_CODES = 150;
/** People with the outcome, and without it, that a classifier is trained or tested on. */
const MIN_PEOPLE = 20;
const MOST_PEOPLE = 3000;

export interface OutcomeFit {
  name: string;
  title: string;
  /** People who are followed; undefined where a real side has few. */
  people: Partial<Record<SideName, number>>;
  /** Share with the outcome in the prediction window; undefined where a real count is a small cell. */
  prevalence: Partial<Record<SideName, Interval>>;
  /** Of classifiers trained on real and on synthetic people, tested on held-out ones. */
  prediction?: { real: Skill; synthetic: Skill; people: number };
  /** Kaplan–Meier: share without the outcome by days after the hold-off. */
  survival: Partial<Record<SideName, SurvivalPoint[]>>;
  /** Why there is no prevalence of all three, or no prediction. */
  notMeasured?: string;
}

export interface Skill {
  auroc: Interval;
  auprc: Interval;
}

/** How often an outcome follows an index event, how soon, and how well it is predicted from the codes before. */
export async function outcomeFit(
  sides: Sides,
  definition: OutcomeDefinition,
  minPatients: number,
  rng: Rng,
  pause: Pause = yieldToEventLoop,
): Promise<OutcomeFit> {
  const cohorts = eachSide((name) => cohortOf(sides[name], definition));
  const { name, title, predictionDays } = definition;
  const fit: OutcomeFit = { name, title, people: {}, prevalence: {}, survival: {} };
  for (const side of ['holdout', 'training', 'synthetic'] as const) {
    const { labels, daysFollowed, hasOutcome } = cohorts[side];
    const k = side === 'synthetic' ? 1 : minPatients;
    if (labels.length < k) continue;
    fit.people[side] = labels.length;
    const with_ = ones(labels);
    if (!isSmallCell(with_, labels.length, k)) fit.prevalence[side] = proportion(with_, labels.length);
    fit.survival[side] = kaplanMeier(daysFollowed, hasOutcome, predictionDays, k);
  }
  const reason = whyNot(cohorts, minPatients);
  if (reason) return { ...fit, notMeasured: reason };
  return { ...fit, prediction: await predicted(sides, cohorts, definition, rng, pause) };
}

function whyNot(cohorts: Record<SideName, Cohort>, minPatients: number): string | undefined {
  const fewest = Math.max(MIN_PEOPLE, minPatients);
  for (const [side, { labels }] of Object.entries(cohorts)) {
    const count = ones(labels);
    const named = side === 'holdout' ? 'held-out' : side;
    if (labels.length < fewest) return `fewer than ${fewest} ${named} patients have the index event`;
    if (count < fewest) return `fewer than ${fewest} ${named} patients have the outcome`;
    if (labels.length - count < fewest) return `fewer than ${fewest} ${named} patients do not have the outcome`;
  }
  return undefined;
}

async function predicted(
  sides: Sides,
  cohorts: Record<SideName, Cohort>,
  definition: OutcomeDefinition,
  rng: Rng,
  pause: Pause,
): Promise<NonNullable<OutcomeFit['prediction']>> {
  const counts = new Float64Array(sides.training.histories.dictionary.codes.length);
  eachCode(sides.training, cohorts.training, definition, (_, code) => counts[code]++);
  const inputs = commonestCodes(counts, FEATURE_CODES);
  const people = Math.min(MOST_PEOPLE, cohorts.training.labels.length, cohorts.synthetic.labels.length);
  const test = featuresOf(sides.holdout, cohorts.holdout, definition, inputs);
  const skill = async (name: 'training' | 'synthetic'): Promise<Skill> => {
    const rows = rng.fork(name).shuffle(Int32Array.from(cohorts[name].labels.keys())).slice(0, people).sort();
    const labels = Uint8Array.from(rows, (row) => cohorts[name].labels[row]);
    const own = featuresOf(sides[name], cohorts[name], definition, inputs).pick([...rows]);
    const scores = logisticRegression(own, labels).score(test);
    await pause();
    const groups = cohorts.holdout.patients.map((patient) => sides.holdout.groups[patient]);
    return {
      auroc: aucOf(scores, cohorts.holdout.labels),
      auprc: precisionInterval(scores, cohorts.holdout.labels, groups),
    };
  };
  return { real: await skill('training'), synthetic: await skill('synthetic'), people };
}

/** By the jackknife over the people it is tested on. */
function precisionInterval(scores: Float64Array, labels: Uint8Array, groups: Int32Array): Interval {
  const values = Float64Array.from({ length: WITHOUT }, (_, group) => {
    const isIn = (row: number) => group === GROUPS || groups[row] !== group;
    return averagePrecision(
      scores.filter((_, row) => isIn(row)),
      labels.filter((_, row) => isIn(row)),
    );
  });
  return intervalOf(values) ?? { value: values[GROUPS], lower: 0, upper: 1 };
}

function featuresOf(side: Side, cohort: Cohort, definition: OutcomeDefinition, inputs: number[]): CodeMatrix {
  const placeOf = new Int32Array(side.histories.dictionary.codes.length).fill(-1);
  inputs.forEach((code, place) => (placeOf[code] = place));
  const features = Array.from(cohort.patients, (patient, i) =>
    demographicsOn(side.histories, patient, cohort.indexDays[i]),
  );
  eachCode(side, cohort, definition, (row, code) => {
    if (placeOf[code] !== -1) features[row].push(DEMOGRAPHICS + placeOf[code]);
  });
  const rows = new FeatureRows(DEMOGRAPHICS + inputs.length);
  for (const own of features) rows.add(own);
  return rows.build();
}

/** The codes of the visits that begin in the observation window. */
function eachCode(
  { histories: { arrays } }: Side,
  { patients, indexDays }: Cohort,
  { observationDays }: OutcomeDefinition,
  give: (row: number, code: number) => void,
): void {
  patients.forEach((patient, row) => {
    for (let visit = arrays.visitStarts[patient]; visit < arrays.visitStarts[patient + 1]; visit++) {
      const before = indexDays[row] - arrays.firstDay[visit];
      if (before < 0 || before > observationDays) continue;
      for (let at = arrays.eventStarts[visit]; at < arrays.eventStarts[visit + 1]; at++) give(row, arrays.code[at]);
    }
  });
}

function ones(labels: Uint8Array): number {
  let sum = 0;
  for (const label of labels) sum += label;
  return sum;
}
