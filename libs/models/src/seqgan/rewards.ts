import type { Rng } from '@ehrsynth/random';
import type { Life, LifePart, LifeRows } from '@ehrsynth/sequence';
import type { Language } from '../visits/language.ts';
import { BLOCK_LIVES, type LifeSampler } from '../visits/sample.ts';

interface Rollouts {
  sampler: Pick<LifeSampler, 'draw'>;
  /** How good lives are. */
  judge: (lives: readonly Life[]) => Promise<ArrayLike<number>>;
  /** Places within a life at which it is judged, on average, and times that it is completed from each. */
  stops: number;
  rollouts: number;
  rng: Rng;
}

/**
 * What each item of drawn lives added to how good they are in the end: the value after it less that before it. The value at a place is
 * the mean over lives completed from there (Monte-Carlo search, Yu et al. 2017, equation 4), which serves as baseline of what follows; before
 * the first item it is the mean over all lives, after the last one that of the life. Between two places where lives are completed, items
 * share what they added together. Of each life one number per item, and one for its end, or death.
 */
export async function advantagesOf(lives: readonly Life[], language: Language, how: Rollouts): Promise<Float64Array[]> {
  const { sampler, judge, rollouts, rng } = how;
  const { death } = language.alphabet;
  const visits = lives.map(({ items }) => items.filter((item) => item.class !== death).length);
  const chance = (how.stops * lives.length) / visits.reduce((sum, own) => sum + own, 0);
  const stops = visits.flatMap((own, owner) => {
    const chances = rng.fork(`stops/${owner}`);
    // Whether it is one must not depend on how the life goes on: else what comes next would change its own baseline.
    const places = Array.from({ length: own }, (_, i) => i + 1).filter(() => chances.chance(chance));
    return places.map((done) => ({ owner, done }));
  });
  const completed: Life[] = [...lives];
  const begun = stops.flatMap((stop) => Array.from({ length: rollouts }, (_, i) => ({ ...stop, i })));
  for (let first = 0; first < begun.length; first += BLOCK_LIVES) {
    const block = begun.slice(first, first + BLOCK_LIVES);
    const rngs = block.map(({ owner, done, i }) => rng.fork(`rollout/${owner}/${done}/${i}`));
    const beginnings = block.map(({ owner, done }) => ({
      life: { ...lives[owner], items: lives[owner].items.slice(0, done) },
      asOf: -Infinity,
    }));
    completed.push(...(await sampler.draw(rngs, undefined, beginnings)));
  }
  const judged = await judge(completed);
  const mean = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => judged[from + i]).reduce((sum, one) => sum + one, 0) / count;
  const start = mean(0, lives.length);
  return lives.map(({ items }, owner) => {
    const own = new Float64Array(items.length + 1);
    let [before, from] = [start, 0];
    const reach = (value: number, to: number) => {
      own.fill(value - before, from, to);
      [before, from] = [value, to];
    };
    stops.forEach(({ owner: other, done }, i) => {
      if (other === owner) reach(mean(lives.length + rollouts * i, rollouts), done);
    });
    reach(judged[owner], own.length);
    return own;
  });
}

/** The advantage of each token of parts of lives. @param parts with the number of their life */
export function weightsOf(
  { rows, ends, chosen }: Pick<LifeRows, 'rows' | 'ends' | 'chosen'>,
  parts: readonly (Pick<LifePart, 'first'> & { owner: number })[],
  advantages: readonly Float64Array[],
  endOfVisit: number,
): Float32Array {
  const weights = new Float32Array(rows);
  let row = 0;
  ends.forEach((end, i) => {
    let item = parts[i].first;
    for (; row < end; row++) {
      weights[row] = advantages[parts[i].owner][item];
      if (chosen[row] === endOfVisit) item++;
    }
  });
  return weights;
}
