import { type Dense, type LayerNumbers, tf } from '@ehrsynth/engine';

/**
 * The numbers of a tensor; it and all that was made on the way are disposed of. Not by returning numbers from `tf.tidy`, which looks for
 * tensors in what it returns: in an array of a million numbers, at each of them.
 */
export async function valuesOf(make: () => tf.Tensor): Promise<Float32Array> {
  return (await valuesOfEach(() => [make()]))[0];
}

/** The numbers of each of some tensors. @see valuesOf */
export async function valuesOfEach<T extends tf.Tensor[]>(make: () => T): Promise<{ [K in keyof T]: Float32Array }> {
  const made = tf.tidy(make);
  const values = await Promise.all(made.map((one) => one.data()));
  tf.dispose(made);
  return values as { [K in keyof T]: Float32Array };
}

/** The numbers of scalars, which are disposed of. In one reading: waiting for a GPU costs more than many of its steps. */
export async function numbersOf(scalars: tf.Scalar[]): Promise<Float32Array> {
  if (scalars.length === 0) return new Float32Array();
  const values = await valuesOf(() => tf.stack(scalars));
  tf.dispose(scalars);
  return values;
}

/** The numbers of a dense layer. */
export async function layerNumbers({ weights, bias }: Dense): Promise<LayerNumbers> {
  return { weights: (await weights.data()) as Float32Array, bias: (await bias!.data()) as Float32Array };
}
