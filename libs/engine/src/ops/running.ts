import type * as tf from '@tensorflow/tfjs-core';
import { arithmetic } from '../arithmetic/index.ts';
import type { Activation } from '../arithmetic/arithmetic.ts';
import type { SparseBatch } from '../sparse.ts';
import type { Dense } from './linear.ts';
import { operation } from './operation.ts';

/**
 * A dense layer of sets that grow row by row: activation(x·W + b), where a row of x is the sum of the given rows of its segment up to it. The
 * products are made once for each row and then summed, so that a segment of n rows costs n, not n², forward and backward.
 * @param added what each row adds to the set of the row before it, rows × inputs
 * @param ends of each segment the row after its last, ascending
 */
export function runningDense(
  added: SparseBatch,
  ends: Int32Array,
  { weights, bias }: Dense,
  activation: Activation,
): tf.Tensor2D {
  return runningLinear({ w: weights, b: bias }, { added, ends, activation }) as tf.Tensor2D;
}

const runningLinear = operation<{ added: SparseBatch; ends: Int32Array; activation: Activation }>({
  forward: ({ w, b }, { added, ends, activation }) => {
    const own = arithmetic().sparseProduct(added, w as tf.Tensor2D);
    const sums = arithmetic().runningSums(own, ends, { bias: b });
    own.dispose();
    return [arithmetic().activate(sums, activation)];
  },
  backward: (dy, _, [y], { added, ends, activation }) => {
    const da = arithmetic().activationGradient(y as tf.Tensor2D, dy as tf.Tensor2D, activation);
    return {
      // What a row adds is in its own sum and in those of the rows after it.
      w: () => arithmetic().sparseTransposeProduct(added, arithmetic().runningSums(da, ends, { reverse: true })),
      b: () => arithmetic().columnSums(da),
    };
  },
});
