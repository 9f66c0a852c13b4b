import * as tf from '@tensorflow/tfjs-core';
import type { OnnxBackend } from './backend.ts';
import type { Slot } from './recording.ts';

/** Name under which the engine stands with TensorFlow.js. */
export const ONNX_BACKEND = 'onnx';

type Inputs = Record<string, tf.TensorInfo>;
type Attributes = Record<string, unknown>;
/** Records an operation; undefined where the graph cannot have it so. */
type Recorder = (backend: OnnxBackend, inputs: Inputs, attributes: Attributes) => tf.TensorInfo | undefined;

/** Those of the plain engine that look at no numbers: a tensor that shares them. */
const VIEWS = ['Reshape', 'Identity', 'ExpandDims'];

const BINARY: Record<string, string> = {
  Add: 'Add',
  Sub: 'Sub',
  Multiply: 'Mul',
  RealDiv: 'Div',
  Maximum: 'Max',
  Minimum: 'Min',
};
const UNARY: Record<string, string> = {
  Abs: 'Abs',
  Exp: 'Exp',
  Log: 'Log',
  Neg: 'Neg',
  Relu: 'Relu',
  Sigmoid: 'Sigmoid',
  Softplus: 'Softplus',
  Sqrt: 'Sqrt',
  Tanh: 'Tanh',
};

const RECORDERS: Record<string, Recorder> = {
  ...Object.fromEntries(Object.entries(BINARY).map(([kernel, operator]) => [kernel, binary(operator)])),
  ...Object.fromEntries(Object.entries(UNARY).map(([kernel, operator]) => [kernel, unary(operator)])),
  Greater: binary('Greater', 'bool'),

  Square: (backend, { x }) => onFloats(backend, [x], ([slot]) => backend.node('Mul', [slot, slot], x.shape)),

  Rsqrt: (backend, { x }) =>
    onFloats(backend, [x], ([slot]) => {
      const root = backend.node('Sqrt', [slot], x.shape);
      return backend.node('Reciprocal', [root], x.shape);
    }),

  Step: (backend, { x }, { alpha }) =>
    alpha ? undefined : onFloats(backend, [x], ([slot]) => stepOf(backend, slot, x.shape)),

  Cast(backend, { x }, { dtype }) {
    if (dtype !== 'float32' || !['bool', 'int32'].includes(x.dtype) || x.shape.includes(0)) return undefined;
    return backend.tensorOf(backend.node('Cast', [backend.slotOf(x)], x.shape, { to: 1 }));
  },

  Sum: (backend, { x }, { axis, keepDims }) => reduction('ReduceSum', backend, x, axis, keepDims),
  Mean: (backend, { x }, { axis, keepDims }) => reduction('ReduceMean', backend, x, axis, keepDims),

  BatchMatMul(backend, { a, b }, { transposeA, transposeB }) {
    if (a.shape.length !== 2 || b.shape.length !== 2) return undefined;
    const shape = [a.shape[transposeA ? 1 : 0], b.shape[transposeB ? 0 : 1]];
    const transposed = { transA: Number(transposeA), transB: Number(transposeB) };
    return onFloats(backend, [a, b], (slots) => backend.node('Gemm', slots, shape, transposed));
  },

  Transpose: (backend, { x }, { perm }) =>
    onFloats(backend, [x], (slots) => {
      const order = perm as number[];
      const shape = order.map((axis) => x.shape[axis]);
      return backend.node('Transpose', slots, shape, { perm: order });
    }),

  Concat(backend, inputs, { axis }) {
    const parts = Object.values(inputs);
    const [along] = tf.util.parseAxisParam(axis as number, parts[0].shape);
    const shape = tf.backend_util.computeOutShape(
      parts.map((part) => part.shape),
      along,
    );
    return onFloats(backend, parts, (slots) => backend.node('Concat', slots, shape, { axis: along }));
  },

  AddN: (backend, inputs) =>
    onFloats(backend, Object.values(inputs), (slots) => backend.node('Sum', slots, inputs[0].shape)),

  Slice(backend, { x }, { begin, size }) {
    const [from, lengths] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin as number[], size as number[]);
    if (lengths.includes(0)) return undefined;
    const [starts, ends] = [from, from.map((one, axis) => one + lengths[axis])].map((list) =>
      backend.constant(list, 'int64'),
    );
    return onFloats(backend, [x], ([slot]) => backend.node('Slice', [slot, starts, ends], lengths));
  },

  GatherV2(backend, { x, indices }, { axis, batchDims }) {
    if (batchDims || indices.dtype !== 'int32' || indices.shape.includes(0)) return undefined;
    const [along] = tf.util.parseAxisParam(axis as number, x.shape);
    const shape = [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)];
    return onFloats(backend, [x], ([slot]) =>
      backend.node('Gather', [slot, backend.slotOf(indices)], shape, { axis: along }),
    );
  },

  Tile: (backend, { x }, { reps }) =>
    onFloats(backend, [x], ([slot]) => {
      const times = reps as number[];
      const shape = x.shape.map((length, axis) => length * times[axis]);
      return backend.node('Tile', [slot, backend.constant(times, 'int64')], shape);
    }),

  ClipByValue: (backend, { x }, { clipValueMin, clipValueMax }) =>
    onFloats(backend, [x], ([slot]) => {
      const [least, most] = [clipValueMin, clipValueMax].map((value) => backend.constant(value as number));
      return backend.node('Clip', [slot, least, most], x.shape);
    }),
};

/** Registers all of TensorFlow.js's kernels for the engine: recorded where the graph has them, else the plain engine's. */
export function registerOnnxKernels(): void {
  for (const { kernelName, kernelFunc } of tf.getKernelsForBackend('cpu')) {
    const record = RECORDERS[kernelName];
    const isView = VIEWS.includes(kernelName);
    tf.registerKernel({
      kernelName,
      backendName: ONNX_BACKEND,
      kernelFunc: (parameters) => {
        const backend = parameters.backend as OnnxBackend;
        const inputs = parameters.inputs as Inputs;
        backend.limit();
        const recorded = record?.(backend, inputs, parameters.attrs as Attributes);
        if (recorded) return recorded;
        if (!isView) backend.settle(Object.values(inputs).flat());
        const made = kernelFunc(parameters);
        [made].flat().forEach((one) => backend.detach(one));
        return made;
      },
    });
  }
}

/** 1 where x > 0, else 0. */
export function stepOf(backend: OnnxBackend, x: Slot, shape: readonly number[]): Slot {
  const isAbove = backend.node('Greater', [x, backend.constant(0)], shape, {}, 'bool');
  return backend.node('Cast', [isAbove], shape, { to: 1 });
}

function onFloats(
  backend: OnnxBackend,
  inputs: tf.TensorInfo[],
  record: (slots: Slot[]) => Slot,
  dtype: 'float32' | 'bool' = 'float32',
): tf.TensorInfo | undefined {
  if (!inputs.every((input) => backend.isFloat(input))) return undefined;
  return backend.tensorOf(record(inputs.map((input) => backend.slotOf(input))), dtype);
}

function binary(operator: string, type: 'float32' | 'bool' = 'float32'): Recorder {
  return (backend, { a, b }) => {
    const shape = tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    return onFloats(backend, [a, b], (slots) => backend.node(operator, slots, shape, {}, type), type);
  };
}

function unary(operator: string): Recorder {
  return (backend, { x }) => onFloats(backend, [x], (slots) => backend.node(operator, slots, x.shape));
}

function reduction(
  operator: string,
  backend: OnnxBackend,
  x: tf.TensorInfo,
  axis: unknown,
  keepDims: unknown,
): tf.TensorInfo | undefined {
  const axes = tf.util.parseAxisParam(axis as number[], x.shape);
  const [left, lengths] = tf.backend_util.computeOutAndReduceShapes(x.shape, axes);
  const shape = keepDims ? tf.backend_util.expandShapeToKeepDim(left, axes) : left;
  if (lengths.length === 0) return undefined;
  return onFloats(backend, [x], ([slot]) =>
    backend.node(operator, [slot, backend.constant(axes, 'int64')], shape, { keepdims: Number(Boolean(keepDims)) }),
  );
}
