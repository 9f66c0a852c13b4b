import { createHash } from 'node:crypto';
import { randomGamma, randomGeometric, randomNormal, randomPoisson } from 'd3-random';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { fillNormals } from './fill-normals.ts';

const TWO_POW_32 = 2 ** 32;
const TWO_POW_53 = 2 ** 53;
const LANE_PRIMES = [0x01000193, 0x5bd1e995, 0x27d4eb2f, 0x165667b1];

/**
 * Seeded random numbers (xoroshiro128+). The same seed gives the same draws on every machine.
 * `fork` gives an independent stream by name, so that adding a draw in one place moves nothing elsewhere.
 */
export class Rng {
  private generator: RandomGenerator;
  private readonly normals: () => number;

  /** @param seed a number, or the path of a fork */
  constructor(private readonly seed: number | string) {
    this.generator = xoroshiro128plusFromState(hash128(String(seed)));
    this.normals = randomNormal.source(() => this.next())();
  }

  /** Uniform in [0, 1), 53 bits. */
  next(): number {
    const high = (this.generator.next() >>> 0) >>> 5;
    const low = (this.generator.next() >>> 0) >>> 6;
    return (high * 67108864 + low) / TWO_POW_53;
  }

  /** Uniform in [0, 1), 32 bits: for draws by the million. */
  next32(): number {
    return (this.generator.next() >>> 0) / TWO_POW_32;
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

  /** So many standard normals, of 24 bits: for noise by the million. */
  normals32(count: number): Float32Array {
    const values = new Float32Array(count);
    fillNormals(
      values,
      Int32Array.from({ length: 4 }, () => this.generator.next()),
    );
    return values;
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
    return new Rng(`${this.seed}/${label}`);
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

/** The UUID that belongs to a name (RFC 9562, version 8: SHA-256 in place of version 5's SHA-1). */
export function uuidOf(name: string): string {
  const bytes = createHash('sha256').update(name).digest();
  bytes[6] = (bytes[6] & 0x0f) | 0x80;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** 128 bits of a text: four lanes of multiply and shift, mixed with the finaliser of MurmurHash3. */
function hash128(text: string): number[] {
  const lanes = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x85ebca6b];
  for (let i = 0; i < text.length; i++) {
    for (let lane = 0; lane < 4; lane++) {
      lanes[lane] = Math.imul(lanes[lane] ^ text.charCodeAt(i), LANE_PRIMES[lane]);
      lanes[lane] ^= lanes[lane] >>> 15;
    }
  }
  return lanes.map((lane, i) => mix(lane ^ Math.imul(lanes[(i + 1) % 4], LANE_PRIMES[i])));
}

function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
