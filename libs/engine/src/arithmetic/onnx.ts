import * as tf from '@tensorflow/tfjs-core';
import type { OnnxBackend } from '../onnx/backend.ts';
import { stepOf } from '../onnx/kernels.ts';
import type { Slot } from '../onnx/recording.ts';
import { SparseKernels } from '../onnx/sparse-kernels.ts';
import type { Csr, SparseBatch } from '../sparse.ts';
import type { Activation, Arithmetic } from './arithmetic.ts';
import { plain } from './plain.ts';

const OPERATOR: Record<Activation, string> = { linear: '', relu: 'Relu', tanh: 'Tanh', sigmoid: 'Sigmoid' };

/** Where batches are smaller, or fuller, a dense product within the graph is as fast as a sparse one that interrupts it. */
const LEAST_ROWS = 500;
const MOST_FILLED = 0.01;

/** The logit of a column that a row may not choose. */
const OUTSIDE = -1e30;

/** On ONNX Runtime: each part is recorded, in the graph's own operations, and a step is run as a whole. */
export function onnxArithmetic(backend: OnnxBackend): Arithmetic {
  const at = (tensor: tf.Tensor) => backend.slotOf(tensor);
  const make = <T extends tf.Tensor>(slot: Slot) =>
    tf.engine().makeTensorFromTensorInfo(backend.tensorOf(slot)) as unknown as T;
  const wrap = (info: tf.TensorInfo) => tf.engine().makeTensorFromTensorInfo(info) as tf.Tensor2D;
  const sparse = new SparseKernels();
  const times = (rows: Csr, dense: tf.Tensor2D) => {
    const numbers = backend.numbersOf(dense);
    const width = dense.shape[1];
    return wrap(backend.filled([rows.rows, width], (out) => sparse.product(rows, numbers, width, out)));
  };
  const activated = (slot: Slot, shape: number[], activation: Activation) =>
    activation === 'linear' ? slot : backend.node(OPERATOR[activation], [slot], shape);

  const arithmetic: Arithmetic = {
    ...plain,

    product(a, b, { transposeA = false, transposeB = false, bias, activation = 'linear' } = {}) {
      const shape = [a.shape[transposeA ? 1 : 0], b.shape[transposeB ? 0 : 1]];
      const operands = [a, b, ...(bias ? [bias] : [])].map(at);
      const y = backend.node('Gemm', operands, shape, { transA: Number(transposeA), transB: Number(transposeB) });
      return make(activated(y, shape, activation));
    },

    sparseProduct(rows, dense, options = {}) {
      if (!isWorthwhile(rows)) return arithmetic.product(rows.dense(), dense, options);
      const { bias, activation = 'linear' } = options;
      return tf.tidy(() => {
        const y = times(rows.csr, dense);
        const sum = bias ? backend.node('Add', [at(y), at(bias)], y.shape) : at(y);
        return bias || activation !== 'linear' ? make(activated(sum, y.shape, activation)) : y;
      });
    },

    sparseTransposeProduct: (rows, dense) =>
      isWorthwhile(rows)
        ? times(rows.transposed, dense)
        : arithmetic.product(rows.dense(), dense, { transposeA: true }),

    runningSums(x, ends, { bias, reverse = false } = {}) {
      const [numbers, first] = [x, bias].map((tensor) => tensor && backend.numbersOf(tensor));
      const options = { width: x.shape[1], bias: first, reverse };
      return wrap(backend.filled(x.shape, (out) => sparse.runningSums(numbers!, ends, options, out)));
    },

    activate: (x, activation) => (activation === 'linear' ? x : make(activated(at(x), x.shape, activation))),

    activationGradient(y, dy, activation) {
      if (activation === 'linear') return dy.clone();
      const { shape } = y;
      const [output, slope] = [y, dy].map(at);
      if (activation === 'relu') return make(backend.node('Mul', [slope, stepOf(backend, output, shape)], shape));
      const square = backend.node('Mul', [output, output], shape);
      const derivative = backend.node('Sub', [activation === 'tanh' ? backend.constant(1) : output, square], shape);
      return make(backend.node('Mul', [slope, derivative], shape));
    },

    minusSparse(x, targets, scale) {
      const difference = backend.node('Sub', [at(x), at(targets.dense())], x.shape);
      return make(scale === 1 ? difference : backend.node('Mul', [difference, backend.constant(scale)], x.shape));
    },

    choice(logits, { from, to, chosen }, divisor) {
      const [rows, columns] = logits.shape;
      const whole = logits.shape;
      const numbers = (values: Int32Array, shape: [number, number]) => at(tf.tensor2d(values, shape, 'int32'));
      const column = numbers(
        Int32Array.from({ length: columns }, (_, i) => i),
        [1, columns],
      );
      const [first, end, own] = [from, to, chosen].map((values) => numbers(values, [rows, 1]));
      const is = (operator: string, ...inputs: Slot[]) => backend.node(operator, inputs, whole, {}, 'bool');
      const isInside = is('And', is('GreaterOrEqual', column, first), is('Less', column, end));
      const open = backend.node('Where', [isInside, at(logits), backend.constant(OUTSIDE)], whole);
      const logs = backend.node('LogSoftmax', [open], whole, { axis: 1 });
      const ofChosen = backend.node('GatherElements', [logs, own], [rows, 1], { axis: 1 });
      const sum = backend.node('ReduceSum', [ofChosen], [], { keepdims: 0 });
      const isChosen = backend.node('Cast', [is('Equal', column, own)], whole, { to: 1 });
      const slope = backend.node('Sub', [backend.node('Exp', [logs], whole), isChosen], whole);
      const share = backend.constant(divisor);
      return {
        loss: make<tf.Scalar>(backend.node('Neg', [backend.node('Div', [sum, share], [])], [])),
        gradient: make<tf.Tensor2D>(backend.node('Div', [slope, share], whole)),
      };
    },

    adam(parts, { rate, beta1, beta2, epsilon }) {
      tf.tidy(() => {
        // The one number that changes from step to step; the others are part of the graph.
        const pace = at(tf.scalar(rate));
        for (const { variable, gradient, first, second, l2 } of parts) {
          const { shape } = variable;
          const [w, raw, m, v] = [variable, gradient, first, second].map(at);
          const node = (operator: string, ...inputs: Slot[]) => backend.node(operator, inputs, shape);
          const times = (slot: Slot, factor: number) => node('Mul', slot, backend.constant(factor));
          const g = l2 > 0 ? node('Add', raw, times(w, l2)) : raw;
          const mean = node('Add', times(m, beta1), times(g, 1 - beta1));
          const square = node('Add', times(v, beta2), times(node('Mul', g, g), 1 - beta2));
          const spread = node('Add', node('Sqrt', square), backend.constant(epsilon));
          const moved = node('Sub', w, node('Mul', node('Div', mean, spread), pace));
          [first, second, variable].forEach((held, i) => held.assign(make([mean, square, moved][i])));
        }
      });
    },

    follow(average, w, decay) {
      tf.tidy(() => {
        const difference = backend.node('Sub', [at(w), at(average)], average.shape);
        const share = at(tf.scalar(1 - decay));
        const step = backend.node('Mul', [difference, share], average.shape);
        average.assign(make(backend.node('Add', [at(average), step], average.shape)));
      });
    },

    endStep: () => backend.run(),
  };
  return arithmetic;
}

function isWorthwhile({ csr: { rows, columns, indices } }: SparseBatch): boolean {
  return rows >= LEAST_ROWS && indices.length < MOST_FILLED * rows * columns;
}
