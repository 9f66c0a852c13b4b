import { Rng, SecureWords } from '@ehrsynth/random';
import type { PatientRecord } from '@ehrsynth/records';
import { type Columns, type Life, nothingLeftOut, privateDictionary } from '@ehrsynth/sequence';
import { CLIP_UNITS, type GradientSums } from '../private/clipped-sums.ts';
import { fitByDpSgd } from '../private/dp-sgd.ts';
import { Language } from './language.ts';
import { VisitsNetwork } from './network.ts';
import { scheduleFor, type VisitsOptions } from './options.ts';
import { clippedGradients } from './private-fit.ts';
import { clippedCounts, noisyCounts } from './private-tally.ts';
import { LifeTally } from './tally.ts';
import { beginWithPublicOdds } from './public-prior.ts';

/** Trainings with and without one patient, by a fair coin each, and how much likelier what was given away is with that patient. */
export interface LifeAttacks {
  planted: boolean[];
  scores: Float64Array;
}

/**
 * Attacks private training on neighbouring data sets: the others, known to the attacker to the last digit, and with or without one more
 * patient. The attacker sees what a training gives away before anything is computed from it, the noisy counts and each step's noisy sums, and
 * scores by the likelihood ratio, which no other score is better than. Every step takes all patients: `batchRows` is not used.
 * @param cohort columns of codes
 * @param trainings that are made and thrown away
 */
export async function attackLives(
  cohort: Columns,
  others: readonly PatientRecord[],
  target: PatientRecord,
  options: VisitsOptions,
  trainings: number,
): Promise<LifeAttacks> {
  const language = new Language(privateDictionary(cohort.columns, new Map()));
  const reader = language.reader((event) => cohort.columnOf(event), nothingLeftOut());
  const lives = [...others, target].map((record) => reader.read(record));
  const words = new SecureWords();
  const planted = Array.from({ length: trainings }, () => words.next() % 2 === 1);
  const scores = new Float64Array(trainings);
  for (const [i, isThere] of planted.entries()) scores[i] = await scoreOf(language, lives, isThere, options);
  return { planted, scores };
}

/** log of how much likelier it is with the last life than without. */
async function scoreOf(
  language: Language,
  lives: readonly Life[],
  isThere: boolean,
  options: VisitsOptions,
): Promise<number> {
  const target = lives.length - 1;
  const members = isThere ? lives : lives.slice(0, target);
  let score = 0;
  if (options.tallyNoise > 0) {
    const tally = new LifeTally(language);
    const [noisy, without, own] = [
      await noisyCounts(tally, members, options.tallyNoise),
      await clippedCounts(tally, lives.slice(0, target)),
      await clippedCounts(tally, lives.slice(target)),
    ];
    const seen = Object.fromEntries(
      Object.entries(noisy).map(([name, { counts, deviation }]) => {
        const unit = deviation / Math.ceil(options.tallyNoise * CLIP_UNITS);
        return [name, counts.map((count) => count / unit)];
      }),
    );
    score += likelier(seen, without, own, options.tallyNoise);
  }
  const network = new VisitsNetwork(language, options, new Rng(options.seed).fork('weights'));
  beginWithPublicOdds(network, language);
  const gradientsOf = (taken: Iterable<number>) =>
    clippedGradients(network, language, { read: (life) => lives[life] }, taken, options.clip);
  const { epochs } = scheduleFor(options, members.length);
  let [without, own]: GradientSums[] = [];
  const lessons = {
    variables: network.trained,
    patients: members.length,
    steps: { samplingRate: 1, steps: epochs },
    clippedGradients: async (taken: Int32Array) => {
      without = await gradientsOf(taken.filter((life) => life < target));
      own = await gradientsOf([target]);
      return gradientsOf(taken);
    },
  };
  const observe = (sums: GradientSums) => void (score += likelier(sums, without, own, options.noiseMultiplier));
  try {
    await fitByDpSgd(lessons, { ...options, epochs }, {}, { observe });
    return score;
  } finally {
    network.dispose();
  }
}

/** log N(own, σ²) / N(0, σ²) of what was seen, less the others; all in units. */
function likelier(seen: GradientSums, without: GradientSums, own: GradientSums, noiseMultiplier: number): number {
  let [along, squared] = [0, 0];
  for (const name of Object.keys(own))
    own[name].forEach((value, i) => {
      along += (seen[name][i] - without[name][i]) * value;
      squared += value * value;
    });
  return (along - squared / 2) / (noiseMultiplier * CLIP_UNITS) ** 2;
}
