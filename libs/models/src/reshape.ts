import { Rng } from '@ehrsynth/random';
import { NoSuchPatientsError, UnreachableMarginError } from './errors.ts';
import type { SampledRow, Synthesizer } from './synthesizer.ts';

/** A variable of rows whose shares are asked for: a demographic group, or whether a code is there. */
export interface Margin {
  /** As it is told: sex, E11. */
  name: string;
  cells: string[];
  /** Share of the rows that is wanted of each cell; they sum to 1. */
  targets: number[];
  /** Cell of a row, by its columns; −1 where it is in none: such rows are left out. */
  cellOf: (columns: ReadonlySet<number>) => number;
}

/** What is asked of the rows: all to be such, and shares of them. */
export interface Shape {
  /** As it is told. */
  name: string;
  isWanted: (columns: ReadonlySet<number>) => boolean;
  margins: Margin[];
}

const PILOT_ROWS = 20_000;
const LEAST_MATCHES = 200;
const MOST_PILOT_ROWS = 1_000_000;
const ROUNDS = 200;
const TOLERANCE = 1e-6;

/** How rows of a model are chosen so that together they have a shape. */
export interface ShapePlan {
  /** Rows that the plan was made from, and those that `isWanted`. */
  pilot: number;
  matching: number;
  /** Effective sample size (Kish 1965) of the matching rows under their weights: how many even ones they are worth. */
  effective: number;
  /** Chance that a row is taken. */
  chance: (columns: ReadonlySet<number>) => number;
}

/**
 * Weights of rows that give the margins their shares, by raking (iterative proportional fitting, Deming and Stephan 1940) of a pilot sample:
 * a product of one factor for each margin, so that given the margins' variables all else stays as the model has it.
 * @throws NoSuchPatientsError where hardly any row is wanted, UnreachableMarginError where none has a cell that is asked for
 */
export async function planShape(model: Synthesizer, { name, isWanted, margins }: Shape, seed: number): Promise<ShapePlan> {
  const cells: number[][] = [];
  let pilot = 0;
  for await (const { entries } of model.sample(MOST_PILOT_ROWS, { seed: new Rng(seed).fork('pilot').int(2 ** 31) })) {
    pilot++;
    const columns = new Set(entries.map(([column]) => column));
    const own = margins.map(({ cellOf }) => cellOf(columns));
    if (isWanted(columns) && !own.includes(-1)) cells.push(own);
    if (pilot >= PILOT_ROWS && cells.length >= LEAST_MATCHES) break;
  }
  if (cells.length < LEAST_MATCHES) throw new NoSuchPatientsError(name, cells.length, pilot);
  const factors = rake(cells, margins);
  const weight = (own: readonly number[]) => own.reduce((product, cell, i) => product * factors[i][cell], 1);
  const weights = cells.map(weight);
  const total = weights.reduce((sum, one) => sum + one, 0);
  const bound = factors.reduce((product, own) => product * own.reduce((a, b) => Math.max(a, b), 0), 1);
  return {
    pilot,
    matching: cells.length,
    effective: total ** 2 / weights.reduce((sum, one) => sum + one ** 2, 0),
    chance: (columns) => {
      const own = margins.map(({ cellOf }) => cellOf(columns));
      return isWanted(columns) && !own.includes(-1) ? weight(own) / bound : 0;
    },
  };
} // prettier-ignore

/** A factor of each cell of each margin. */
function rake(cells: number[][], margins: Margin[]): number[][] {
  const factors = margins.map(({ targets }) => targets.map(() => 1));
  const weights = new Float64Array(cells.length).fill(1);
  for (let round = 0, off = 1; round < ROUNDS && off > TOLERANCE; round++) {
    off = 0;
    margins.forEach(({ name, cells: names, targets }, i) => {
      const sums = targets.map(() => 0);
      cells.forEach((own, row) => (sums[own[i]] += weights[row]));
      const total = sums.reduce((sum, one) => sum + one, 0);
      const change = targets.map((target, cell) => {
        if (sums[cell] === 0 && target > 0) throw new UnreachableMarginError(name, names[cell]);
        return sums[cell] === 0 ? 0 : (target * total) / sums[cell];
      });
      change.forEach((one, cell) => {
        off = Math.max(off, sums[cell] > 0 ? Math.abs(one - 1) : 0);
        factors[i][cell] *= one;
      });
      cells.forEach((own, row) => (weights[row] *= change[own[i]]));
    });
  }
  return factors;
} // prettier-ignore

/** Rows of a model that the plan takes, one after another without end; each is drawn for itself, so none stands twice. */
export async function* reshaped(
  model: Synthesizer,
  plan: ShapePlan,
  seed: number,
  onDrawn?: (rows: number) => void,
): AsyncGenerator<SampledRow> {
  const rng = new Rng(seed).fork('reshape');
  let drawn = 0;
  for await (const row of model.sample(Number.MAX_SAFE_INTEGER, { seed })) {
    onDrawn?.(++drawn);
    const chance = plan.chance(new Set(row.entries.map(([column]) => column)));
    if (chance > 0 && rng.fork(row.row).chance(chance)) yield row;
  }
}
