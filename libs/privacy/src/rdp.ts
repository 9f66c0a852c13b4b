import erfcx from '@stdlib/math-base-special-erfcx';

/** Steps of the Gaussian mechanism, each on rows drawn one by one with the same probability (Poisson sampling). */
export interface SampledGaussian {
  /** Probability that a row is in a step's batch: 0 < q ≤ 1. */
  samplingRate: number;
  /** Standard deviation of the noise over the clipping norm: σ > 0. */
  noiseMultiplier: number;
  steps: number;
}

export interface Epsilon {
  epsilon: number;
  /** Order of the Rényi divergence that gives it. */
  order: number;
}

/** 1.1, 1.2 … 10.9, 12 … 63, and for small ε 64, 96, 128 … 16,384: each power of two and the middle up to the next. */
export const ORDERS: readonly number[] = [
  ...Array.from({ length: 99 }, (_, i) => 1 + (i + 1) / 10),
  ...Array.from({ length: 52 }, (_, i) => 12 + i),
  ...Array.from({ length: 8 }, (_, i) => [64 * 2 ** i, 96 * 2 ** i]).flat(),
  16_384,
];

/** Terms of the series for a fractional order that are smaller than e^−30 end it. */
const LAST_TERM = -30;

/**
 * ε of (ε, δ)-differential privacy by the Rényi accountant: the least over the orders, converted as by Canonne, Kamath and Steinke.
 * @param mechanisms one, or several of which each looks at the same rows
 * @see Mironov 2017, proposition 1; Canonne, Kamath, Steinke 2020, proposition 12
 * @throws RangeError where a parameter is out of its range
 */
export function epsilonOf(
  mechanisms: SampledGaussian | readonly SampledGaussian[],
  delta: number,
  orders = ORDERS,
): Epsilon {
  if (!(delta > 0 && delta < 1)) throw new RangeError(`delta is ${delta}; it must be between 0 and 1`);
  let best: Epsilon = { epsilon: Infinity, order: orders[0] };
  for (const order of orders) {
    const rdp = [mechanisms]
      .flat()
      .reduce(
        (sum, { samplingRate, noiseMultiplier, steps }) =>
          sum + steps * sampledGaussianRdp(order, samplingRate, noiseMultiplier),
        0,
      );
    const epsilon = rdp + Math.log1p(-1 / order) - Math.log(delta * order) / (order - 1);
    if (epsilon < best.epsilon) best = { epsilon: Math.max(0, epsilon), order };
  }
  return best;
}

/**
 * Rényi divergence of one step at an order above 1.
 * @see Mironov, Talwar, Zhang 2019, section 3.3
 * @throws RangeError where a parameter is out of its range
 */
export function sampledGaussianRdp(order: number, samplingRate: number, noiseMultiplier: number): number {
  const [q, sigma] = [samplingRate, noiseMultiplier];
  if (!(q > 0 && q <= 1)) throw new RangeError(`the sampling rate is ${q}; it must be above 0, at most 1`);
  if (!(sigma > 0)) throw new RangeError(`the noise multiplier is ${sigma}; it must be above 0`);
  if (!(order > 1)) throw new RangeError(`the order is ${order}; it must be above 1`);
  if (q === 1) return order / (2 * sigma ** 2);
  const logA = Number.isInteger(order) ? logAInteger(order, q, sigma) : logAFractional(order, q, sigma);
  return logA / (order - 1);
}

/** log Σₖ C(α, k) (1 − q)^(α − k) qᵏ exp((k² − k) / 2σ²). */
function logAInteger(order: number, q: number, sigma: number): number {
  let [sum, logBinomial] = [-Infinity, 0];
  for (let k = 0; k <= order; k++) {
    const term = logBinomial + k * Math.log(q) + (order - k) * Math.log1p(-q) + (k * k - k) / (2 * sigma ** 2);
    sum = logAdd(sum, term);
    logBinomial += Math.log((order - k) / (k + 1));
  }
  return sum;
}

/** The two series of a fractional order, split where q·exp(…) passes 1 − q. */
function logAFractional(order: number, q: number, sigma: number): number {
  const split = sigma ** 2 * Math.log(1 / q - 1) + 0.5;
  const scale = Math.SQRT2 * sigma;
  let [sum, logBinomial, sign] = [-Infinity, 0, 1];
  for (let i = 0; ; i++) {
    const j = order - i;
    const below =
      logBinomial +
      i * Math.log(q) +
      j * Math.log1p(-q) +
      (i * i - i) / (2 * sigma ** 2) +
      logErfc((i - split) / scale);
    const above =
      logBinomial +
      j * Math.log(q) +
      i * Math.log1p(-q) +
      (j * j - j) / (2 * sigma ** 2) +
      logErfc((split - j) / scale);
    const term = logAdd(below, above) - Math.LN2;
    sum = sign > 0 ? logAdd(sum, term) : logSubtract(sum, term);
    if (i > order && term < LAST_TERM) return sum;
    logBinomial += Math.log(Math.abs((order - i) / (i + 1)));
    if (order - i < 0) sign = -sign;
  }
}

function logErfc(x: number): number {
  return x < 0 ? Math.log(2 - Math.exp(-x * x) * erfcx(-x)) : Math.log(erfcx(x)) - x * x;
}

function logAdd(a: number, b: number): number {
  const [less, more] = a < b ? [a, b] : [b, a];
  return less === -Infinity ? more : more + Math.log1p(Math.exp(less - more));
}

function logSubtract(more: number, less: number): number {
  return less === -Infinity ? more : more + Math.log1p(-Math.exp(less - more));
}
