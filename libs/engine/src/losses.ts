import * as tf from '@tensorflow/tfjs-core';

/**
 * Cross-entropy of 0/1 rows under sigmoid(logits), summed over columns, mean over rows. From logits, with the gradient
 * written out: (σ(l) − x) / rows.
 */
export function crossEntropy(logits: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar {
  const rows = logits.shape[0];
  const operation = tf.customGrad((l, save) => {
    const given = l as tf.Tensor;
    (save as tf.GradSaveFunc)([given]);
    return {
      value: tf.tidy(() => tf.div(tf.sum(tf.sub(tf.softplus(given), tf.mul(given, targets))), rows)),
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) =>
        tf.mul(tf.sub(tf.sigmoid(saved), targets), tf.div(dy, rows)),
    };
  });
  return operation(logits) as tf.Scalar;
}

/** Squared error summed over columns, mean over rows. */
export function squaredError(output: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar {
  return tf.div(tf.sum(tf.square(tf.sub(output, targets))), output.shape[0]) as tf.Scalar;
}

/** −log σ(logit) where the rows are called real, −log(1 − σ(logit)) where not; mean over rows. */
export function logisticLoss(logits: tf.Tensor2D, real: boolean): tf.Scalar {
  return tf.mean(tf.softplus(real ? tf.neg(logits) : logits)) as tf.Scalar;
}

/** scale · Σ w² / 2 over the weights (TensorFlow's l2_regularizer), with its gradient scale · w written out. */
export function l2(weights: readonly tf.Tensor[], scale: number): tf.Scalar {
  const half = tf.customGrad((w, save) => {
    (save as tf.GradSaveFunc)([w as tf.Tensor]);
    return {
      value: tf.tidy(() => tf.mul(tf.sum(tf.square(w as tf.Tensor)), scale / 2)),
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(saved, tf.mul(dy, scale)),
    };
  });
  return tf.addN(weights.map((tensor) => half(tensor))) as tf.Scalar;
}
