import * as tf from '@tensorflow/tfjs-core';

type Tensors = Record<string, tf.Tensor>;
type Gradients = Record<string, () => tf.Tensor>;

interface Definition<A> {
  /** The result first, then what the gradient needs of its making. */
  forward: (inputs: Tensors, attributes: A) => tf.Tensor[];
  /** For each input the gradient that is asked of it; what is computed at once serves all of them. */
  backward: (dy: tf.Tensor, inputs: Tensors, outputs: tf.Tensor[], attributes: A) => Gradients;
}

/** One use of an operation. */
interface Entry {
  inputs: Tensors;
  output: tf.Tensor;
  backward: (dy: tf.Tensor) => Gradients;
}

let tape: Entry[] | undefined;

/**
 * An operation with its gradient written out. TensorFlow.js's own recording of gradients costs more than many of our steps'
 * arithmetic, and lets the native engine's threads fall asleep in between; this is all that our networks need of it.
 */
export function operation<A>({ forward, backward }: Definition<A>) {
  return (given: Record<string, tf.Tensor | undefined>, attributes: A): tf.Tensor => {
    const inputs = Object.fromEntries(Object.entries(given).filter(([, tensor]) => tensor)) as Tensors;
    const outputs = forward(inputs, attributes);
    const [output] = outputs;
    tape?.push({ inputs, output, backward: (dy) => backward(dy, inputs, outputs, attributes) });
    return output;
  };
}

/**
 * The loss and its gradients along the variables, by our operations (reverse mode). A gradient that nobody needs is never
 * computed. To be called within `tf.tidy`.
 * @throws Error where the loss does not depend on one of them
 */
export function gradients(
  loss: () => tf.Scalar,
  variables: readonly tf.Variable[],
): { value: tf.Scalar; gradients: tf.Tensor[] } {
  const entries: Entry[] = (tape = []);
  let value: tf.Scalar;
  try {
    value = loss();
  } finally {
    tape = undefined;
  }
  const wanted = new Set(variables.map(({ id }) => id));
  for (const { inputs, output } of entries) {
    if (Object.values(inputs).some(({ id }) => wanted.has(id))) wanted.add(output.id);
  }
  const found = new Map<number, tf.Tensor>([[value.id, tf.scalar(1)]]);
  for (const { inputs, output, backward } of entries.reverse()) {
    const dy = found.get(output.id);
    if (!dy || !wanted.has(output.id)) continue;
    const asked = backward(dy);
    for (const [name, { id }] of Object.entries(inputs)) {
      if (!wanted.has(id)) continue;
      const gradient = asked[name]();
      const before = found.get(id);
      found.set(id, before ? tf.add(before, gradient) : gradient);
    }
  }
  return {
    value,
    gradients: variables.map(({ id, name }) => {
      if (!found.has(id)) throw new Error(`the loss does not depend on ${name}`);
      return found.get(id)!;
    }),
  };
}

/** a + b, of one shape. */
export function add<T extends tf.Tensor>(a: T, b: T): T {
  return addOperation({ a, b }, {}) as T;
}

const addOperation = operation<object>({
  forward: ({ a, b }) => [tf.add(a, b)],
  backward: (dy) => ({ a: () => dy, b: () => dy }),
});

/** The same numbers in another shape. */
export function reshaped<R extends tf.Rank>(x: tf.Tensor, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  return reshapeOperation({ x }, { shape }) as tf.Tensor<R>;
}

const reshapeOperation = operation<{ shape: number[] }>({
  forward: ({ x }, { shape }) => [tf.reshape(x, shape)],
  backward: (dy, { x }) => ({ x: () => tf.reshape(dy, x.shape) }),
});
