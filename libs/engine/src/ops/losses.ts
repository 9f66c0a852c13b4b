import * as tf from '@tensorflow/tfjs-core';
import { arithmetic } from '../arithmetic/index.ts';
import type { SparseBatch } from '../sparse.ts';
import { operation } from './operation.ts';

/** Whether the loss itself is wanted, or its gradient alone: its value then costs nothing and is 0. */
export interface Telling {
  value?: boolean;
}

/**
 * Cross-entropy of the target rows under sigmoid(logits), summed over columns, mean over rows. From logits, with the gradient
 * written out: (σ(l) − x) / rows.
 */
export function crossEntropy(logits: tf.Tensor2D, targets: SparseBatch, { value = true }: Telling = {}): tf.Scalar {
  return crossEntropyOperation({ logits }, { targets, value }) as tf.Scalar;
}

/** Squared error summed over columns, mean over rows; gradient 2(y − x) / rows. */
export function squaredError(output: tf.Tensor2D, targets: SparseBatch, { value = true }: Telling = {}): tf.Scalar {
  return squaredErrorOperation({ output }, { targets, value }) as tf.Scalar;
}

/** −log σ(logit) where the rows are called real, −log(1 − σ(logit)) where not; mean over rows. */
export function logisticLoss(logits: tf.Tensor2D, real: boolean): tf.Scalar {
  return logisticOperation({ logits }, { real }) as tf.Scalar;
}

/** ½ (log D − log (1 − D))² = ½ logit², mean over rows: 0 on the discriminator's boundary. @see Hjelm et al. 2018, equation 10 */
export function boundaryLoss(logits: tf.Tensor2D): tf.Scalar {
  return boundaryOperation({ logits }, {}) as tf.Scalar;
}

// A loss is what gradients begin with: the gradient of itself, `dy`, is 1.

const crossEntropyOperation = operation<{ targets: SparseBatch; value: boolean }>({
  forward: (inputs, { targets, value }) => {
    const logits = inputs['logits'] as tf.Tensor2D;
    const p = arithmetic().activate(logits, 'sigmoid');
    const loss = value ? tf.div(arithmetic().crossEntropySum(logits, p, targets), targets.rows) : tf.scalar(0);
    return [loss, p];
  },
  backward: (_, __, [, p], { targets }) => ({
    logits: () => arithmetic().minusSparse(p as tf.Tensor2D, targets, 1 / targets.rows),
  }),
});

const squaredErrorOperation = operation<{ targets: SparseBatch; value: boolean }>({
  forward: (inputs, { targets, value }) => {
    if (!value) return [tf.scalar(0)];
    const error = arithmetic().minusSparse(inputs['output'] as tf.Tensor2D, targets, 1);
    return [tf.div(tf.sum(tf.square(error)), targets.rows)];
  },
  backward: (_, inputs, __, { targets }) => ({
    output: () => arithmetic().minusSparse(inputs['output'] as tf.Tensor2D, targets, 2 / targets.rows),
  }),
});

/** softplus(−l) or softplus(l), whose derivatives are σ(l) − 1 and σ(l). */
const logisticOperation = operation<{ real: boolean }>({
  forward: ({ logits }, { real }) => {
    const found = arithmetic().logistic?.(logits as tf.Tensor2D, real);
    return found ? [found.loss, found.gradient] : [tf.mean(tf.softplus(real ? tf.neg(logits) : logits))];
  },
  backward: (_, { logits }, [, gradient], { real }) => ({
    logits: () => {
      if (gradient) return gradient;
      const p = tf.sigmoid(logits);
      return tf.div(real ? tf.sub(p, 1) : p, logits.size);
    },
  }),
});

const boundaryOperation = operation<object>({
  forward: ({ logits }) => [tf.mul(tf.mean(tf.square(logits)), 0.5)],
  backward: (_, { logits }) => ({ logits: () => tf.div(logits, logits.size) }),
});
