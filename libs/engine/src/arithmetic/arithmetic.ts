import * as tf from '@tensorflow/tfjs-core';
import type { SparseBatch } from '../sparse.ts';

export type Activation = 'linear' | 'relu' | 'tanh' | 'sigmoid';

export interface ProductOptions {
  transposeA?: boolean;
  transposeB?: boolean;
  /** One number per column. */
  bias?: tf.Tensor;
  activation?: Activation;
}

/** Sums within segments of rows, each of which ends before a row of `ends`. */
export interface RunningSumOptions {
  /** One number per column, which every sum begins with. */
  bias?: tf.Tensor;
  /** Each row and all rows of its segment after it. */
  reverse?: boolean;
}

/** For each row the columns [from, to) that it may choose among, and the one that it chose. */
export interface Choices {
  from: Int32Array;
  to: Int32Array;
  chosen: Int32Array;
}

/** Running averages of the batches' moments: a ← decay · a + (1 − decay) · moment. */
export interface BatchNormOptions {
  mean: tf.Variable;
  variance: tf.Variable;
  decay: number;
  epsilon: number;
}

/** n = (x − mean) · inverse, and scale · n + offset. */
export interface Normalised {
  out: tf.Tensor2D;
  normal: tf.Tensor2D;
  inverse: tf.Tensor1D;
}

export interface Folded {
  weights: tf.Tensor2D;
  bias: tf.Tensor1D;
}

/** A step of Adam: see `Adam`. */
export interface AdamStep {
  /** With the bias corrections in it. */
  rate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
}

/** One variable in a step of Adam: its gradient, its first and second moments, and the weight of L2 on it. */
export interface AdamPart {
  variable: tf.Variable;
  gradient: tf.Tensor;
  first: tf.Variable;
  second: tf.Variable;
  l2: number;
}

/**
 * What our networks compute, each part on the fast path of one engine. Results are new tensors; none of this is recorded
 * for gradients, which the operations in ops/ write out in the same terms.
 */
export interface Arithmetic {
  /** activation(a · b + bias), either operand transposed first where asked. */
  product(a: tf.Tensor2D, b: tf.Tensor2D, options?: ProductOptions): tf.Tensor2D;
  /** activation(rows · dense + bias). */
  sparseProduct(rows: SparseBatch, dense: tf.Tensor2D, options?: ProductOptions): tf.Tensor2D;
  /** rowsᵀ · dense. */
  sparseTransposeProduct(rows: SparseBatch, dense: tf.Tensor2D): tf.Tensor2D;
  activate(x: tf.Tensor2D, activation: Activation): tf.Tensor2D;
  /** dy times the derivative of the activation, which follows from its output y. */
  activationGradient(y: tf.Tensor2D, dy: tf.Tensor2D, activation: Activation): tf.Tensor2D;
  /** One sum a column. */
  columnSums(x: tf.Tensor2D): tf.Tensor1D;
  /** Each row and all rows of its segment before it, summed, and the bias. @see RunningSumOptions */
  runningSums(x: tf.Tensor2D, ends: Int32Array, options?: RunningSumOptions): tf.Tensor2D;
  /** Σ softplus(logit) − Σ logit · target, given p = σ(logits). */
  crossEntropySum(logits: tf.Tensor2D, p: tf.Tensor2D, targets: SparseBatch): tf.Scalar;
  /** scale · (x − targets). */
  minusSparse(x: tf.Tensor2D, targets: SparseBatch, scale: number): tf.Tensor2D;
  /**
   * −log softmax of the chosen column within each row's interval, summed over rows, and its gradient along the logits, both divided by
   * `divisor`; plain JavaScript computes it where an engine has nothing better.
   */
  choice?(logits: tf.Tensor2D, choices: Choices, divisor: number): { loss: tf.Scalar; gradient: tf.Tensor2D };
  /** Batch normalisation in one go, where an engine has it: see `BatchNorm`. The running averages follow. */
  batchNorm?(x: tf.Tensor2D, scale: tf.Tensor, offset: tf.Tensor, options: BatchNormOptions): Normalised;
  batchNormGradient?(
    dy: tf.Tensor2D,
    normal: tf.Tensor2D,
    inverse: tf.Tensor,
    scale: tf.Tensor,
  ): Record<'x' | 'scale' | 'offset', tf.Tensor>;
  /** Rows are repeated on the engine: to hand all of them over costs more. (TensorFlow.js's WASM takes ten times as long to repeat them.) */
  readonly repeatsRows?: true;
  /** −log softmax of the chosen column within each row's interval: one number per row. */
  choiceLosses?(logits: tf.Tensor2D, choices: Choices): tf.Tensor1D;
  /** Normalisation by running averages within the weights of the layer before it: see `BatchNorm.fold`. */
  fold?(weights: tf.Tensor2D, scale: tf.Tensor, offset: tf.Tensor, averages: BatchNormOptions): Folded;
  /** −log σ(logit) where the rows are called real, −log(1 − σ(logit)) where not, mean over rows; and its gradient. */
  logistic?(logits: tf.Tensor2D, real: boolean): { loss: tf.Scalar; gradient: tf.Tensor2D };
  /** Moves variables and their moments along their gradients. */
  adam(parts: AdamPart[], step: AdamStep): void;
  /** average ← decay · average + (1 − decay) · w. */
  follow(average: tf.Variable, w: tf.Tensor, decay: number): void;
  /** After a step of training, whose intermediate results nobody holds any more: an engine that only records computes now. */
  endStep?(): void;
  /** When all that was asked for is done, where the engine computes for itself meanwhile. */
  drained?(): Promise<void>;
}

/** In TensorFlow.js's own operations. */
export function activate(x: tf.Tensor2D, activation: Activation = 'linear'): tf.Tensor2D {
  if (activation === 'relu') return tf.relu(x);
  if (activation === 'sigmoid') return tf.sigmoid(x);
  return activation === 'tanh' ? tf.tanh(x) : x;
}
