import { tf } from '@ehrsynth/engine';

/** Adds numbers to a variable. */
export function shift(variable: tf.Variable, moves: Float32Array): void {
  tf.tidy(() => variable.assign(tf.add(variable, tf.tensor(moves, variable.shape))));
}

export function sumOf(numbers: Float64Array): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
