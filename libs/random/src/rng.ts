import { randomGamma, randomGeometric, randomNormal, randomPoisson } from 'd3-random';
import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

const TWO_POW_32 = 2 ** 32;
const TWO_POW_53 = 2 ** 53;
const WARM_UP_DRAWS = 32;

/**
 * Seeded random numbers (xoroshiro128+). The same seed gives the same draws on every machine.
 * `fork` gives an independent stream by name, so that adding a draw in one place moves nothing elsewhere.
 */
export class Rng {
  private generator: RandomGenerator;
  private readonly normals: () => number;

  constructor(readonly seed: number) {
    this.generator = xoroshiro128plus(mix(seed));
    for (let draw = 0; draw < WARM_UP_DRAWS; draw++) this.generator.next();
    this.normals = randomNormal.source(() => this.next())();
  }

  /** Uniform in [0, 1), 53 bits. */
  next(): number {
    const high = (this.generator.next() >>> 0) >>> 5;
    const low = (this.generator.next() >>> 0) >>> 6;
    return (high * 67108864 + low) / TWO_POW_53;
  }

  /** Uniform whole number in [0, n). */
  int(n: number): number {
    return Math.floor(this.next() * n);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Standard normal. */
  normal(): number {
    return this.normals();
  }

  /** Poisson with the given mean. */
  poisson(mean: number): number {
    return mean <= 0 ? 0 : randomPoisson.source(() => this.next())(mean)();
  }

  /** Geometric on 1, 2, … with the given success probability. */
  geometric(probability: number): number {
    return randomGeometric.source(() => this.next())(probability)();
  }

  /** Gamma with the given shape and scale. */
  gamma(shape: number, scale: number): number {
    return randomGamma.source(() => this.next())(shape, scale)();
  }

  /** One of the items, uniformly. */
  pick<T>(items: readonly T[]): T {
    return items[this.int(items.length)];
  }

  /** An index, with probability proportional to its weight; −1 where all weights are 0. */
  weighted(weights: ArrayLike<number>): number {
    let total = 0;
    for (let i = 0; i < weights.length; i++) total += weights[i];
    if (!(total > 0)) return -1;
    let left = this.next() * total;
    let last = -1;
    for (let i = 0; i < weights.length; i++) {
      if (weights[i] <= 0) continue;
      last = i;
      left -= weights[i];
      if (left < 0) return i;
    }
    return last;
  }

  /** Fisher–Yates, in place. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      const held = items[i];
      items[i] = items[j];
      items[j] = held;
    }
    return items;
  }

  /** An independent stream that depends on this one's seed and the label only, not on draws made so far. */
  fork(label: string | number): Rng {
    return new Rng(hashString(`${this.seed}/${label}`));
  }

  /** A version-4 UUID. */
  uuid(): string {
    const bytes = Array.from({ length: 16 }, () => this.int(256));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  /** The generator's state, for a checkpoint. */
  state(): readonly number[] {
    return this.generator.getState();
  }

  /** Continues from a state that `state` gave. */
  restore(state: readonly number[]): void {
    this.generator = xoroshiro128plusFromState(state);
  }
}

/** FNV-1a of the text, as an unsigned 32-bit number. */
export function hashString(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

/** Spreads neighbouring seeds apart (the finaliser of MurmurHash3). */
function mix(seed: number): number {
  let h = (Math.floor(seed) % TWO_POW_32) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
