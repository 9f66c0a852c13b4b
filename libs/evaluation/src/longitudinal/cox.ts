import { Matrix, solve } from 'ml-matrix';
import type { LogRatio } from './odds-ratio.ts';

/** Time in which a person is followed with covariates that do not change: after `start`, up to `stop`. */
export interface Episode {
  start: number;
  stop: number;
  /** Whether it ends with the outcome. */
  event: boolean;
  /** The exposure first. */
  covariates: readonly number[];
}

const STEPS = 25;
const TOLERANCE = 1e-8;

/**
 * Cox's proportional hazards by Newton's method, ties as Breslow: the log hazard ratio of the first covariate. Undefined where it
 * has none: no events, a covariate that is the same for all, or one that is infinite because all events are on one side.
 * @see Cox 1972; Breslow 1974; Andersen, Gill 1982 for episodes
 */
export function coxRegression(episodes: readonly Episode[]): LogRatio | undefined {
  const size = episodes[0]?.covariates.length ?? 0;
  if (size === 0 || !episodes.some(({ event }) => event)) return undefined;
  const byStop = [...episodes].sort((a, b) => b.stop - a.stop);
  const byStart = [...episodes].sort((a, b) => b.start - a.start);
  const weights = new Float64Array(size);
  let last = -Infinity;
  for (let step = 0; step < STEPS; step++) {
    const { likelihood, slope, bend } = derivatives(byStop, byStart, weights);
    const move = solved(bend, slope);
    if (!move || !Number.isFinite(likelihood)) return undefined;
    // Ten times a risk for each unit, and more with each step: no finite ratio is best.
    if (weights.some((weight) => Math.abs(weight) > 15)) return undefined;
    if (Math.abs(likelihood - last) < TOLERANCE * (1 + Math.abs(likelihood)) && step > 0) {
      const variance = solved(bend, [1, ...new Array<number>(size - 1).fill(0)])![0];
      return variance > 0 ? { log: weights[0], variance } : undefined;
    }
    last = likelihood;
    const longest = Math.max(...move.map(Math.abs));
    const scale = longest > 2 ? 2 / longest : 1;
    move.forEach((one, i) => (weights[i] += scale * one));
  }
  return undefined;
}

function derivatives(byStop: Episode[], byStart: Episode[], weights: Float64Array) {
  const size = weights.length;
  const slope = new Array<number>(size).fill(0);
  const bend = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  // Sums over those at risk of the risk, of risk × covariate, and of risk × covariate × covariate.
  let sum = 0;
  const first = new Float64Array(size);
  const second = new Float64Array(size * size);
  const move = ({ covariates }: Episode, sign: number) => {
    const risk = sign * riskOf(covariates, weights);
    sum += risk;
    for (let i = 0; i < size; i++) {
      first[i] += risk * covariates[i];
      for (let j = 0; j < size; j++) second[i * size + j] += risk * covariates[i] * covariates[j];
    }
  };
  let [likelihood, entered] = [0, 0];
  for (let at = 0; at < byStop.length;) {
    const time = byStop[at].stop;
    const from = at;
    for (; at < byStop.length && byStop[at].stop === time; at++) move(byStop[at], 1);
    for (; entered < byStart.length && byStart[entered].start >= time; entered++) move(byStart[entered], -1);
    for (let i = from; i < at; i++) {
      if (!byStop[i].event) continue;
      likelihood += Math.log(riskOf(byStop[i].covariates, weights)) - Math.log(sum);
      for (let j = 0; j < size; j++) {
        slope[j] += byStop[i].covariates[j] - first[j] / sum;
        for (let k = 0; k < size; k++) bend[j][k] += second[j * size + k] / sum - (first[j] / sum) * (first[k] / sum);
      }
    }
  }
  return { likelihood, slope, bend };
}

function riskOf(covariates: readonly number[], weights: Float64Array): number {
  let score = 0;
  for (let i = 0; i < weights.length; i++) score += weights[i] * covariates[i];
  return Math.exp(score);
}

function solved(bend: number[][], right: number[]): number[] | undefined {
  try {
    const found = solve(new Matrix(bend), Matrix.columnVector(right)).to1DArray();
    return found.every(Number.isFinite) ? found : undefined;
  } catch {
    return undefined;
  }
}
