/**
 * Steps of drawing, for rows that each choose from another column on: see kernels.ts for what the kernels are. A dense layer lies in panels
 * of eight columns; in each stand first the eight biases, then for each input its eight weights.
 */

import { at, f } from './numbers';

const LANES: i32 = 4;
const PANEL: i32 = 8;
/** Rows that are computed side by side: their sums, a row of a panel and a number fill the registers. */
const SIDE: i32 = 4;

/**
 * out = x · layer + bias in the panels [first, end); in each only the rows that may choose one of its columns: those whose `from` lies
 * before its end. `from` ascends, or is 0: all rows.
 * @param columns of a row of out
 */
export function panelProduct(
  x: usize,
  rows: i32,
  inputs: i32,
  layer: usize,
  first: i32,
  end: i32,
  from: usize,
  out: usize,
  columns: i32,
): void {
  let ready = from == 0 ? rows : 0;
  for (let panel = first; panel < end; panel++) {
    while (ready < rows && load<i32>(at(from, ready)) < (panel + 1) * PANEL) ready++;
    const weights = at(layer, panel * (inputs + 1) * PANEL);
    const target = at(out, panel * PANEL);
    let row = 0;
    for (; row <= ready - SIDE; row += SIDE)
      four(at(x, row * inputs), inputs, weights, at(target, row * columns), columns);
    for (; row < ready; row++) one(at(x, row * inputs), inputs, weights, at(target, row * columns));
  }
}

function four(x: usize, inputs: i32, weights: usize, out: usize, columns: i32): void {
  const width = (<usize>inputs) << 2;
  let a0 = v128.load(weights);
  let b0 = v128.load(weights, 16);
  let a1 = a0;
  let b1 = b0;
  let a2 = a0;
  let b2 = b0;
  let a3 = a0;
  let b3 = b0;
  const x1 = x + width;
  const x2 = x1 + width;
  const x3 = x2 + width;
  let w = weights + 32;
  for (let i: usize = 0; i < width; i += 4) {
    const left = v128.load(w);
    const right = v128.load(w, 16);
    w += 32;
    const v0 = v128.load32_splat(x + i);
    a0 = f32x4.add(a0, f32x4.mul(v0, left));
    b0 = f32x4.add(b0, f32x4.mul(v0, right));
    const v1 = v128.load32_splat(x1 + i);
    a1 = f32x4.add(a1, f32x4.mul(v1, left));
    b1 = f32x4.add(b1, f32x4.mul(v1, right));
    const v2 = v128.load32_splat(x2 + i);
    a2 = f32x4.add(a2, f32x4.mul(v2, left));
    b2 = f32x4.add(b2, f32x4.mul(v2, right));
    const v3 = v128.load32_splat(x3 + i);
    a3 = f32x4.add(a3, f32x4.mul(v3, left));
    b3 = f32x4.add(b3, f32x4.mul(v3, right));
  }
  put(out, a0, b0);
  put(at(out, columns), a1, b1);
  put(at(out, 2 * columns), a2, b2);
  put(at(out, 3 * columns), a3, b3);
}

function one(x: usize, inputs: i32, weights: usize, out: usize): void {
  let a = v128.load(weights);
  let b = v128.load(weights, 16);
  let w = weights + 32;
  for (let i = 0; i < inputs; i++) {
    const v = v128.load32_splat(at(x, i));
    a = f32x4.add(a, f32x4.mul(v, v128.load(w)));
    b = f32x4.add(b, f32x4.mul(v, v128.load(w, 16)));
    w += 32;
  }
  put(out, a, b);
}

function put(out: usize, left: v128, right: v128): void {
  v128.store(out, left);
  v128.store(out, right, 16);
}

/** out[i] = the larger of 0 and x[order[i]], row by row. */
export function gatherRelu(x: usize, order: usize, rows: i32, columns: i32, out: usize): void {
  const zero = f32x4.splat(0);
  for (let row = 0; row < rows; row++) {
    const source = at(x, load<i32>(at(order, row)) * columns);
    const target = at(out, row * columns);
    let i = 0;
    for (; i <= columns - LANES; i += LANES) v128.store(at(target, i), f32x4.max(v128.load(at(source, i)), zero));
    for (; i < columns; i++) store<f32>(at(target, i), max<f32>(f(source, i), 0));
  }
}

/** out[r] = max(0, y[r]) + x[r]; a row of y has more columns, of which only the first count. */
export function addRelu(x: usize, y: usize, rows: i32, columns: i32, wide: i32, out: usize): void {
  const zero = f32x4.splat(0);
  for (let row = 0; row < rows; row++) {
    const before = at(x, row * columns);
    const source = at(y, row * wide);
    const target = at(out, row * columns);
    let i = 0;
    for (; i <= columns - LANES; i += LANES) {
      const active = f32x4.max(v128.load(at(source, i)), zero);
      v128.store(at(target, i), f32x4.add(active, v128.load(at(before, i))));
    }
    for (; i < columns; i++) store<f32>(at(target, i), max<f32>(f(source, i), 0) + f(before, i));
  }
}

/** x[order[i]] += table[chosen[i]], row by row. */
export function addRows(x: usize, order: usize, chosen: usize, rows: i32, table: usize, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    const target = at(x, load<i32>(at(order, row)) * columns);
    const source = at(table, load<i32>(at(chosen, row)) * columns);
    let i = 0;
    for (; i <= columns - LANES; i += LANES) {
      v128.store(at(target, i), f32x4.add(v128.load(at(target, i)), v128.load(at(source, i))));
    }
    for (; i < columns; i++) store<f32>(at(target, i), f(target, i) + f(source, i));
  }
}

/** x[order[r]] += Σ values · table[indices], over the entries indptr[r] to indptr[r + 1]. */
export function addSparse(
  x: usize,
  order: usize,
  indptr: usize,
  indices: usize,
  values: usize,
  rows: i32,
  table: usize,
  columns: i32,
): void {
  for (let row = 0; row < rows; row++) {
    const target = at(x, load<i32>(at(order, row)) * columns);
    const end = load<i32>(at(indptr, row + 1));
    for (let entry = load<i32>(at(indptr, row)); entry < end; entry++) {
      const source = at(table, load<i32>(at(indices, entry)) * columns);
      const weight = f(values, entry);
      const weights = f32x4.splat(weight);
      let i = 0;
      for (; i <= columns - LANES; i += LANES) {
        const product = f32x4.mul(weights, v128.load(at(source, i)));
        v128.store(at(target, i), f32x4.add(v128.load(at(target, i)), product));
      }
      for (; i < columns; i++) store<f32>(at(target, i), f(target, i) + weight * f(source, i));
    }
  }
}
