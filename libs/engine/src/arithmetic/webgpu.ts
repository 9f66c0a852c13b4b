import * as tf from '@tensorflow/tfjs-core';
import type { Csr, SparseBatch } from '../sparse.ts';
import type { WebGpu } from '../webgpu/backend.ts';
import { activate, activationGradient, ELEMENTWISE } from '../webgpu/kernels/activation.ts';
import { adam, follow } from '../webgpu/kernels/adam.ts';
import { batchNorm, batchNormGradient, fold, NORM_COLUMNS } from '../webgpu/kernels/batch-norm.ts';
import { choice, crossEntropyRows, logistic } from '../webgpu/kernels/losses.ts';
import { minusSparse, SPARSE_COLUMNS, sparseProduct } from '../webgpu/kernels/sparse.ts';
import { columnSums, RUNNING_COLUMNS, runningSums, SUM_COLUMNS, SUM_ROWS, sumAll } from '../webgpu/kernels/sums.ts';
import { grid, type Program } from '../webgpu/program.ts';
import type { Activation, AdamPart, Arithmetic, Choices } from './arithmetic.ts';
import { plain } from './plain.ts';

/** From this length of the inner dimension on, TensorFlow.js might split it, and add up the parts in no fixed order. */
const SPLIT_FROM = 2000;
const [ANY_PRODUCT, TILED_PRODUCT] = [-1, 3];

/** On a GPU: its own dense products, and programs of ours (webgpu/kernels) for what it lacks or would need many for. */
export function webgpuArithmetic(gpu: WebGpu): Arithmetic {
  type Groups = [number, number, number];
  const make = <T extends tf.Tensor>(shape: number[]) =>
    tf.engine().makeTensorFromTensorInfo(gpu.make(shape)) as unknown as T;
  const over = (count: number) => grid(Math.ceil(count / ELEMENTWISE));
  /** Columns along x, so many to a workgroup, and one row or block of rows for each y. */
  const columnsBy = (width: number, columns: number, rows: number): Groups => {
    const [y, z] = grid(rows);
    return [Math.ceil(columns / width), y, z];
  };
  const elementwise = (program: Program, reads: tf.Tensor2D[]) => {
    const out = make<tf.Tensor2D>(reads[0].shape);
    gpu.run(program, reads, [out], [out.size], over(out.size));
    return out;
  };
  /** Offsets and columns in one tensor: an upload less. */
  const partsOf = (batch: SparseBatch, { indptr, indices, values }: Csr, side: string) => [
    batch.tensor(`${side}.parts`, () => {
      const parts = new Int32Array(indptr.length + indices.length);
      parts.set(indptr);
      parts.set(indices, indptr.length);
      return tf.tensor1d(parts);
    }),
    ...(values ? [batch.tensor(`${side}.values`, () => tf.tensor1d(values))] : []),
  ];
  const times = (
    batch: SparseBatch,
    side: 'rows' | 'columns',
    dense: tf.Tensor2D,
    bias?: tf.Tensor,
    activation: Activation = 'linear',
  ) => {
    const csr = side === 'rows' ? batch.csr : batch.transposed;
    const [parts, ...weights] = partsOf(batch, csr, side);
    const width = dense.shape[1];
    const out = make<tf.Tensor2D>([csr.rows, width]);
    const program = sparseProduct(weights.length > 0, bias !== undefined, activation);
    const reads = [parts, dense, ...weights, ...(bias ? [bias] : [])];
    gpu.run(program, reads, [out], [csr.rows, width], columnsBy(SPARSE_COLUMNS, width, csr.rows));
    return out;
  };
  const choose = (
    logits: tf.Tensor2D,
    { from, to, chosen }: Choices,
    divisor: number,
    gradient?: tf.Tensor,
  ): tf.Tensor1D => {
    const [rows, columns] = logits.shape;
    const choices = new Int32Array(3 * rows);
    [from, to, chosen].forEach((list, i) => choices.set(list, i * rows));
    const places = tf.tensor1d(choices);
    const losses = make<tf.Tensor1D>([rows]);
    const writes = [losses, ...(gradient ? [gradient] : [])];
    gpu.run(choice(gradient !== undefined), [logits, places], writes, [rows, columns, divisor], grid(rows));
    places.dispose();
    return losses;
  };
  const total = (parts: tf.Tensor, scale: number) => {
    const sum = make<tf.Scalar>([]);
    gpu.run(sumAll, [parts], [sum], [parts.size, scale], [1, 1, 1]);
    parts.dispose();
    return sum;
  };
  /** So that nobody else sees it change. */
  const alone = (variable: tf.Variable) => {
    if (!gpu.isAlone(variable)) tf.tidy(() => variable.assign(tf.add(variable, 0)));
    return variable;
  };

  const arithmetic: Arithmetic = {
    ...plain,

    product(a, b, { transposeA = false, transposeB = false, bias, activation = 'linear' } = {}) {
      const inner = a.shape[transposeA ? 0 : 1];
      tf.env().set('WEBGPU_MATMUL_PROGRAM_TYPE', inner < SPLIT_FROM ? ANY_PRODUCT : TILED_PRODUCT);
      const fused = activation === 'tanh' ? 'linear' : activation;
      const inputs = { a, b, ...(bias && { bias }) };
      const attributes = { transposeA, transposeB, activation: fused };
      const y = tf.engine().runKernel('_FusedMatMul', inputs, attributes) as tf.Tensor2D;
      if (fused === activation) return y;
      const active = arithmetic.activate(y, activation);
      y.dispose();
      return active;
    },

    sparseProduct: (rows, dense, { bias, activation } = {}) => times(rows, 'rows', dense, bias, activation),

    sparseTransposeProduct: (rows, dense) => times(rows, 'columns', dense),

    activate: (x, activation) => (activation === 'linear' ? x : elementwise(activate(activation), [x])),

    activationGradient: (y, dy, activation) =>
      activation === 'linear' ? dy.clone() : elementwise(activationGradient(activation), [y, dy]),

    columnSums(x) {
      const [rows, columns] = x.shape;
      const blocks = Math.max(1, Math.ceil(rows / SUM_ROWS));
      const sums = make<tf.Tensor>(blocks === 1 ? [columns] : [blocks, columns]);
      gpu.run(columnSums, [x], [sums], [rows, columns], [Math.ceil(columns / SUM_COLUMNS), blocks, 1]);
      if (blocks === 1) return sums as tf.Tensor1D;
      const whole = arithmetic.columnSums(sums as tf.Tensor2D);
      sums.dispose();
      return whole;
    },

    runningSums(x, ends, { bias, reverse = false } = {}) {
      const [rows, columns] = x.shape;
      const out = make<tf.Tensor2D>([rows, columns]);
      const places = tf.tensor1d(ends);
      const program = runningSums(bias !== undefined, reverse);
      const groups = columnsBy(RUNNING_COLUMNS, columns, ends.length);
      gpu.run(program, [x, places, ...(bias ? [bias] : [])], [out], [ends.length, columns], groups);
      places.dispose();
      return out;
    },

    crossEntropySum(logits, _, targets) {
      const [rows, columns] = logits.shape;
      const [parts, ...weights] = partsOf(targets, targets.csr, 'rows');
      const losses = make([rows]);
      gpu.run(crossEntropyRows(weights.length > 0), [logits, parts, ...weights], [losses], [rows, columns], grid(rows));
      return total(losses, 1);
    },

    minusSparse(x, targets, scale) {
      const [rows, columns] = x.shape;
      const [parts, ...weights] = partsOf(targets, targets.csr, 'rows');
      const out = make<tf.Tensor2D>([rows, columns]);
      gpu.run(minusSparse(weights.length > 0), [x, parts, ...weights], [out], [rows, columns, scale], grid(rows));
      return out;
    },

    choice(logits, choices, divisor) {
      const gradient = make<tf.Tensor2D>(logits.shape);
      return { loss: total(choose(logits, choices, divisor, gradient), 1 / divisor), gradient };
    },

    repeatsRows: true,

    choiceLosses: (logits, choices) => choose(logits, choices, 1),

    batchNorm(x, scale, offset, { mean, variance, decay, epsilon }) {
      const [rows, columns] = x.shape;
      const [out, normal] = [make<tf.Tensor2D>(x.shape), make<tf.Tensor2D>(x.shape)];
      const inverse = make<tf.Tensor1D>([columns]);
      const writes = [out, normal, inverse, alone(mean), alone(variance)];
      const groups: Groups = [Math.ceil(columns / NORM_COLUMNS), 1, 1];
      gpu.run(batchNorm, [x, scale, offset], writes, [rows, columns, epsilon, decay, 1 - decay], groups);
      return { out, normal, inverse };
    },

    batchNormGradient(dy, normal, inverse, scale) {
      const [rows, columns] = dy.shape;
      const gradient = {
        x: make<tf.Tensor2D>(dy.shape),
        scale: make<tf.Tensor1D>([columns]),
        offset: make<tf.Tensor1D>([columns]),
      };
      const writes = [gradient.x, gradient.scale, gradient.offset];
      const groups: Groups = [Math.ceil(columns / NORM_COLUMNS), 1, 1];
      gpu.run(batchNormGradient, [dy, normal, inverse, scale], writes, [rows, columns], groups);
      return gradient;
    },

    fold(weights, scale, offset, { mean, variance, epsilon }) {
      const columns = weights.shape[1];
      const folded = { weights: make<tf.Tensor2D>(weights.shape), bias: make<tf.Tensor1D>([columns]) };
      const reads = [weights, scale, offset, mean, variance];
      gpu.run(fold, reads, [folded.weights, folded.bias], [weights.size, columns, epsilon], over(weights.size));
      return folded;
    },

    logistic(logits, real) {
      const found = { loss: make<tf.Scalar>([]), gradient: make<tf.Tensor2D>(logits.shape) };
      gpu.run(logistic, [logits], [found.loss, found.gradient], [logits.size, real ? -1 : 1], [1, 1, 1]);
      return found;
    },

    adam(parts, { rate, beta1, beta2, epsilon }) {
      const numbers = [rate, beta1, beta2, 1 - beta1, 1 - beta2, epsilon];
      const most = Math.max(1, Math.floor(gpu.mostBuffers / 4));
      const some: AdamPart[][] = [];
      for (let at = 0; at < parts.length; at += most) some.push(parts.slice(at, at + most));
      for (const own of some) {
        const writes = own.flatMap(({ variable, first, second }) => [variable, first, second].map(alone));
        const sizes = own.flatMap(({ variable, l2 }) => [variable.size, l2]);
        const size = own.reduce((sum, { variable }) => sum + variable.size, 0);
        const reads = own.map(({ gradient }) => gradient);
        gpu.run(adam(own.length), reads, writes, [...numbers, ...sizes], over(size));
      }
    },

    follow(average, w, decay) {
      gpu.run(follow, [w], [alone(average)], [average.size, decay, 1 - decay], over(average.size));
    },

    drained: () => gpu.drained(),
  };
  return arithmetic;
}
