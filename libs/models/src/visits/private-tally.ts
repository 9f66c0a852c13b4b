import { yieldToEventLoop } from '@ehrsynth/io';
import { type RandomWords, RoundedNormal, SecureWords } from '@ehrsynth/random';
import type { Life } from '@ehrsynth/sequence';
import { CLIP_UNITS, ClippedSums } from '../private/clipped-sums.ts';
import { meansBehindNoise } from '../private/means-behind-noise.ts';
import type { LifeTally } from './tally.ts';

/** Counts of many lives by group, and the standard deviation of the noise on each. */
export type NoisyCounts = Record<string, { counts: Float64Array; deviation: number }>;

/**
 * Counts of lives with noise, given away once (the Gaussian mechanism). All counts of a life together have a norm of at most 1, and are rounded to
 * whole units as gradients are, so that a life, there or not, moves the sums by at most CLIP_UNITS. @see ClippedSums
 * @param noiseMultiplier standard deviation of the noise over what one life moves the sums by
 */
export async function noisyCounts(
  tally: LifeTally,
  lives: Iterable<Life>,
  noiseMultiplier: number,
  words: RandomWords = new SecureWords(),
): Promise<NoisyCounts> {
  const sums = await clippedCounts(tally, lives);
  const noise = new RoundedNormal(Math.ceil(noiseMultiplier * CLIP_UNITS), words);
  return Object.fromEntries(
    Object.entries(tally.groups).map(([name, { most, share }]) => {
      const unit = most / Math.sqrt(share) / CLIP_UNITS;
      const counts = Float64Array.from(sums[name], (sum) => (sum + noise.next()) * unit);
      return [name, { counts, deviation: noise.deviation * unit }];
    }),
  );
}

/** Sums of the counts of lives, in whole units: each life's have a norm of at most CLIP_UNITS. */
export async function clippedCounts(tally: LifeTally, lives: Iterable<Life>): Promise<Record<string, Float64Array>> {
  const clipped = new ClippedSums(tally.groups, 1);
  let done = 0;
  for (const life of lives) {
    const counts = Object.entries(tally.of(life));
    clipped.add(
      counts.map(([name, own]) => {
        const { most, share } = tally.groups[name];
        return { name, start: 0, values: own.map((count) => (count * Math.sqrt(share)) / most) };
      }),
    );
    if (++done % 100 === 0) await yieldToEventLoop();
  }
  return clipped.sums;
}

/** What is behind the noise, by its mean: see `meansBehindNoise`, for each group by itself. */
export function estimatesOf(noisy: NoisyCounts): Record<string, Float64Array> {
  return Object.fromEntries(
    Object.entries(noisy).map(([name, { counts, deviation }]) => [name, meansBehindNoise(counts, deviation)]),
  );
}

/** A count above so many standard deviations is none of noise alone, of some thousands. */
const SURE = 5;

/** The last month in which records end for certain; undefined where there is none. */
export function lastMonthOf({ lastMonth: { counts, deviation } }: NoisyCounts): number | undefined {
  const month = counts.findLastIndex((count) => count > SURE * deviation);
  return month < 0 ? undefined : month;
}
