import { tf } from '@ehrsynth/engine';
import type { Language } from './language.ts';
import type { VisitsNetwork } from './network.ts';
import type { Tally } from './context-tally.ts';

/** Tokens that are taken to be there of each, besides those that are. */
const OF_EACH = 0.5;
/** Tokens as they are in all contexts that are taken to be there in each one, besides those that are. */
const OF_ALL = 100;

/**
 * What is common is known before anything is learned: the tables begin with the log of how often each token comes in its nearest context, drawn
 * towards how often it comes at all. From even odds, few patients would not get there.
 * @param tally of the lives that are learned from
 * @param coarseness what its counts were rounded to at random, where they were: they say as much as so many times fewer lives
 */
export function beginWithFrequencies(
  { trunks }: VisitsNetwork,
  { sizes, contexts }: Pick<Language, 'sizes' | 'contexts'>,
  { parts }: Pick<Tally, 'parts'>,
  coarseness = 1,
): void {
  trunks.forEach(({ table }, part) => {
    const odds = logFrequencies(parts[part], sizes[part], contexts[part], OF_ALL * coarseness);
    tf.tidy(() => table.assign(tf.tensor2d(odds, [contexts[part], sizes[part]])));
  });
}

/** @param counts contexts × tokens @param ofAll @see OF_ALL */
function logFrequencies(counts: Float64Array, size: number, contexts: number, ofAll: number): Float32Array {
  const all = new Float64Array(size).fill(OF_EACH);
  counts.forEach((count, at) => (all[at % size] += count));
  const sum = all.reduce((total, one) => total + one, 0);
  const odds = new Float32Array(counts.length);
  for (let context = 0; context < contexts; context++) {
    const own = counts.subarray(context * size, (context + 1) * size);
    const ofContext = own.reduce((total, one) => total + one, 0) + ofAll;
    own.forEach((count, token) => {
      odds[context * size + token] = Math.log((count + (ofAll * all[token]) / sum) / ofContext);
    });
  }
  return odds;
}
