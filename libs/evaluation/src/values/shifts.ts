import type { Histories } from '@ehrsynth/histories';
import type { Pause } from '@ehrsynth/io';
import { correlationOf } from '../correlation.ts';
import { type Both, COMPARED, type SideName, SIDES } from '../sides.ts';
import { commonCodes } from './common-codes.ts';
import type { LeveledLab } from './distribution.ts';
import { type Draw, emptyEstimates, type Estimates, type Resampling } from './resampling.ts';
import { afterDrug, deviationOf, firstDays, type LabSums, sumsOf, withCode } from './shift-sums.ts';

/** Values and codes that are looked at: the labs with most values, the conditions and the drugs that most held-out patients have. */
const MOST_LABS = 30;
const MOST_CODES = 30;
/** Held-out patients whom a shift must be a mean of: on either side of a comparison, or with values before and after. */
const MIN_PATIENTS = 30;
/** Patients of another side from which on it has a shift to compare. */
const FEWEST = 10;
/** Shifts from which on they have a correlation. */
const MIN_SHIFTS = 3;

/** How much a lab's mean differs by a code, in standard deviations of held-out patients' means. */
export interface Shift {
  /** Place among the labs, and number of the code. */
  lab: number;
  code: number;
  holdout: number;
  training?: number;
  synthetic?: number;
}

export interface Shifts {
  /** Pearson's r of the shifts of a side with those of held-out patients, over those that both have. */
  correlation: Both<Estimates>;
  /** Their mean absolute difference. */
  difference: Both<Estimates>;
  shifts: Shift[];
}

/**
 * Shifts between the people with and without a condition or drug, and within people from before the first receipt of a drug to after.
 */
export interface AllShifts {
  withCode: Shifts;
  afterDrug: Shifts;
}

/**
 * How values depend on conditions and drugs. Of each patient the mean of the values counts, those beyond the 0.1 to 99.9 % range of
 * held-out patients as its ends. Values on the day of a drug's first receipt are before it.
 */
export async function shiftsOf(
  histories: Record<SideName, Histories>,
  labs: LeveledLab[],
  sampled: Resampling,
  minPatients: number,
  pause: Pause,
): Promise<AllShifts> {
  const fewest = Math.max(MIN_PATIENTS, minPatients);
  const drugs = commonCodes(histories.holdout, 'drug', MOST_CODES, fewest);
  const conditions = commonCodes(histories.holdout, 'condition', MOST_CODES, fewest);
  const chosen = labs.slice(0, MOST_LABS);
  const shifts = async (codes: number[], shiftIn: typeof withCode | typeof afterDrug): Promise<Shifts> => {
    const sums = {} as Record<SideName, LabSums[]>;
    for (const side of SIDES) {
      const firsts = firstDays(histories[side], codes);
      sums[side] = chosen.map((lab) => sumsOf(lab, side, firsts, codes.length, sampled));
      await pause();
    }
    const deviations = sums.holdout.map(deviationOf);
    const own = (side: SideName, draw: Draw, least: number) =>
      shiftIn(sums[side], codes.length, deviations, draw[side], least);
    return compared(codes, sampled.draws, own, fewest, Math.max(FEWEST, minPatients));
  };
  return {
    withCode: await shifts([...conditions, ...drugs], withCode),
    afterDrug: await shifts(drugs, afterDrug),
  };
}

/**
 * @param shiftsIn shifts of a side in a draw, labs × codes: NaN where fewer than `least` patients are behind one
 * @param fewest such patients of the held-out side; `others` of another
 */
function compared(
  codes: number[],
  draws: Draw[],
  shiftsIn: (side: SideName, draw: Draw, least: number) => number[],
  fewest: number,
  others: number,
): Shifts {
  const itself = {} as Record<SideName, number[]>;
  for (const side of SIDES) itself[side] = shiftsIn(side, draws[0], side === 'holdout' ? fewest : others);
  const cells = [...itself.holdout.keys()].filter((cell) => Number.isFinite(itself.holdout[cell]));
  const [correlation, difference] = [emptyEstimates(draws), emptyEstimates(draws)];
  draws.forEach((draw, i) => {
    const real = shiftsIn('holdout', draw, 1);
    for (const [name, side] of COMPARED) {
      const other = shiftsIn(side, draw, 1);
      const both = cells.filter((cell) => Number.isFinite(itself[side][cell] + real[cell] + other[cell]));
      const [a, b] = [real, other].map((shifts) => both.map((cell) => shifts[cell]));
      correlation[name][i] = correlationOf(a, b, MIN_SHIFTS) ?? NaN;
      difference[name][i] = a.reduce((sum, one, k) => sum + Math.abs(one - b[k]), 0) / a.length;
    }
  });
  return {
    correlation,
    difference,
    shifts: cells.map((cell) => ({
      lab: Math.floor(cell / codes.length),
      code: codes[cell % codes.length],
      holdout: itself.holdout[cell],
      ...(Number.isFinite(itself.training[cell]) && { training: itself.training[cell] }),
      ...(Number.isFinite(itself.synthetic[cell]) && { synthetic: itself.synthetic[cell] }),
    })),
  };
}
