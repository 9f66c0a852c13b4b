import * as tf from '@tensorflow/tfjs-core';
import type { OnnxBackend } from '../onnx/backend.ts';
import { recordChoice, recordChoiceLosses } from '../onnx/choice.ts';
import { stepOf } from '../onnx/kernels.ts';
import type { Call, Slot } from '../onnx/recording.ts';
import { type Csr, type SparseBatch, writeDense } from '../sparse.ts';
import type { Activation, Arithmetic } from './arithmetic.ts';
import { plain } from './plain.ts';

const OPERATOR: Record<Activation, string> = { linear: '', relu: 'Relu', tanh: 'Tanh', sigmoid: 'Sigmoid' };

/** Where rows are fuller, a dense product within the graph is faster than our sparse one. */
const MOST_FILLED = 0.05;

/** Added to a number and taken away again it leaves multiples of 2⁻¹²⁴: none is denormal, which processors are slow with. */
const COARSE = 2 ** -100;

/** On ONNX Runtime: each part is recorded, in the graph's own operations, and a step is run as a whole. */
export function onnxArithmetic(backend: OnnxBackend): Arithmetic {
  const at = (tensor: tf.Tensor) => backend.slotOf(tensor);
  const make = <T extends tf.Tensor>(slot: Slot) =>
    tf.engine().makeTensorFromTensorInfo(backend.tensorOf(slot)) as unknown as T;
  const { arena } = backend;
  const { kernels } = arena;
  const call = <T extends tf.Tensor>(tensors: tf.Tensor[], shape: number[], work: Call['work'], changes?: number[]) => {
    const [made] = backend.call(tensors, [shape], work, changes);
    return tf.engine().makeTensorFromTensorInfo(made) as unknown as T;
  };
  const times = ({ rows, indptr, indices, values }: Csr, dense: tf.Tensor2D, bias?: tf.Tensor) => {
    const width = dense.shape[1];
    return call<tf.Tensor2D>([dense, ...(bias ? [bias] : [])], [rows, width], ([numbers, first], [out]) =>
      arena.use([indptr, indices, values, numbers, first], [out], (starts, columns, weights, at, firstAt, outAt) =>
        kernels.sparseProduct(starts, columns, weights, rows, at, width, firstAt, outAt),
      ),
    );
  };
  /** Written into memory that is used again. */
  const denseOf = (batch: SparseBatch) =>
    batch.tensor('dense', ({ csr }) =>
      call<tf.Tensor2D>([], [csr.rows, csr.columns], (_, [out]) => writeDense(csr, out)),
    );
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
      if (!isSparse(rows)) return arithmetic.product(denseOf(rows), dense, options);
      const { bias, activation = 'linear' } = options;
      const y = times(rows.csr, dense, bias);
      if (activation === 'linear') return y;
      const active = arithmetic.activate(y, activation);
      y.dispose();
      return active;
    },

    sparseTransposeProduct: (rows, dense) =>
      isSparse(rows) ? times(rows.transposed, dense) : arithmetic.product(denseOf(rows), dense, { transposeA: true }),

    runningSums(x, ends, { bias, reverse = false } = {}) {
      const width = x.shape[1];
      const work: Call['work'] = ([, first], [sums]) =>
        arena.use([ends, first], [sums], (places, firstAt, at) =>
          kernels.runningSums(at, places, ends.length, width, firstAt, Number(reverse), at),
        );
      return call([x, ...(bias ? [bias] : [])], x.shape, work, [0]);
    },

    activate: (x, activation) => (activation === 'linear' ? x : make(activated(at(x), x.shape, activation))),

    activationGradient(y, dy, activation) {
      if (activation === 'linear') return dy.clone();
      const { shape } = y;
      const [output, slope] = [y, dy].map(at);
      if (activation === 'relu') return make(backend.node('Mul', [slope, stepOf(backend, output, shape)], shape));
      const square = backend.node('Mul', [output, output], shape);
      const derivative = backend.node('Sub', [activation === 'tanh' ? backend.constant(1) : output, square], shape);
      const gradient = backend.node('Mul', [slope, derivative], shape);
      const raised = backend.node('Add', [gradient, backend.constant(COARSE)], shape);
      return make(backend.node('Sub', [raised, backend.constant(COARSE)], shape));
    },

    minusSparse(x, targets, scale) {
      const difference = backend.node('Sub', [at(x), at(denseOf(targets))], x.shape);
      return make(scale === 1 ? difference : backend.node('Mul', [difference, backend.constant(scale)], x.shape));
    },

    choice: (logits, choices, divisor) =>
      tf.tidy(() => {
        const { loss, gradient } = recordChoice(backend, logits, choices, divisor);
        return { loss: make<tf.Scalar>(loss), gradient: make<tf.Tensor2D>(gradient) };
      }),

    repeatsRows: true,

    choiceLosses: (logits, choices) => tf.tidy(() => make<tf.Tensor1D>(recordChoiceLosses(backend, logits, choices))),

    adam(parts, { rate, beta1, beta2, epsilon }) {
      for (const { variable, gradient, first, second, l2 } of parts) {
        const tensors = [variable, gradient, first, second];
        const work: Call['work'] = ([, slope], changed) =>
          arena.use([slope], changed, (g, w, m, v) =>
            kernels.adam(w, g, m, v, w, variable.size, rate, beta1, beta2, epsilon, l2),
          );
        const shapes = [variable.shape, variable.shape, variable.shape];
        const made = backend.call(tensors, shapes, work, [0, 2, 3]);
        [variable, first, second].forEach((held, i) => {
          const moved = tf.engine().makeTensorFromTensorInfo(made[i]);
          held.assign(moved as tf.Tensor);
          moved.dispose();
        });
      }
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

function isSparse({ csr: { rows, columns, indices } }: SparseBatch): boolean {
  return indices.length < MOST_FILLED * rows * columns;
}
