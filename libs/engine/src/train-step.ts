import * as tf from '@tensorflow/tfjs-core';

/** One step of the optimiser on the given variables; gives the loss as a tensor that the caller disposes of. */
export function trainStep(
  optimizer: tf.Optimizer,
  variables: tf.Variable[],
  loss: () => tf.Scalar,
): tf.Scalar {
  return optimizer.minimize(loss, true, variables)!;
}
