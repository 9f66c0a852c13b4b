import * as tf from '@tensorflow/tfjs-core';

/**
 * Gradients of the operations that our networks use, on plain matrices. TensorFlow.js keeps its own in a module that its Node build leaves
 * out and that Node cannot import from the package; the package that bundles them is four times as large.
 */
const GRADIENTS: tf.GradConfig[] = [
  binary('Add', (dy) => [dy, dy]),
  binary('Sub', (dy) => [dy, tf.neg(dy)]),
  binary('Multiply', (dy, a, b) => [tf.mul(dy, b), tf.mul(dy, a)]),
  binary('RealDiv', (dy, a, b) => [tf.div(dy, b), tf.neg(tf.div(tf.mul(dy, a), tf.square(b)))]),
  unary('Neg', (dy) => tf.neg(dy)),
  unary('Square', (dy, x) => tf.mul(dy, tf.mul(x, 2))),
  unary('Rsqrt', (dy, x) => tf.mul(dy, tf.mul(tf.pow(x, -1.5), -0.5))),
  unary('Softplus', (dy, x) => tf.mul(dy, tf.sigmoid(x))),
  unary('Relu', (dy, x) => tf.mul(dy, tf.step(x))),
  ofOutput('Tanh', (dy, y) => tf.mul(dy, tf.sub(1, tf.square(y)))),
  ofOutput('Sigmoid', (dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y)))),
  reduction('Sum', () => 1),
  reduction('Mean', (size, reduced) => reduced / size),
  {
    // Transposes first and multiplies then: on WASM only the untransposed product is on the fast path.
    kernelName: 'BatchMatMul',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => ({
      a: () => tf.matMul(dy as tf.Tensor2D, tf.transpose(b as tf.Tensor2D)),
      b: () => tf.matMul(tf.transpose(a as tf.Tensor2D), dy as tf.Tensor2D),
    }),
  },
  {
    kernelName: 'AddN',
    saveAllInputs: true,
    gradFunc: (dy, saved) => Object.fromEntries(saved.map((_, i) => [i, () => (dy as tf.Tensor).clone()])),
  },
  {
    kernelName: 'Reshape',
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({ x: () => tf.reshape(dy as tf.Tensor, x.shape) }),
  },
];

GRADIENTS.forEach((gradient) => tf.registerGradient(gradient));

/** Of two inputs; what was broadcast is summed back to its own shape. */
function binary(
  kernelName: string,
  gradient: (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => [tf.Tensor, tf.Tensor],
): tf.GradConfig {
  const back = (x: tf.Tensor, shape: number[]) => {
    const axes = tf.broadcast_util.getReductionAxes(shape, x.shape);
    return tf.reshape(axes.length > 0 ? tf.sum(x, axes) : x, shape);
  };
  return {
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => ({
      a: () => back(gradient(dy as tf.Tensor, a, b)[0], a.shape),
      b: () => back(gradient(dy as tf.Tensor, a, b)[1], b.shape),
    }),
  };
}

function unary(kernelName: string, gradient: (dy: tf.Tensor, x: tf.Tensor) => tf.Tensor): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({ x: () => gradient(dy as tf.Tensor, x) }),
  };
}

function ofOutput(kernelName: string, gradient: (dy: tf.Tensor, y: tf.Tensor) => tf.Tensor): tf.GradConfig {
  return {
    kernelName,
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({ x: () => gradient(dy as tf.Tensor, y) }),
  };
}

/** Sums along axes; `scale` of the sizes after and before. */
function reduction(kernelName: string, scale: (size: number, reduced: number) => number): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attributes) => ({
      x: () => {
        const { axis } = attributes as unknown as { axis: number | number[] };
        const axes = tf.util.parseAxisParam(axis, x.shape);
        const kept = x.shape.map((length, i) => (axes.includes(i) ? 1 : length));
        const spread = tf.mul(tf.reshape(dy as tf.Tensor, kept), tf.ones(x.shape));
        return tf.mul(spread, scale(x.size, (dy as tf.Tensor).size));
      },
    }),
  };
}
