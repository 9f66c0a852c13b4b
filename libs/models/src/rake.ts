import { yieldToEventLoop } from '@ehrsynth/io';

/** Rows that stand in the same cell of every margin. */
export interface Stratum {
  /** Cell of each margin. */
  cells: readonly number[];
  rows: number;
}

export interface Raked {
  /** Factor of each cell of each margin, 0 where nothing is wanted of it. */
  factors: number[][];
  /** Share of each cell of each margin, under the weights that the factors make. */
  reached: number[][];
  /** Whether the shares are those that were wanted. */
  converged: boolean;
}

const ROUNDS = 2000;
/** Largest change of a factor in a round, from which on nothing changes. */
const SETTLED = 1e-6;
/** Largest difference of a share from what was wanted that is none. */
const CLOSE = 1e-4;

/**
 * Factors of the margins' cells whose products, as weights of the rows, give each margin its shares: iterative proportional fitting. Where
 * no weights do, the rounds end without having converged.
 * @param targets share of each cell of each margin; those of a margin sum to 1
 * @see Deming, Stephan 1940; Csiszár 1975 for when it converges
 */
export async function rake(strata: readonly Stratum[], targets: readonly (readonly number[])[]): Promise<Raked> {
  const factors = targets.map((own) => own.map(() => 1));
  const weights = Float64Array.from(strata, ({ rows }) => rows);
  for (let round = 0, change = 1; round < ROUNDS && change > SETTLED; round++) {
    change = 0;
    targets.forEach((wanted, margin) => {
      const sums = sumsOf(strata, weights, margin, wanted.length);
      const total = sums.reduce((sum, one) => sum + one, 0);
      const scale = wanted.map((target, cell) => (sums[cell] > 0 ? (target * total) / sums[cell] : 0));
      scale.forEach((one, cell) => {
        if (sums[cell] > 0) change = Math.max(change, Math.abs(one - 1));
        factors[margin][cell] *= one;
      });
      strata.forEach(({ cells }, i) => (weights[i] *= scale[cells[margin]]));
    });
    await yieldToEventLoop();
  }
  const reached = targets.map((wanted, margin) => {
    const sums = sumsOf(strata, weights, margin, wanted.length);
    const total = sums.reduce((sum, one) => sum + one, 0);
    return sums.map((sum) => (total > 0 ? sum / total : 0));
  });
  const converged = reached.every((own, margin) =>
    own.every((share, cell) => Math.abs(share - targets[margin][cell]) <= CLOSE),
  );
  return { factors, reached, converged };
}

/** Bisections of the way to what was wanted: to a thousandth of it. */
const HALVINGS = 10;

/**
 * The shares nearest to those wanted that rows can have together, on the straight way from the rows' own shares: the last of them that
 * converge.
 */
export async function nearestShares(
  strata: readonly Stratum[],
  targets: readonly (readonly number[])[],
): Promise<number[][]> {
  const weights = Float64Array.from(strata, ({ rows }) => rows);
  const total = weights.reduce((sum, one) => sum + one, 0);
  const own = targets.map((wanted, margin) => sumsOf(strata, weights, margin, wanted.length).map((sum) => sum / total));
  const onTheWay = (part: number) =>
    targets.map((wanted, margin) =>
      wanted.map((target, cell) => own[margin][cell] + part * (target - own[margin][cell])),
    );
  let [reachable, beyond] = [0, 1];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (reachable + beyond) / 2;
    if ((await rake(strata, onTheWay(middle))).converged) reachable = middle;
    else beyond = middle;
  }
  return onTheWay(reachable);
}

function sumsOf(strata: readonly Stratum[], weights: Float64Array, margin: number, cells: number): number[] {
  const sums = new Array<number>(cells).fill(0);
  strata.forEach((stratum, i) => (sums[stratum.cells[margin]] += weights[i]));
  return sums;
}
