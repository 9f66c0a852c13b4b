import erfcx from '@stdlib/math-base-special-erfcx';
import FFT from 'fft.js';
import { epsilonOf, type SampledGaussian } from './rdp.ts';

export interface EpsilonBounds {
  lower: number;
  epsilon: number;
  upper: number;
}

export interface PrvOptions {
  /** Most that ε may be off, on either side. */
  epsilonError?: number;
  /** Share of δ that the discretisation may take. */
  deltaError?: number;
}

const INTEGRATION_POINTS = 40_001;
const INTEGRATION_WIDTH = 14;

/**
 * ε of the Poisson-sampled Gaussian mechanism by its privacy loss random variable: the loss of one step on a grid, its sum over the steps
 * by a fast Fourier transform, the greater of adding a patient and taking one away. Less than the Rényi accountant's, which is an upper
 * bound; the bounds hold whatever the grid does. Of several mechanisms, each of which looks at the same rows, the sum of all their losses.
 * @see Gopi, Lee, Wutschitz 2021, algorithms 1 and 2, theorem 5.5
 * @throws RangeError where a parameter is out of its range
 */
export function prvEpsilonOf(
  mechanism: SampledGaussian | readonly SampledGaussian[],
  delta: number,
  { epsilonError = 0.01, deltaError = 1e-3 }: PrvOptions = {},
): EpsilonBounds {
  const error = delta * deltaError;
  const mechanisms = [mechanism].flat();
  const steps = mechanisms.reduce((sum, one) => sum + one.steps, 0);
  const reach = reachOf(mechanisms, steps, epsilonError, error);
  const mesh = epsilonError / Math.sqrt((steps / 2) * Math.log(12 / error));
  const bounds = (['remove', 'add'] as const).map((direction) => {
    const losses = mechanisms.map((one) => ({ ...lossOf(one, direction), steps: one.steps }));
    const loss = composed(losses, mesh, reach);
    return {
      lower: Math.max(0, epsilonAt(loss, delta + error) - epsilonError),
      epsilon: epsilonAt(loss, delta),
      upper: epsilonAt(loss, delta - error) + epsilonError,
    };
  });
  return bounds.reduce((a, b) => ({
    lower: Math.max(a.lower, b.lower),
    epsilon: Math.max(a.epsilon, b.epsilon),
    upper: Math.max(a.upper, b.upper),
  }));
}

/**
 * Beyond this a step's loss, and the sum of the losses, go with less than the error. A loss is above ε + c with a probability of at most
 * δ(ε) / (1 − e^−c); the paper has c = 2, and a small ε needs a smaller one for the grid not to be mostly empty.
 * @see Gopi, Lee, Wutschitz 2021, theorem 5.5, lemma 5.4
 */
function reachOf(mechanisms: readonly SampledGaussian[], steps: number, epsilonError: number, error: number): number {
  const margin = Math.min(2, 200 * epsilonError);
  const share = Math.expm1(-margin) / Math.expm1(-2);
  const ofSum = epsilonOf(mechanisms, (share * error) / 4).epsilon;
  const ofStep = mechanisms.map((one) => epsilonOf({ ...one, steps: 1 }, (share * error) / (8 * steps)).epsilon);
  return margin + Math.max(epsilonError + ofSum, ...ofStep);
}

/** A privacy loss: its distribution function and its mean. */
interface Loss {
  cdf: (y: number) => number;
  mean: number;
}

/**
 * Of one step: log p/q at a draw of p, for p the mixture (1 − q) N(0, σ²) + q N(1, σ²) against q = N(0, σ²) (a patient taken away), or the
 * other way round (added).
 */
function lossOf({ samplingRate: q, noiseMultiplier: sigma }: SampledGaussian, direction: 'remove' | 'add'): Loss {
  const ratio = (x: number) => Math.log1p(q * Math.expm1((2 * x - 1) / (2 * sigma ** 2)));
  /** Where the ratio is y; −∞ where it is more everywhere. */
  const place = (y: number) => {
    const odds = Math.expm1(y) / q + 1;
    return odds <= 0 ? -Infinity : sigma ** 2 * Math.log(odds) + 0.5;
  };
  const usual = (x: number) => normalCdf(x / sigma);
  const mixture = (x: number) => (1 - q) * usual(x) + q * normalCdf((x - 1) / sigma);
  const density = (x: number) => Math.exp(-((x / sigma) ** 2) / 2) / (sigma * Math.sqrt(2 * Math.PI));
  return direction === 'remove'
    ? {
        cdf: (y) => mixture(place(y)),
        mean: integral((x) => ratio(x) * ((1 - q) * density(x) + q * density(x - 1)), sigma),
      }
    : { cdf: (y) => 1 - usual(place(-y)), mean: integral((x) => -ratio(x) * density(x), sigma) };
}

/** The distribution of a sum of losses: chances of the values `start + i · mesh`. */
interface Grid {
  start: number;
  mesh: number;
  chances: Float64Array;
}

function composed(losses: readonly (Loss & { steps: number })[], mesh: number, reach: number): Grid {
  const size = 2 ** Math.ceil(Math.log2((2 * reach) / mesh));
  const half = size / 2;
  const fft = new FFT(size);
  const sums = Float64Array.from({ length: 2 * size }, (_, i) => 1 - (i % 2));
  let offset = 0;
  for (const { cdf, mean, steps } of losses) {
    const { chances, mean: onGrid } = discretised(cdf, size, mesh);
    // What rounding did to the mean is put right for each step.
    offset += steps * (mean - onGrid);
    const spectrum = new Float64Array(2 * size);
    fft.realTransform(spectrum, chances);
    fft.completeSpectrum(spectrum);
    for (let i = 0; i < 2 * size; i += 2) {
      const length = Math.hypot(spectrum[i], spectrum[i + 1]) ** steps;
      const angle = steps * Math.atan2(spectrum[i + 1], spectrum[i]);
      const [a, b] = [length * Math.cos(angle), length * Math.sin(angle)];
      [sums[i], sums[i + 1]] = [sums[i] * a - sums[i + 1] * b, sums[i] * b + sums[i + 1] * a];
    }
  }
  const output = new Float64Array(2 * size);
  fft.inverseTransform(output, sums);
  const chances = new Float64Array(size);
  for (let i = -half; i < half; i++) chances[i + half] = Math.max(0, output[2 * ((i + size) % size)]);
  return { start: -half * mesh + offset, mesh, chances };
}

/** A step's loss on the grid; negative values stand at the end, as the transform's circle wants them. */
function discretised(cdf: Loss['cdf'], size: number, mesh: number): { chances: Float64Array; mean: number } {
  const half = size / 2;
  const chances = new Float64Array(size);
  let [before, total, sum] = [cdf((-half - 0.5) * mesh), 0, 0];
  for (let i = -half; i < half; i++) {
    const next = cdf((i + 0.5) * mesh);
    const chance = Math.max(0, next - before);
    before = next;
    chances[(i + size) % size] = chance;
    total += chance;
    sum += chance * i * mesh;
  }
  return { chances: chances.map((chance) => chance / total), mean: sum / total };
}

/** The ε at which δ(ε) = Σ (1 − e^(ε − y))₊ P(y) comes down to δ. */
function epsilonAt({ start, mesh, chances }: Grid, delta: number): number {
  // From the top: above and beyond are Σ P(y) and Σ e^(−y) P(y) over y > ε.
  let [above, beyond] = [0, 0];
  for (let i = chances.length - 1; i >= 0; i--) {
    const y = start + i * mesh;
    if (y <= 0) return 0;
    // δ at ε = y: what is above y, less its part.
    if (above - Math.exp(y) * beyond > delta) {
      // Between this point and the next the sums stand still: above − e^ε · beyond = δ.
      return Math.log((above - delta) / beyond);
    }
    above += chances[i];
    beyond += Math.exp(-y) * chances[i];
  }
  return 0;
}

function normalCdf(x: number): number {
  const tail = (z: number) => (Math.exp((-z * z) / 2) * erfcx(z / Math.SQRT2)) / 2;
  return x < 0 ? tail(-x) : 1 - tail(x);
}

/** Simpson's rule over all that the mixture reaches. */
function integral(f: (x: number) => number, sigma: number): number {
  const [from, to] = [-INTEGRATION_WIDTH * sigma, 1 + INTEGRATION_WIDTH * sigma];
  const step = (to - from) / (INTEGRATION_POINTS - 1);
  let sum = 0;
  for (let i = 0; i < INTEGRATION_POINTS; i++) {
    const weight = i === 0 || i === INTEGRATION_POINTS - 1 ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * f(from + i * step);
  }
  return (sum * step) / 3;
}
