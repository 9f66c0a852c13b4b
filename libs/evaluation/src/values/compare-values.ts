import { type Histories, sampleHistories } from '@ehrsynth/histories';
import { pausing } from '@ehrsynth/io';
import { Rng } from '@ehrsynth/random';
import { requireRows } from '../errors.ts';
import { SMALL_CELL } from '../small-cells.ts';
import { type Both, type SideName, SIDES, eachSide } from '../sides.ts';
import { codedAnswers } from './answers.ts';
import { distributionOf, type LeveledLab } from './distribution.ts';
import { labPairs } from './lab-pairs.ts';
import { type LabValues, labValues, spreadOf } from './lab-values.ts';
import { type Lab, labsOf } from './labs.ts';
import { levelsOf } from './levels.ts';
import { measuredOrNot } from './measured.ts';
import { Namer } from './names.ts';
import { type Estimates, type ValueFigure, meanFigure, resampling } from './resampling.ts';
import { shiftsOf } from './shifts.ts';
import { answerComparison, labComparison, measuredComparison, pairComparison, shiftComparison } from './plain.ts';
import type { ValuesComparison } from './values-comparison.ts';
import { withinPatient } from './within-patient.ts';

export interface CompareValuesOptions {
  seed?: number;
  /** Codes, answers and bins of fewer real patients than this are not given. */
  minPatients?: number;
  /** Is given the name of what is measured next, VALUES_STEPS times. */
  onStep?: (name: string) => void;
  /** Ends the comparison between steps, labs and pairs of labs: its reason is thrown. */
  signal?: AbortSignal;
}

/** Steps that take a while. */
export const VALUES_STEPS = 6;

/** Labs of which trajectories are given. */
const SHOWN_TRAJECTORIES = 6;

/**
 * Values of labs and vitals, and coded answers: synthetic against held-out patients, beside training against held-out ones. As many
 * patients of each side are compared. Intervals are from a bootstrap over patients. Nothing is measured of a (code, unit) that held-out
 * patients have fewer than 50 values of.
 * @throws NoRowsError where one of the three has no patients, and the reason of `signal` where that ends it
 */
export async function compareValues(
  training: Histories,
  holdout: Histories,
  synthetic: Histories,
  { seed = 1, minPatients = SMALL_CELL, onStep, signal }: CompareValuesOptions = {},
): Promise<ValuesComparison> {
  const all = { holdout, training, synthetic };
  if (training.dictionary !== holdout.dictionary || synthetic.dictionary !== holdout.dictionary)
    throw new Error('the histories have different dictionaries');
  requireRows({ training: training.patients, holdout: holdout.patients, synthetic: synthetic.patients });
  const rng = new Rng(seed);
  const compared = Math.min(...SIDES.map((side) => all[side].patients));
  const sides = eachSide((side) => sampleHistories(all[side], compared, rng.fork(side)));
  const sampled = resampling(compared, rng.fork('resampling'));
  const { draws } = sampled;
  const pause = pausing(signal);
  const step = async (name: string) => {
    onStep?.(name);
    await pause();
  };
  const eachLab = async <T>(of: (lab: LeveledLab) => T): Promise<T[]> => {
    const found: T[] = [];
    for (const lab of leveled) {
      found.push(of(lab));
      await pause();
    }
    return found;
  };

  await step('values');
  const { labs, leftOut } = labsOf(sides.holdout, minPatients);
  const leveled = leveledLabs(
    labs,
    eachSide((side) => labValues(sides[side], labs, sampled.groups)),
  );
  await step('distributions');
  const distributions = await eachLab((lab) => distributionOf(lab, draws));
  await step('values within patients');
  const within = await eachLab((lab) => withinPatient(lab, draws, minPatients));
  await step('pairs of values');
  const pairs = await labPairs(leveled, sampled, minPatients, pause);
  await step('values by condition and drug');
  const shifts = await shiftsOf(sides, leveled, sampled, minPatients, pause);
  await step('what is measured, and answers');
  const answers = codedAnswers(sides, sampled, minPatients);
  await pause();
  const codes = [...new Set([...labs, ...answers].map(({ code }) => code))];
  const measured = measuredOrNot(sides, codes, sampled, minPatients);

  const namer = new Namer(holdout.dictionary);
  const found = within.filter((one) => one !== undefined);
  return {
    seed,
    minPatients,
    patients: { ...eachSide((side) => all[side].patients), compared },
    labs: leveled.map((lab, i) =>
      labComparison(namer.lab(labs[i]), lab, distributions[i], within[i], {
        withTrajectories: i < SHOWN_TRAJECTORIES,
        minPatients,
      }),
    ),
    leftOut,
    distribution: means(distributions, { ks: 1, wasserstein: Infinity, outside: 1, lastDigit: 1, bounds: 1 }),
    withinPatient: means(found, { autocorrelation: 2, intraclass: 2, differences: 1 }),
    pairs: {
      difference: meanFigure(
        pairs.map(({ difference }) => difference),
        2,
      ),
      byPair: pairs.map((pair) => pairComparison(namer, labs, pair)),
    },
    measured: {
      byClass: measuredComparison(namer, measured.byClass, (one) => namer.visitClass(one)),
      byCondition: measuredComparison(namer, measured.byCondition, (one) => namer.title(one)),
    },
    shifts: {
      withCode: shiftComparison(namer, labs, shifts.withCode),
      afterDrug: shiftComparison(namer, labs, shifts.afterDrug),
    },
    answers: {
      difference: meanFigure(
        answers.map(({ difference }) => difference),
        1,
      ),
      byCode: answers.map((own) => answerComparison(namer, own)),
    },
  };
}

/** The labs with their values numbered by level. */
function leveledLabs(labs: readonly Lab[], values: Record<SideName, LabValues[]>): LeveledLab[] {
  return labs.map((_, lab) => {
    const own = eachSide((side) => values[side][lab]);
    const { values: levelValues, levels } = levelsOf(...SIDES.map((side) => own[side].value));
    return {
      values: own,
      levels: Object.fromEntries(SIDES.map((side, i) => [side, levels[i]])) as Record<SideName, Uint16Array>,
      levelValues,
      spread: spreadOf(own.holdout.value),
    };
  });
}

/** The means of some figures over units. @param most what each is at most */
function means<Name extends string>(
  units: readonly Record<NoInfer<Name>, Both<Estimates>>[],
  most: Record<Name, number>,
): Record<Name, ValueFigure> {
  const names = Object.keys(most) as Name[];
  return Object.fromEntries(
    names.map((name) => [
      name,
      meanFigure(
        units.map((unit) => unit[name]),
        most[name],
      ),
    ]),
  ) as Record<Name, ValueFigure>;
}
