/**
 * Kernels that TensorFlow.js's WASM engine lacks or does slowly, in AssemblyScript: compiled to a module that works in the
 * engine's own memory. Arguments are byte offsets of float32 (or int32) arrays and lengths in elements. Four lanes at a
 * time, then the rest one by one.
 */

import { at, f, flushed, flushedOne, log, TINY, TINY_SQUARE } from './numbers';

export { choice, choose } from './choice';
export { addRelu, addRows, addSparse, gatherRelu, panelProduct } from './panels';

const LANES: i32 = 4;
const WORD: usize = 4;
/** Products of so many numbers in [1/2, 1] stay far from underflow, and cost one logarithm. */
const LOG_BLOCK: i32 = 64;
/** out = x, without what is tiny. */
export function flush(x: usize, out: usize, length: i32): void {
  let i = 0;
  for (; i < (length & ~(LANES - 1)); i += LANES) v128.store(at(out, i), flushed(v128.load(at(x, i)), TINY));
  for (; i < length; i++) store<f32>(at(out, i), flushedOne(f(x, i), TINY));
}

/**
 * out[r] = bias + Σ values · dense[indices], over the entries indptr[r] to indptr[r + 1]: a product of sparse rows with a
 * dense matrix of so many columns. `values` and `bias` may be 0: all ones; none.
 */
export function sparseProduct(
  indptr: usize,
  indices: usize,
  values: usize,
  rows: i32,
  dense: usize,
  columns: i32,
  bias: usize,
  out: usize,
): void {
  const whole = columns & ~(LANES - 1);
  for (let row = 0; row < rows; row++) {
    const target = at(out, row * columns);
    if (bias != 0) memory.copy(target, bias, <usize>columns * WORD);
    else memory.fill(target, 0, <usize>columns * WORD);
    const end = load<i32>(at(indptr, row + 1));
    for (let entry = load<i32>(at(indptr, row)); entry < end; entry++) {
      const source = at(dense, load<i32>(at(indices, entry)) * columns);
      const weight: f32 = values == 0 ? 1 : f(values, entry);
      const weights = f32x4.splat(weight);
      let column = 0;
      for (; column < whole; column += LANES) {
        const sum = f32x4.add(v128.load(at(target, column)), f32x4.mul(weights, v128.load(at(source, column))));
        v128.store(at(target, column), sum);
      }
      for (; column < columns; column++) {
        store<f32>(at(target, column), f(target, column) + weight * f(source, column));
      }
    }
  }
}

/** The largest of each number and 0, in place. */
export function relu(x: usize, length: i32): void {
  const zero = f32x4.splat(0);
  let i = 0;
  for (; i < (length & ~(LANES - 1)); i += LANES) v128.store(at(x, i), f32x4.max(v128.load(at(x, i)), zero));
  for (; i < length; i++) store<f32>(at(x, i), max<f32>(f(x, i), 0));
}

/** out = dy where y > 0, else 0. */
export function reluGradient(y: usize, dy: usize, out: usize, length: i32): void {
  const zero = f32x4.splat(0);
  let i = 0;
  for (; i < (length & ~(LANES - 1)); i += LANES) {
    const passed = v128.and(v128.load(at(dy, i)), f32x4.gt(v128.load(at(y, i)), zero));
    v128.store(at(out, i), flushed(passed, TINY));
  }
  for (; i < length; i++) store<f32>(at(out, i), f(y, i) > 0 ? flushedOne(f(dy, i), TINY) : 0);
}

/** out = dy · y · (1 − y). */
export function sigmoidGradient(y: usize, dy: usize, out: usize, length: i32): void {
  const one = f32x4.splat(1);
  let i = 0;
  for (; i < (length & ~(LANES - 1)); i += LANES) {
    const p = v128.load(at(y, i));
    const slope = f32x4.mul(p, f32x4.sub(one, p));
    v128.store(at(out, i), flushed(f32x4.mul(v128.load(at(dy, i)), flushed(slope, TINY)), TINY));
  }
  for (; i < length; i++) store<f32>(at(out, i), flushedOne(f(dy, i) * f(y, i) * (1 - f(y, i)), TINY));
}

/** out = dy · (1 − y²). */
export function tanhGradient(y: usize, dy: usize, out: usize, length: i32): void {
  const one = f32x4.splat(1);
  let i = 0;
  for (; i < (length & ~(LANES - 1)); i += LANES) {
    const t = v128.load(at(y, i));
    const slope = f32x4.sub(one, f32x4.mul(t, t));
    v128.store(at(out, i), flushed(f32x4.mul(v128.load(at(dy, i)), slope), TINY));
  }
  for (; i < length; i++) store<f32>(at(out, i), flushedOne(f(dy, i) * (1 - f(y, i) * f(y, i)), TINY));
}

/** out[c] = Σ x[r, c] over the rows. */
export function columnSums(x: usize, rows: i32, columns: i32, out: usize): void {
  memory.fill(out, 0, <usize>columns * WORD);
  const whole = columns & ~(LANES - 1);
  for (let row = 0; row < rows; row++) {
    const source = at(x, row * columns);
    let column = 0;
    for (; column < whole; column += LANES) {
      v128.store(at(out, column), f32x4.add(v128.load(at(out, column)), v128.load(at(source, column))));
    }
    for (; column < columns; column++) store<f32>(at(out, column), f(out, column) + f(source, column));
  }
}

/**
 * out[r] = bias + Σ x of the rows of r's segment up to r, or from r on where `reverse` is 1. Segment i goes to the row before ends[i];
 * `bias` may be 0: none.
 */
export function runningSums(
  x: usize,
  ends: usize,
  segments: i32,
  columns: i32,
  bias: usize,
  reverse: i32,
  out: usize,
): void {
  let start = 0;
  for (let segment = 0; segment < segments; segment++) {
    const end = load<i32>(at(ends, segment));
    for (let i = 0; i < end - start; i++) {
      const row = reverse ? end - 1 - i : start + i;
      const own = row * columns;
      const before = i > 0 ? at(out, (reverse ? row + 1 : row - 1) * columns) : bias;
      if (before == 0) memory.copy(at(out, own), at(x, own), <usize>columns * WORD);
      else sum(before, at(x, own), at(out, own), columns);
    }
    start = end;
  }
}

/** out = a + b, without what is tiny. */
function sum(a: usize, b: usize, out: usize, length: i32): void {
  let i = 0;
  for (; i < (length & ~(LANES - 1)); i += LANES) {
    v128.store(at(out, i), flushed(f32x4.add(v128.load(at(a, i)), v128.load(at(b, i))), TINY));
  }
  for (; i < length; i++) store<f32>(at(out, i), flushedOne(f(a, i) + f(b, i), TINY));
}

/** gradient[r, c] = scale · (p[r, c] − value of the sparse targets there); `values` may be 0: all ones. */
export function minusSparse(
  p: usize,
  indptr: usize,
  indices: usize,
  values: usize,
  rows: i32,
  columns: i32,
  scale: f32,
  out: usize,
): void {
  const length = rows * columns;
  const scales = f32x4.splat(scale);
  let i = 0;
  for (; i < (length & ~(LANES - 1)); i += LANES) v128.store(at(out, i), f32x4.mul(scales, v128.load(at(p, i))));
  for (; i < length; i++) store<f32>(at(out, i), scale * f(p, i));
  for (let row = 0; row < rows; row++) {
    const end = load<i32>(at(indptr, row + 1));
    for (let entry = load<i32>(at(indptr, row)); entry < end; entry++) {
      const place = at(out, row * columns + load<i32>(at(indices, entry)));
      const value: f32 = values == 0 ? 1 : f(values, entry);
      store<f32>(place, load<f32>(place) - scale * value);
    }
  }
}

/**
 * Σ softplus(logit), given p = σ(logit): softplus(l) = max(l, 0) − ln max(p, 1 − p), and the logarithms of a block are the
 * logarithm of its product.
 */
export function softplusSum(logits: usize, p: usize, length: i32): f64 {
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  let total: f64 = 0;
  let i = 0;
  while (i < (length & ~(LANES - 1))) {
    const end = min(i + LOG_BLOCK, length & ~(LANES - 1));
    let product = one;
    let positive = zero;
    for (; i < end; i += LANES) {
      const q = v128.load(at(p, i));
      product = f32x4.mul(product, f32x4.max(q, f32x4.sub(one, q)));
      positive = f32x4.add(positive, f32x4.max(v128.load(at(logits, i)), zero));
    }
    total += <f64>(f32x4.extract_lane(positive, 0) + f32x4.extract_lane(positive, 1));
    total += <f64>(f32x4.extract_lane(positive, 2) + f32x4.extract_lane(positive, 3));
    const left = <f64>f32x4.extract_lane(product, 0) * <f64>f32x4.extract_lane(product, 1);
    const right = <f64>f32x4.extract_lane(product, 2) * <f64>f32x4.extract_lane(product, 3);
    total -= log(left * right);
  }
  for (; i < length; i++) {
    total += <f64>max<f32>(f(logits, i), 0) - log(<f64>max<f32>(f(p, i), 1 - f(p, i)));
  }
  return total;
}

/** Σ of logits at the sparse targets, by their values; `values` may be 0: all ones. */
export function dotSparse(logits: usize, indptr: usize, indices: usize, values: usize, rows: i32, columns: i32): f64 {
  let total: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const end = load<i32>(at(indptr, row + 1));
    for (let entry = load<i32>(at(indptr, row)); entry < end; entry++) {
      const logit = f(logits, row * columns + load<i32>(at(indices, entry)));
      total += <f64>(values == 0 ? logit : logit * f(values, entry));
    }
  }
  return total;
}

/**
 * A step of Adam (Kingma and Ba 2015, the form at the end of section 2) with L2: g ← g + l2 · w, m ← β₁m + (1 − β₁)g,
 * v ← β₂v + (1 − β₂)g², out = w − rate · m / (√v + ε); `rate` has the bias corrections in it. m and v change in place.
 */
export function adam(
  w: usize,
  g: usize,
  m: usize,
  v: usize,
  out: usize,
  length: i32,
  rate: f32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
  l2: f32,
): void {
  const rates = f32x4.splat(rate);
  const keep1 = f32x4.splat(beta1);
  const take1 = f32x4.splat(1 - beta1);
  const keep2 = f32x4.splat(beta2);
  const take2 = f32x4.splat(1 - beta2);
  const epsilons = f32x4.splat(epsilon);
  const decay = f32x4.splat(l2);
  let i = 0;
  for (; i < (length & ~(LANES - 1)); i += LANES) {
    const weight = v128.load(at(w, i));
    const gradient = f32x4.add(v128.load(at(g, i)), f32x4.mul(decay, weight));
    const first = f32x4.add(f32x4.mul(keep1, v128.load(at(m, i))), f32x4.mul(take1, gradient));
    const squares = f32x4.mul(gradient, gradient);
    const second = f32x4.add(f32x4.mul(keep2, v128.load(at(v, i))), f32x4.mul(take2, squares));
    v128.store(at(m, i), flushed(first, TINY));
    v128.store(at(v, i), flushed(second, TINY_SQUARE));
    const step = f32x4.div(f32x4.mul(rates, first), f32x4.add(f32x4.sqrt(second), epsilons));
    v128.store(at(out, i), flushed(f32x4.sub(weight, step), TINY));
  }
  for (; i < length; i++) {
    const gradient = f(g, i) + l2 * f(w, i);
    const first = beta1 * f(m, i) + (1 - beta1) * gradient;
    const second = beta2 * f(v, i) + (1 - beta2) * (gradient * gradient);
    store<f32>(at(m, i), flushedOne(first, TINY));
    store<f32>(at(v, i), flushedOne(second, TINY_SQUARE));
    const moved = f(w, i) - (rate * first) / (sqrt<f32>(second) + epsilon);
    store<f32>(at(out, i), flushedOne(moved, TINY));
  }
}

/** average ← decay · average + (1 − decay) · w, in place. */
export function follow(average: usize, w: usize, length: i32, decay: f32): void {
  const keep = f32x4.splat(decay);
  const take = f32x4.splat(1 - decay);
  let i = 0;
  for (; i < (length & ~(LANES - 1)); i += LANES) {
    const moved = f32x4.add(f32x4.mul(keep, v128.load(at(average, i))), f32x4.mul(take, v128.load(at(w, i))));
    v128.store(at(average, i), moved);
  }
  for (; i < length; i++) store<f32>(at(average, i), decay * f(average, i) + (1 - decay) * f(w, i));
}
