import type { Histories } from '@ehrsynth/histories';
import { pausing } from '@ehrsynth/io';
import { Rng } from '@ehrsynth/random';
import type { EventKind } from '@ehrsynth/records';
import { requireRows } from '../errors.ts';
import { SMALL_CELL } from '../small-cells.ts';
import { type Both, eachSide, SIDES } from '../sides.ts';
import { classGivenCode } from './class-given-code.ts';
import type { LongitudinalComparison, ShownCode } from './comparison.ts';
import { EFFECTS, type EffectDefinition } from './effect-definitions.ts';
import { effectsOf } from './effects.ts';
import { type Figure, figureOf, GROUPS, type Jackknifed } from './figure.ts';
import { firstAge, firstAges } from './first-age.ts';
import { discriminateHistories } from './history-discriminator.ts';
import { nextVisit } from './next-visit.ts';
import { order } from './order.ts';
import { OUTCOMES, type OutcomeDefinition } from './outcome-definitions.ts';
import { outcomeFit } from './outcomes.ts';
import { distributionPlots } from './plots.ts';
import { firstAgeCurves } from './first-age-curves.ts';
import { recurrence } from './recurrence.ts';
import { sideOf, type Sides } from './side.ts';
import { singleCodes } from './single-codes.ts';
import { successions } from './successions.ts';
import { timeFit } from './time.ts';
import { totalsOf } from './totals.ts';
import { visitPairs } from './visit-pairs.ts';

export interface CompareHistoriesOptions {
  seed?: number;
  /** What fewer real people have a part in is not given. */
  minPatients?: number;
  /** Is given the name of what is measured next, LONGITUDINAL_STEPS times. */
  onStep?: (name: string) => void;
  /** Ends the comparison between steps and in long loops: its reason is thrown. */
  signal?: AbortSignal;
  /** A title for a code that is shown. Displays of the records are not: they may be text of a patient's own. */
  titleOf?: (kind: EventKind, system: string, code: string) => string | undefined;
  outcomes?: readonly OutcomeDefinition[];
  effects?: readonly EffectDefinition[];
}

/** Steps that take a while. */
export const LONGITUDINAL_STEPS = 13;

/**
 * Records over time: every figure of synthetic histories against held-out ones beside the floor, that of training against held-out
 * histories. Samples are as large as the smallest of the three.
 * @param training histories that share one dictionary with the other two
 * @throws NoRowsError where one of the three has no patients, and the reason of `signal` where that ends it
 * @see Theodorou et al. 2023 (HALO); Pang et al. 2024 (CEHR-GPT)
 */
export async function compareHistories(
  training: Histories,
  holdout: Histories,
  synthetic: Histories,
  options: CompareHistoriesOptions = {},
): Promise<LongitudinalComparison> {
  const {
    seed = 1,
    minPatients = SMALL_CELL,
    onStep,
    signal,
    titleOf,
    outcomes = OUTCOMES,
    effects = EFFECTS,
  } = options;
  const given = { training, holdout, synthetic };
  if (SIDES.some((name) => given[name].dictionary !== holdout.dictionary))
    throw new Error('the histories have different dictionaries');
  const patients = eachSide((name) => given[name].patients);
  requireRows(patients);
  const rng = new Rng(seed);
  const pause = pausing(signal);
  const step = async (name: string) => {
    onStep?.(name);
    await pause();
  };
  await step('reading records over time');
  const compared = Math.min(patients.training, patients.holdout, patients.synthetic);
  const sides: Sides = eachSide((name) => sideOf(given[name], compared, rng.fork(name)));
  const totals = eachSide((name) => totalsOf(sides[name]));
  await step('codes');
  const single = singleCodes(sides, totals);
  await step('pairs of codes in a visit');
  const pairs = await visitPairs(sides, totals, pause);
  await step('codes of successive visits');
  const next = await successions(sides, totals, single.visits, minPatients, pause);
  await step('time');
  const time = await timeFit(sides, minPatients, pause);
  const distributions = distributionPlots(sides, minPatients);
  await step('recurrence');
  const again = await recurrence(sides, pause);
  await step('order');
  const ordered = await order(sides, pause);
  await step('age at first occurrence');
  const ages = firstAges(sides);
  const first = await firstAge(sides, ages, pause);
  const curves = firstAgeCurves(sides, ages, minPatients);
  await step('classes of visits');
  const classes = await classGivenCode(sides, pause);
  await step('prediction of the next visit');
  const predicted = await nextVisit(sides, minPatients, rng.fork('next visit'), pause);
  await step('outcomes');
  const fits = [];
  for (const one of outcomes) fits.push(await outcomeFit(sides, one, minPatients, rng.fork(one.name), pause));
  await step('effects');
  const ratios = await effectsOf(sides, effects, minPatients, pause);
  await step('discriminator of histories');
  const discriminator = await discriminateHistories(sides, minPatients, rng.fork('discriminator'), pause);

  const enough = eachSide((name) => totals[name].records[GROUPS] >= minPatients);
  const few = `fewer than ${minPatients} patients of one of the groups have a visit with a code`;
  /** A figure, not measured where few people of a side have anything. */
  const figure = (values: Both<Jackknifed>, reason: string, least = -Infinity): Figure =>
    figureOf(
      {
        synthetic: enough.holdout && enough.synthetic ? values.synthetic : undefined,
        floor: enough.holdout && enough.training ? values.floor : undefined,
      },
      SIDES.every((name) => enough[name]) ? reason : few,
      least,
    );
  const shown = (code: number): ShownCode => {
    const { kind, code: own } = holdout.dictionary.codes[code];
    const title = titleOf?.(kind, own.system, own.code);
    return { kind, system: own.system, code: own.code, ...(title !== undefined && { title }) };
  };
  return {
    seed,
    minPatients,
    patients,
    compared,
    codes: {
      recordCodes: figure(single.recordCodes, 'all codes are equally common'),
      visitCodes: figure(single.visitCodes, 'all codes are equally common'),
      recordBigrams: figure(pairs.recordBigrams, 'no visit has two codes, or all pairs are equally common'),
      visitBigrams: figure(pairs.visitBigrams, 'no visit has two codes, or all pairs are equally common'),
      sequentialRecordBigrams: figure(
        next.recordBigrams,
        'no record has two visits with codes, or all pairs are equally common',
      ),
      sequentialVisitBigrams: figure(
        next.visitBigrams,
        'no record has two visits with codes, or all pairs are equally common',
      ),
    },
    nextVisitLift: {
      r: figure(next.lift, 'fewer than two pairs of codes occur in 20 successions of visits'),
      pairs: next.pairs,
    },
    time,
    recurrence: {
      r: figure(again.r, 'fewer than two codes occur in 20 patients'),
      difference: figure(again.difference, 'no code occurs in 20 patients', 0),
      days: figure(again.days, 'no code recurs in 20 patients', 0),
      codes: again.codes,
      codesWithDays: again.codesWithDays,
    },
    order: {
      r: figure(ordered.r, 'fewer than two pairs of codes occur in 20 patients'),
      pairs: ordered.pairs,
    },
    firstAge: {
      distance: figure(first.distance, 'no code occurs in 20 patients of known age', 0),
      codes: first.codes,
    },
    classGivenCode: {
      variation: figure(classes.variation, 'no code occurs in 20 patients', 0),
      codes: classes.codes,
    },
    nextVisitPrediction: {
      ...predicted,
      targets: predicted.targets.map((target) => ({ ...target, code: shown(target.code) })),
    },
    outcomes: fits,
    effects: ratios,
    discriminator,
    plots: {
      successions: next.commonest.map((one) => ({ ...one, from: shown(one.from), to: shown(one.to) })),
      ...distributions,
      firstAges: curves.map((curve) => ({ ...curve, code: shown(curve.code) })),
    },
  };
}
