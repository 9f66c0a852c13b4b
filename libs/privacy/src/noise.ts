import { PrivacyBudgetError } from './errors.ts';
import { type EpsilonBounds, prvEpsilonOf } from './prv.ts';
import { epsilonOf, type SampledGaussian } from './rdp.ts';

export interface Noise {
  noiseMultiplier: number;
  /** What it spends of the budget, by privacy loss random variables: `upper` is within it. */
  spent: EpsilonBounds;
}

/** A smaller ε leaves nothing to learn; a larger one protects nobody: e^100. */
const [LEAST_EPSILON, MOST_EPSILON] = [0.01, 100];
/** A smaller δ is lost in the rounding errors of the Fourier transform. */
const LEAST_DELTA = 1e-10;
/** Noise that is worth a try, over the clipping norm. */
const [LEAST_NOISE, MOST_NOISE] = [0.1, 1e4];
/** Share of ε that the accountant's grid may take. */
const GRID_SHARE = 0.01;
/** How close the noise comes to the least there is. */
const PRECISION = 1e-3;

/**
 * The least noise multiplier, to a thousandth, whose ε by the upper bound of privacy loss random variables is within the budget: 5 to 10 %
 * less noise than the Rényi accountant asks for.
 * @param others what else looks at the same rows and is within the same budget
 * @throws PrivacyBudgetError where a parameter is out of its range, or no noise below 10,000 is enough
 */
export function noiseFor(
  epsilon: number,
  delta: number,
  { samplingRate, steps }: Omit<SampledGaussian, 'noiseMultiplier'>,
  others: readonly SampledGaussian[] = [],
): Noise {
  refuseImpossible(epsilon, delta, steps);
  const spentWith = (noiseMultiplier: number) =>
    prvEpsilonOf([{ samplingRate, noiseMultiplier, steps }, ...others], delta, {
      epsilonError: GRID_SHARE * epsilon,
    });
  let high = byRenyi(epsilon, delta, { samplingRate, steps }, others);
  let spent = spentWith(high);
  while (spent.upper > epsilon) spent = spentWith((high *= 1.01));
  let low = high / 1.1;
  for (let below = spentWith(low); low > LEAST_NOISE && below.upper <= epsilon; below = spentWith(low)) {
    [high, spent] = [low, below];
    low /= 1.1;
  }
  while (high - low > PRECISION * high) {
    const middle = (low + high) / 2;
    const there = spentWith(middle);
    if (there.upper > epsilon) low = middle;
    else [high, spent] = [middle, there];
  }
  return { noiseMultiplier: high, spent };
}

function refuseImpossible(epsilon: number, delta: number, steps: number): void {
  if (!(epsilon >= LEAST_EPSILON && epsilon <= MOST_EPSILON))
    throw new PrivacyBudgetError(
      `ε is ${epsilon}; it must be from ${LEAST_EPSILON} to ${MOST_EPSILON}`,
      'An ε of up to 1 protects strongly; above 10 it hardly protects at all.',
    );
  if (!(delta >= LEAST_DELTA && delta < 1))
    throw new PrivacyBudgetError(
      `δ is ${delta}; it must be at least ${LEAST_DELTA}, and below 1`,
      'Give a δ well below 1 / number of patients, such as 1e-6.',
    );
  if (!(Number.isInteger(steps) && steps > 0))
    throw new PrivacyBudgetError(
      `the training has ${steps} steps; it must have at least one`,
      'Train for at least one epoch.',
    );
}

/** Noise that is enough by the Rényi accountant, which is quick and never too low. */
function byRenyi(
  epsilon: number,
  delta: number,
  { samplingRate, steps }: Omit<SampledGaussian, 'noiseMultiplier'>,
  others: readonly SampledGaussian[],
): number {
  const isEnough = (noiseMultiplier: number) =>
    epsilonOf([{ samplingRate, noiseMultiplier, steps }, ...others], delta).epsilon <= epsilon;
  let [low, high] = [LEAST_NOISE, 1];
  while (!isEnough(high)) {
    [low, high] = [high, 2 * high];
    if (high > MOST_NOISE)
      throw new PrivacyBudgetError(
        `no amount of noise keeps ${steps.toLocaleString('en-US')} steps within ε = ${epsilon} at δ = ${delta}`,
        'Give a larger ε or δ, or take fewer steps: fewer --epochs.',
      );
  }
  while (high - low > 0.01 * high) {
    const middle = (low + high) / 2;
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
