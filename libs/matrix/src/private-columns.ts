import { next53, normalTail, type RandomWords, RoundedNormal, SecureWords, TAIL_BITS } from '@ehrsynth/random';
import { EventKind, Race, Sex } from '@ehrsynth/records';
import { z } from 'zod';
import type { CodeMatrix, Column } from './code-matrix.ts';
import { AGE_BANDS } from './demographics.ts';
import { type Selection, selectionOf } from './select.ts';

/** Codes that a patient counts in, at most. */
export const MOST_CODES_OF_PATIENT = 16;

/** How columns were chosen under differential privacy. */
export const PrivateChoice = z.object({
  /** Standard deviation of the noise over what a patient moves the counts by in L2 norm. */
  noiseMultiplier: z.number().positive(),
  /** Codes that a patient counts in, at most. */
  contributions: z.number().int().min(1),
  /** A code is kept where its noisy count is at least this. */
  threshold: z.number().int().min(1),
  /** Probability that a code is kept which one patient alone has. */
  delta: z.number().positive().lt(1),
});
export type PrivateChoice = z.infer<typeof PrivateChoice>;

/**
 * The least threshold that no code of one patient alone passes with a probability above δ, whatever the patient has: by the union over as many
 * codes as a patient counts in.
 * @param least patients that a code has to have in any case
 */
export function privateChoice(noiseMultiplier: number, delta: number, least: number): PrivateChoice {
  const contributions = MOST_CODES_OF_PATIENT;
  const deviation = BigInt(deviationOf({ noiseMultiplier, contributions }));
  // A count of 1 with its noise is rounded up to the threshold where the normal is above threshold − 3/2.
  const isPassed = (threshold: number) =>
    contributions * Number(normalTail(BigInt(2 * threshold - 3), 2n * deviation)) > delta * 2 ** Number(TAIL_BITS);
  let [low, high] = [1, 2];
  while (isPassed(high)) [low, high] = [high, 2 * high];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isPassed(middle)) low = middle;
    else high = middle;
  }
  return { noiseMultiplier, contributions, threshold: Math.max(high, least), delta };
}

/**
 * The columns of a cohort without a look at the patients but through noisy counts: all demographic values that there may be, and the codes whose
 * count is still above the threshold once it has its noise (the Gaussian sparse histogram mechanism: Wilkins, Kifer, Zhang and Karrer 2024; the
 * threshold is Korolova's, 2009). A patient counts once in each of at most so many codes, chosen by chance. Codes that nobody has get no
 * noise and are never kept, so that there need not be a list of all codes.
 * @param rows patients that are counted
 */
export function selectPrivately(
  matrix: CodeMatrix,
  rows: Int32Array,
  choice: PrivateChoice,
  words: RandomWords = new SecureWords(),
): Selection {
  const counts = new Map<number, number>();
  for (const row of rows) {
    const codes = Array.from(matrix.indices.subarray(matrix.indptr[row], matrix.indptr[row + 1])).filter(
      (column) => EventKind.safeParse(matrix.columns[column].kind).success,
    );
    for (let i = 0; i < Math.min(choice.contributions, codes.length); i++) {
      const chosen = i + (next53(words) % (codes.length - i));
      [codes[i], codes[chosen]] = [codes[chosen], codes[i]];
      counts.set(codes[i], (counts.get(codes[i]) ?? 0) + 1);
    }
  }
  const noise = new RoundedNormal(deviationOf(choice), words);
  const kept = [...counts].flatMap(([column, count]) => (count + noise.next() >= choice.threshold ? [column] : []));
  return selectionOf(matrix, rows, [...anyDemographics(), ...kept.map((column) => matrix.columns[column])], {
    minPatients: choice.threshold,
    rare: 'drop',
  });
}

function deviationOf({ noiseMultiplier, contributions }: Pick<PrivateChoice, 'noiseMultiplier' | 'contributions'>) {
  return Math.ceil(noiseMultiplier * Math.sqrt(contributions));
}

/** All demographic values that there are, whoever has them. */
function anyDemographics(): Column[] {
  const of = (system: string, code: string): Column => ({ kind: 'demographic', system, code, level: 'code' });
  return [
    ...Sex.options.map((sex) => of('sex', sex)),
    ...AGE_BANDS.map((band): Column => ({ ...of('age', band.join('-')), level: 'band' })),
    ...Object.entries(Race).map(([code, display]): Column => ({ ...of('race', code), display })),
  ];
}
