/** A softmax over intervals of columns, and its gradient: see kernels.ts for what the kernels are. */

import { at, f, flushed, flushedOne, log, TINY } from './numbers';

const LANES: i32 = 4;
/** exp of less is taken as 0. */
const LEAST: f32 = -80;

/**
 * −log softmax of the chosen column within each row's interval, summed over rows; and its gradient along the logits, both divided by
 * `divisor`. The gradient may take the logits' place.
 */
export function choice(
  logits: usize,
  from: usize,
  to: usize,
  chosen: usize,
  rows: i32,
  columns: i32,
  divisor: f64,
  gradient: usize,
): f64 {
  let total: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const start = load<i32>(at(from, row));
    const end = load<i32>(at(to, row));
    const own = load<i32>(at(chosen, row));
    const x = at(logits, row * columns);
    const out = at(gradient, row * columns);
    const logit = f(x, own);
    const most = largest(x, start, end);
    const sum = exponentials(x, out, start, end, most);
    total += log(sum) - <f64>(logit - most);
    scale(out, start, end, <f32>(1 / (sum * divisor)));
    store<f32>(at(out, own), f(out, own) - <f32>(1 / divisor));
    memory.fill(out, 0, at(0, start));
    memory.fill(at(out, end), 0, at(0, columns - end));
  }
  return total / divisor;
}

/**
 * One of the columns [start, end) by softmax of their logits, which are overwritten; none whose logit is −∞, which never all are.
 * @param chance a random number from 0 to 1
 */
export function choose(logits: usize, start: i32, end: i32, chance: f64): i32 {
  const most = largest(logits, start, end);
  let left = chance * exponentials(logits, logits, start, end, most);
  let last = start;
  for (let i = start; i < end; i++) {
    const one = f(logits, i);
    if (one == 0) continue;
    left -= <f64>one;
    if (left < 0) return i;
    last = i;
  }
  return last;
}

function largest(x: usize, start: i32, end: i32): f32 {
  let most = f32x4.splat(f(x, start));
  let i = start;
  for (; i <= end - LANES; i += LANES) most = f32x4.max(most, v128.load(at(x, i)));
  let one = max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
  for (; i < end; i++) one = max(one, f(x, i));
  return one;
}

/** out = exp(x − most), and their sum. */
function exponentials(x: usize, out: usize, start: i32, end: i32, most: f32): f64 {
  const shift = f32x4.splat(most);
  let sums = f32x4.splat(0);
  let i = start;
  for (; i <= end - LANES; i += LANES) {
    const one = exponential(f32x4.sub(v128.load(at(x, i)), shift));
    v128.store(at(out, i), one);
    sums = f32x4.add(sums, one);
  }
  let sum = <f64>(f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1));
  sum += <f64>(f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3));
  for (; i < end; i++) {
    const one = f32x4.extract_lane(exponential(f32x4.splat(f(x, i) - most)), 0);
    store<f32>(at(out, i), one);
    sum += <f64>one;
  }
  return sum;
}

function scale(x: usize, start: i32, end: i32, factor: f32): void {
  const factors = f32x4.splat(factor);
  let i = start;
  for (; i <= end - LANES; i += LANES) v128.store(at(x, i), flushed(f32x4.mul(v128.load(at(x, i)), factors), TINY));
  for (; i < end; i++) store<f32>(at(x, i), flushedOne(f(x, i) * factor, TINY));
}

/**
 * exp of numbers ≤ 0: 2ⁿ · exp(r), |r| ≤ ln 2 / 2, by a polynomial that is off by 2e-7 at most.
 * @see Moshier's Cephes library, expf
 */
function exponential(x: v128): v128 {
  const isThere = f32x4.ge(x, f32x4.splat(LEAST));
  const within = f32x4.max(x, f32x4.splat(LEAST));
  const n = f32x4.nearest(f32x4.mul(within, f32x4.splat(1.44269504)));
  // ln 2 in two parts, the first of which has few digits, so that its product with n is exact.
  let r = f32x4.sub(within, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, f32x4.splat(2.1219444e-4)));
  let y = f32x4.splat(1.98756915e-4);
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(1.3981999507e-3));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(8.3334519073e-3));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(4.1665795894e-2));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(1.6666665459e-1));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(5.0000001201e-1));
  y = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(y, r), r), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return v128.and(f32x4.mul(y, power), isThere);
}
