/** Canaries of one training run, each planted or not by a fair coin of its own. */
export interface CanaryScores {
  planted: readonly boolean[];
  /** Of each canary, how much it looks planted by what the mechanism gave away. */
  scores: ArrayLike<number>;
}

/** Guesses about canaries, and how many were right. */
export interface Guesses {
  /** All canaries, whether they were guessed or not. */
  canaries: number;
  guesses: number;
  right: number;
}

export interface EmpiricalEpsilon extends Guesses {
  /** The claim that ε is below this is refuted with the confidence. */
  lowerBound: number;
  confidence: number;
}

/**
 * A lower bound of ε from one run of a mechanism that is said to be (ε, δ)-differentially private. The auditor knows the canaries and sees
 * what the mechanism gives away; it calls the highest scores planted and as many of the lowest ones left out, and abstains from the rest.
 * Were the claim true, hardly more guesses would be right than of randomised response. Several numbers of guesses may be tried; each then
 * has its share of the error.
 * @param numbers how many guesses, half of them of each kind: fixed before the scores are seen
 * @see Steinke, Nasr, Jagielski 2023, https://arxiv.org/abs/2305.08846, algorithm 1
 */
export function auditOneRun(
  { planted, scores }: CanaryScores,
  delta: number,
  numbers: readonly number[],
  confidence = 0.95,
): EmpiricalEpsilon {
  const order = Int32Array.from(planted.keys()).sort((a, b) => scores[b] - scores[a] || a - b);
  const canaries = order.length;
  const found = numbers.map((number) => {
    const half = Math.floor(Math.min(number, canaries) / 2);
    let right = 0;
    for (let i = 0; i < half; i++) {
      if (planted[order[i]]) right++;
      if (!planted[order[canaries - 1 - i]]) right++;
    }
    const guessed = { canaries, guesses: 2 * half, right };
    const error = (1 - confidence) / numbers.length;
    return { ...guessed, lowerBound: epsilonRefuted(guessed, delta, error), confidence };
  });
  return found.reduce((a, b) => (b.lowerBound > a.lowerBound ? b : a));
}

/** The largest ε of which so many right guesses are as unlikely as the error. */
export function epsilonRefuted(guesses: Guesses, delta: number, error: number): number {
  const isRefuted = (epsilon: number) => pValue(guesses, epsilon, delta) < error;
  if (!isRefuted(0)) return 0;
  let [low, high] = [0, 1];
  while (isRefuted(high)) [low, high] = [high, 2 * high];
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (isRefuted(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Most that the chance of at least so many right guesses can be under (ε, δ)-differential privacy: β + 2mδα, with
 * β = P[W ≥ v], α = maxᵢ P[v > W ≥ v − i] / i, and W binomial over the guesses with e^ε / (1 + e^ε).
 * @see the same paper, theorem 5.2 and appendix D
 */
export function pValue({ canaries, guesses, right }: Guesses, epsilon: number, delta: number): number {
  const chances = binomial(guesses, 1 / (1 + Math.exp(-epsilon)));
  let beta = 0;
  for (let i = guesses; i >= right; i--) beta += chances[i];
  let [alpha, below] = [0, 0];
  for (let i = 1; i <= Math.min(right, canaries); i++) {
    below += chances[right - i];
    alpha = Math.max(alpha, below / i);
  }
  return Math.min(1, beta + 2 * canaries * delta * alpha);
}

/** Chances of 0 … n of n. */
function binomial(n: number, p: number): Float64Array {
  const chances = new Float64Array(n + 1);
  const [logP, logQ] = [Math.log(p), Math.log1p(-p)];
  let logChoices = 0;
  for (let k = 0; k <= n; k++) {
    chances[k] = Math.exp(logChoices + k * logP + (n - k) * logQ);
    logChoices += Math.log((n - k) / (k + 1));
  }
  return chances;
}
