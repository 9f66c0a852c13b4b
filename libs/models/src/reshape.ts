import { Rng } from '@ehrsynth/random';
import {
  ImpossibleSharesError,
  NoneFoundError,
  NoSuchPatientsError,
  TooFewForSharesError,
  TooManyDrawsError,
  UnreachableMarginError,
} from './errors.ts';
import { nearestShares, rake, type Stratum } from './rake.ts';
import type { SampleOptions } from './synthesizer.ts';

/** A variable of rows whose shares are asked for: a demographic group, or whether a code is there. */
export interface Margin {
  /** As it is reported: sex, E11. */
  name: string;
  cells: string[];
  /** Whether its two cells are that a code is there, and that it is not. */
  isCode?: boolean;
  /** Share of the rows that is wanted of each cell; they sum to 1. */
  targets: number[];
  /** Cell of a row, by its columns; −1 where it is in none: such rows are left out. */
  cellOf: (columns: ReadonlySet<number>) => number;
}

/** What is asked of the rows: all to be such, and shares of them. */
export interface Shape {
  /** As it is reported. */
  name: string;
  isWanted: (columns: ReadonlySet<number>) => boolean;
  margins: Margin[];
}

/** What patients are drawn by, each with its number in the run. @see Synthesizer.sample, PatientModel.sample */
export interface Draws<T extends { row: number }> {
  sample(patients: number, options: SampleOptions): AsyncGenerator<T>;
}

export interface PlanOptions<T> {
  seed: number;
  /** Rows that are wanted, and those that may be drawn for them at most. */
  rows: number;
  mostDraws: number;
  /** Columns of a row as they count: those of its record, after what is impossible has been repaired. */
  columnsOf: (row: T) => readonly number[];
  /** Whether a row that `isWanted` by its columns is wanted by all else: asked of the pilot. */
  isRowWanted?: (row: T) => boolean;
  /** Draws on where none of the first rows of the pilot is wanted. */
  keepsLooking?: boolean;
  /** Rows that were drawn to plan by, and then for good. */
  onPilot?: (rows: number) => void;
  onDrawn?: (rows: number) => void;
}

const PILOT_ROWS = 20_000;
const LEAST_MATCHES = 200;
const MOST_PILOT_ROWS = 1_000_000;
/** Rows after which shares that are far out of reach are refused, and how far: a quarter of the patients. */
const FIRST_LOOK = 4000;
const FAR = 0.25;
/** Fewest even rows that weights may be worth. */
const LEAST_EFFECTIVE = 30;

/** A row's weight is the product of its cells' factors, margin by margin; a row of the largest one is certainly taken. */
export interface ShapeWeights {
  factors: number[][];
  largest: number;
}

/** How rows of a model are chosen so that together they have a shape. */
export interface ShapePlan {
  /** Rows that the plan was made from, and those that `isWanted`. */
  pilot: number;
  matching: number;
  /** Effective sample size (Kish 1965) of the matching rows under their weights: how many even ones they are worth. */
  effective: number;
  weights: ShapeWeights;
  /** Share of the pilot that is taken. */
  share: number;
}

/**
 * Weights of rows that give the margins their shares, by raking (iterative proportional fitting, Deming and Stephan 1940) of a pilot sample:
 * a product of one factor for each margin, so that given the margins' variables all else stays as the model has it. A row is taken with a
 * chance in proportion to its weight; the largest weight of the pilot is 1.
 * @throws NoneFoundError, NoSuchPatientsError where no row is wanted, or hardly any, UnreachableMarginError where none has a cell that is asked for,
 * ImpossibleSharesError where shares cannot be had together, TooFewForSharesError where they would rest on a few rows,
 * TooManyDrawsError where more rows would have to be drawn than may be
 */
export async function planShape<T extends { row: number }>(
  model: Draws<T>,
  shape: Shape,
  options: PlanOptions<T>,
): Promise<ShapePlan> {
  const { name, margins } = shape;
  const { strata, pilot, matching } = await drawPilot(model, shape, options);
  const targets = margins.map((margin) => margin.targets);
  const { factors, converged } = await rake(strata, targets);
  if (!converged) throw await impossible(strata, margins);
  const weights = strata.map(({ cells }) => weightOf(cells, factors));
  const sum = (power: number) => strata.reduce((all, { rows }, i) => all + rows * weights[i] ** power, 0);
  const effective = sum(1) ** 2 / sum(2);
  if (effective < LEAST_EFFECTIVE) throw new TooFewForSharesError(sharesAsked(margins), effective, pilot);
  const largest = weights.reduce((a, b) => Math.max(a, b), 0);
  const share = sum(1) / (pilot * largest);
  const expected = Math.ceil(options.rows / share);
  if (expected > options.mostDraws) throw new TooManyDrawsError(name, options.rows, expected, options.mostDraws);
  return { pilot, matching, effective, weights: { factors, largest }, share };
}

/** The chance that a row is taken, by its columns. */
export function chanceOf(
  { isWanted, margins }: Pick<Shape, 'isWanted' | 'margins'>,
  { factors, largest }: ShapeWeights,
): (columns: ReadonlySet<number>) => number {
  return (columns) => {
    const own = margins.map(({ cellOf }) => cellOf(columns));
    return isWanted(columns) && !own.includes(-1) ? Math.min(1, weightOf(own, factors) / largest) : 0;
  };
}

function weightOf(cells: readonly number[], factors: number[][]): number {
  return cells.reduce((product, cell, i) => product * factors[i][cell], 1);
}

/**
 * Rows of a model that are taken, one after another; each is drawn for itself, so none stands twice, and whether it is taken depends on no
 * other. Ends where no more may be drawn.
 * @param chance that `chanceOf` gives
 * @param options.range of the rows that may be drawn, some
 */
export async function* reshaped<T extends { row: number }>(
  model: Draws<T>,
  chance: (columns: ReadonlySet<number>) => number,
  {
    seed,
    mostDraws,
    range,
    columnsOf,
    onDrawn,
  }: Pick<PlanOptions<T>, 'seed' | 'mostDraws' | 'columnsOf' | 'onDrawn'> & Pick<SampleOptions, 'range'>,
): AsyncGenerator<T> {
  const rng = new Rng(seed).fork('reshape');
  let drawn = 0;
  for await (const row of model.sample(mostDraws, { seed, range })) {
    onDrawn?.(++drawn);
    const own = chance(new Set(columnsOf(row)));
    if (own > 0 && rng.fork(row.row).chance(own)) yield row;
  }
}

/**
 * Whether a share among rows that were taken is the one that was wanted, up to sampling error: four standard errors of that many rows and of
 * the plan's effective sample size, from which the weights were estimated.
 */
export function isReached(target: number, reached: number, taken: number, effective: number): boolean {
  const error = Math.sqrt(target * (1 - target) * (1 / taken + 1 / effective));
  return Math.abs(reached - target) <= 4 * error + 1e-9;
}

/** Rows of the model by the cells that they stand in, until there are enough of them. */
async function drawPilot<T extends { row: number }>(
  model: Draws<T>,
  { name, isWanted, margins }: Shape,
  { seed, rows, mostDraws, columnsOf, isRowWanted, keepsLooking, onPilot }: PlanOptions<T>,
): Promise<{ strata: Stratum[]; pilot: number; matching: number }> {
  const found = new Map<string, { cells: number[]; rows: number }>();
  /** `wanted` whatever their cells, and `matching` in a cell of every margin. */
  let [pilot, wanted, matching] = [0, 0, 0];
  const most = Math.min(MOST_PILOT_ROWS, Math.max(PILOT_ROWS, mostDraws));
  for await (const row of model.sample(most, { seed: new Rng(seed).fork('pilot').int(2 ** 31) })) {
    pilot++;
    onPilot?.(pilot);
    const columns = new Set(columnsOf(row));
    const isOne = isWanted(columns) && (isRowWanted?.(row) ?? true);
    if (isOne) wanted++;
    const cells = margins.map(({ cellOf }) => cellOf(columns));
    if (isOne && !cells.includes(-1)) {
      const stratum = found.get(cells.join()) ?? { cells, rows: 0 };
      found.set(cells.join(), stratum);
      stratum.rows++;
      if (++matching === FIRST_LOOK) await refuseFar([...found.values()], margins);
    }
    if (pilot < PILOT_ROWS) continue;
    if (matching >= LEAST_MATCHES || (wanted === 0 && !keepsLooking)) break;
    // So few that even three standard errors more would not do.
    const share = (matching + 3 * Math.sqrt(matching) + 3) / pilot;
    if (rows / share > mostDraws) break;
  }
  if (wanted === 0 && !keepsLooking)
    throw new NoneFoundError(name, pilot, Math.max(mostDraws, lookingLonger(rows, pilot)));
  if (matching < LEAST_MATCHES) throw new NoSuchPatientsError(name, matching, pilot);
  const strata = [...found.values()];
  margins.forEach(({ name: margin, cells, targets }, i) => {
    const cell = targets.findIndex((target, at) => target > 0 && !strata.some((one) => one.cells[i] === at));
    if (cell !== -1) throw new UnreachableMarginError(margin, cells[cell]);
  });
  return { strata, pilot, matching };
}

/** Draws, in millions, that let a pilot of ten times as many rows go on, though nobody is found in it. */
function lookingLonger(rows: number, pilot: number): number {
  return 1e6 * Math.ceil((rows * 10 * pilot) / 3 / 1e6);
}

/** A pilot that is whole would hold a few rows more of those that are missing: where shares are far from it, they would not do. */
async function refuseFar(strata: Stratum[], margins: Margin[]): Promise<void> {
  const isThere = (i: number, cell: number) => strata.some((one) => one.cells[i] === cell);
  // Of what nobody has the whole pilot decides.
  if (margins.some(({ targets }, i) => targets.some((target, cell) => target > 0 && !isThere(i, cell)))) return;
  const targets = margins.map((margin) => margin.targets);
  if ((await rake(strata, targets)).converged) return;
  const nearest = await nearestShares(strata, targets);
  const isFar = nearest.some((own, i) => own.some((share, cell) => Math.abs(share - targets[i][cell]) >= FAR));
  if (isFar) throw new ImpossibleSharesError(sharesAsked(margins), sharesAsked(margins, nearest));
}

async function impossible(strata: Stratum[], margins: Margin[]): Promise<ImpossibleSharesError> {
  const nearest = await nearestShares(
    strata,
    margins.map(({ targets }) => targets),
  );
  return new ImpossibleSharesError(sharesAsked(margins), sharesAsked(margins, nearest));
}

/** E11 20.0 %, sex female 50.0 % / male 50.0 %; of whether a code is there only the first of two cells. */
function sharesAsked(margins: readonly Margin[], shares = margins.map(({ targets }) => targets)): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return margins
    .map(({ name, cells, isCode }, i) =>
      isCode
        ? `${name} ${percent(shares[i][0])}`
        : `${name} ${cells.map((cell, at) => `${cell} ${percent(shares[i][at])}`).join(' / ')}`,
    )
    .join(' and ');
}
