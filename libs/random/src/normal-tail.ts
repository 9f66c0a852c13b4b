/** Bits after the binary point that are calculated with; up to 13 standard deviations 123 of them are lost to cancellation. */
const BITS = 448n;

/** Bits of what `normalTail` gives, of which all but the last few are right. */
export const TAIL_BITS = 256n;

const scale = 1n << BITS;
/** 1/√(2π). */
const INVERSE_ROOT = root((scale * scale * scale) / (2n * pi()));

/**
 * Probability that a standard normal exceeds a/b, as a multiple of 2^−256: its error is below 2^−250 for 0 ≤ a/b ≤ 13. By the series of the
 * error function, in whole numbers.
 */
export function normalTail(a: bigint, b: bigint): bigint {
  // ½ − 1/√(2π) Σ (−1)ⁿ x^(2n+1) / (2ⁿ n! (2n+1)).
  const [top, bottom] = [a * a, 2n * b * b];
  let term = (a * scale) / b;
  let sum = 0n;
  for (let n = 0n; term > 0n; n++) {
    const part = term / (2n * n + 1n);
    sum += n % 2n === 0n ? part : -part;
    term = (term * top) / (bottom * (n + 1n));
  }
  return (scale / 2n - (sum * INVERSE_ROOT) / scale) >> (BITS - TAIL_BITS);
}

/** π by Machin's formula. */
function pi(): bigint {
  const arctanOfInverse = (x: bigint) => {
    let [power, sum] = [scale / x, 0n];
    for (let n = 1n; power > 0n; n += 2n) {
      sum += n % 4n === 1n ? power / n : -power / n;
      power /= x * x;
    }
    return sum;
  };
  return 4n * (4n * arctanOfInverse(5n) - arctanOfInverse(239n));
}

/** The whole part of a square root, by Newton's method from above. */
function root(square: bigint): bigint {
  let x = 1n << BigInt(Math.ceil(square.toString(2).length / 2));
  for (;;) {
    const next = (x + square / x) / 2n;
    if (next >= x) return x;
    x = next;
  }
}
