import { describe, expect, it } from 'vitest';
import { normalTail, TAIL_BITS } from './normal-tail.ts';
import { upperQuantile } from './normal-quantile.ts';
import { Rng } from './rng.ts';
import { RoundedNormal } from './rounded-normal.ts';
import { type RandomWords, SecureWords } from './secure-words.ts';

const tail = (a: number, b: number) => Number(normalTail(BigInt(a), BigInt(b))) * 2 ** -Number(TAIL_BITS);

/** Given words first, then those of a seed. */
function wordsOf(seed: number, first: number[] = []): RandomWords {
  const rng = new Rng(seed);
  const given = [...first];
  return { next: () => given.shift() ?? rng.next32() * 2 ** 32 };
}

const DRAWS = 200_000;

function drawn(deviation: number): number[] {
  const noise = new RoundedNormal(deviation, new SecureWords());
  return Array.from({ length: DRAWS }, () => noise.next());
}

/** χ² of draws against the probabilities of their definition, over a limit that is passed less than once in a million runs. */
function misfit(draws: number[], deviation: number): number {
  const counts = new Map<number, number>();
  for (const value of draws) counts.set(value, (counts.get(value) ?? 0) + 1);
  const beyond = (edge: number) => (edge < 0 ? 1 - tail(-edge, 2 * deviation) : tail(edge, 2 * deviation));
  let [statistic, cells, rest, restExpected] = [0, 0, DRAWS, DRAWS];
  for (let k = -5 * deviation; k <= 5 * deviation; k++) {
    const expected = DRAWS * (beyond(2 * k - 1) - beyond(2 * k + 1));
    // What is left over must be expected often enough too: with deviation 1, all beyond ±3.
    if (expected < 50) continue;
    const found = counts.get(k) ?? 0;
    statistic += (found - expected) ** 2 / expected;
    [cells, rest, restExpected] = [cells + 1, rest - found, restExpected - expected];
  }
  // What is left over: off the whole numbers, or far out.
  statistic += (rest - restExpected) ** 2 / restExpected;
  return statistic / (cells + 5 * Math.sqrt(2 * cells) + 20);
}

describe('the tail of the normal', () => {
  it.each([
    [0, 0.5],
    [1, 0.15865525393145705],
    [2.5, 0.006209665325776135],
    [6, 9.865876450376946e-10],
    [13, 6.117164399549879e-39],
  ])('beyond %d is as in tables', (x, expected) => {
    expect(tail(2 * x, 2) / expected).toBeCloseTo(1, 14);
  });

  it('agrees with the quantile, whose error is far below what the sampler allows for', () => {
    for (let i = 1; i <= 2600; i++) {
      // A probability near ½ is rounded by more than its quantile may be off.
      const error = Math.abs(upperQuantile(tail(i, 200)) - i / 200);
      expect(error).toBeLessThan((2e-15 * i) / 200 + 1.5e-16);
    }
  });
});

describe('a rounded normal', () => {
  it.each([1, 3, 40])('with deviation %d has the probabilities of its definition, from the system', (deviation) => {
    expect(misfit(drawn(deviation), deviation)).toBeLessThan(1);
  });

  it('with another deviation would not pass for it', () => {
    expect(misfit(drawn(42), 40)).toBeGreaterThan(1);
    expect(misfit(drawn(1), 2)).toBeGreaterThan(1);
  });

  it('is decided in floating point only where whole numbers decide the same', () => {
    const bits = (word: RandomWords) => Array.from({ length: 2 }, () => word.next());
    const source = wordsOf(5);
    let compared = 0;
    for (let i = 0; i < 1500; i++) {
      // Half of the draws from the tail: its size is doubled away.
      const [high, low] = bits(source);
      const near = i % 2 === 0 ? high : (high & 0x80000000) | (high & (0xfffff >>> (i % 19)));
      const draw = (deviation: number) => new RoundedNormal(deviation, wordsOf(i, [near >>> 0, low])).next();
      for (const deviation of [1, 1000, 2 ** 20]) {
        const first = BigInt(near & 0xfffff) * 2n ** 32n + BigInt(low);
        const size = Math.abs(draw(deviation));
        const p = (first << (TAIL_BITS - 53n)) + (1n << (TAIL_BITS - 54n));
        const half = 1n << (TAIL_BITS - 54n);
        // Up to the bits that were not looked at.
        expect(size === 0 || p - half <= normalTail(BigInt(2 * size - 1), BigInt(2 * deviation))).toBe(true);
        expect(p + half >= normalTail(BigInt(2 * size + 1), BigInt(2 * deviation))).toBe(true);
        compared++;
      }
    }
    expect(compared).toBe(4500);
  });

  it('looks at more bits where the first ones leave it open', () => {
    // With deviation 1 the edge between 0 and 1 is at the tail beyond ½: the 53 bits just around it, then others that decide.
    const edge = normalTail(1n, 2n);
    const first = edge >> (TAIL_BITS - 53n);
    const [high, low] = [Number(first >> 32n), Number(first & 0xffffffffn)];
    const drawn = (more: number) => new RoundedNormal(1, wordsOf(1, [high, low, more])).next();
    expect(drawn(0)).toBe(1);
    expect(drawn(0xffffffff)).toBe(0);
  });

  it('reaches the far tail, and is cut off at 13 deviations', () => {
    const noise = (words: number[]) => new RoundedNormal(100, { next: () => words.shift() ?? 0 }).next();
    expect(noise([0, 1])).toBe(821);
    expect(noise([2 ** 31, 1])).toBe(-821);
    expect(noise([])).toBe(1300);
  });

  it('refuses a deviation off the grid', () => {
    for (const deviation of [0, 1.5, NaN, 2 ** 41])
      expect(() => new RoundedNormal(deviation, new SecureWords())).toThrow('a whole number from 1');
  });
});

it('words of the system never come twice in a row of buffers', () => {
  const [a, b] = [new SecureWords(), new SecureWords()];
  const some = (words: RandomWords) => Array.from({ length: 20_000 }, () => words.next());
  const [x, y] = [some(a), some(b)];
  expect(new Set([...x, ...y]).size).toBeGreaterThan(39_990);
  const ones = x.reduce((sum, word) => sum + word.toString(2).replaceAll('0', '').length, 0) / (32 * x.length);
  expect(Math.abs(ones - 0.5)).toBeLessThan(6 * (0.5 / Math.sqrt(32 * x.length)));
});
