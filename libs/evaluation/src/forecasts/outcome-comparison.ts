import { aucOf, observedToExpected } from '@ehrsynth/statistics';
import { isSmallCell } from '../small-cells.ts';
import type { OutcomeComparison } from './forecast-comparison.ts';
import type { HorizonTally } from './horizon-tally.ts';

/**
 * How the shares of futures with an outcome stand to who had it.
 * @param people who are judged @param fewest what fewer people have is not measured
 * @returns undefined where few had it, or all but few
 */
export function outcomeComparison(
  tally: HorizonTally,
  place: number,
  people: readonly number[],
  fewest: { observed: number; shown: number },
): Omit<OutcomeComparison, 'outcome'> | undefined {
  const outcome = tally.outcomes[place];
  const atRisk = people.filter((person) => outcome.isAtRisk[person]);
  const labels = Uint8Array.from(atRisk, (person) => outcome.observed[person]);
  const shares = Float64Array.from(atRisk, (person) => outcome.expected[person]);
  const observed = sumOf(labels);
  if (observed < fewest.observed || isSmallCell(observed, atRisk.length, fewest.shown)) return undefined;
  const expected = sumOf(shares);
  const draws = atRisk.map((person) => tally.futures[person]);
  let [squares, variance] = [0, 0];
  shares.forEach((share, i) => {
    const own = varianceOfShare(share, draws[i]);
    squares += (share - labels[i]) ** 2 - (own ?? 0);
    // Of a single draw nothing is known but the mean of all.
    variance += own ?? (expected / shares.length) * (1 - expected / shares.length);
  });
  const mayShow =
    !isSmallCell(people.length, tally.people, fewest.shown) && !isSmallCell(atRisk.length, people.length, fewest.shown);
  const ratio = observedToExpected(observed, expected, Math.sqrt(variance));
  return {
    ...(mayShow && { people: atRisk.length }),
    observed,
    expected,
    ...(ratio && { ratio }),
    ...(observed < labels.length && { auroc: aucOf(shares, labels) }),
    brier: squares / labels.length,
  };
}

/**
 * How much a share of draws varies about the probability that they are drawn with; undefined of a single draw.
 * @see Ferro 2014, Fair scores for ensemble forecasts: p (1 − p) / (k − 1)
 */
function varianceOfShare(share: number, draws: number): number | undefined {
  return draws > 1 ? (share * (1 - share)) / (draws - 1) : undefined;
}

function sumOf(values: Float64Array | Uint8Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
