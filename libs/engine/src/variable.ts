import * as tf from '@tensorflow/tfjs-core';

/** A variable that takes over a tensor: nobody else holds its values, so kernels may change them in place. */
export function variable<R extends tf.Rank>(initial: tf.Tensor<R>, trainable = true): tf.Variable<R> {
  const made = tf.variable(initial, trainable);
  initial.dispose();
  return made;
}
