import { tf } from '@ehrsynth/engine';

/**
 * The numbers of a tensor; it and all that was made on the way are disposed of. Not by returning numbers from `tf.tidy`, which looks for
 * tensors in what it returns: in an array of a million numbers, at each of them.
 */
export function valuesOf(make: () => tf.Tensor): Float32Array {
  return valuesOfEach(() => [make()])[0];
}

/** The numbers of each of some tensors. @see valuesOf */
export function valuesOfEach<T extends tf.Tensor[]>(make: () => T): { [K in keyof T]: Float32Array } {
  const made = tf.tidy(make);
  const values = made.map((one) => one.dataSync() as Float32Array);
  tf.dispose(made);
  return values as { [K in keyof T]: Float32Array };
}
