/** Numbers in the memory that the kernels work in. */

/** JavaScript's own: AssemblyScript's has tables, for which the engine's memory has no place. */
export declare function log(x: f64): f64;

/**
 * Smaller numbers become 0 wherever gradients, moments and weights are written: the processor takes far longer for
 * numbers below 1e-38, and WASM has no switch for that.
 */
export const TINY: f32 = 1e-30;
export const TINY_SQUARE: f32 = 1e-36;

export function at(base: usize, index: i32): usize {
  return base + ((<usize>index) << 2);
}

export function f(base: usize, index: i32): f32 {
  return load<f32>(at(base, index));
}

export function flushed(x: v128, least: f32): v128 {
  return v128.and(x, f32x4.ge(f32x4.abs(x), f32x4.splat(least)));
}

export function flushedOne(x: f32, least: f32): f32 {
  return abs<f32>(x) >= least ? x : 0;
}
