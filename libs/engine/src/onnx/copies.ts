import type { Model } from './model.ts';

/** An output that `withoutCopies` adds, to be asked for with null. */
export const UNREADABLE = 'unreadable';
const BFLOAT16 = 16;
const REFUSAL = `Tensor type (${BFLOAT16}) is not supported.`;

/**
 * A graph that writes the same outputs. When it has run, the package's binding makes JavaScript a copy of each output, although it was
 * written into an array of ours: a tenth of a step of MedGAN, and much garbage. Here the first output is of a type that JavaScript has no
 * array of; the binding throws, and has copied nothing.
 */
export function withoutCopies(model: Model): Model {
  return {
    ...model,
    constants: [...model.constants, { name: 'zero', type: 'float32', shape: [], values: [0] }],
    nodes: [{ operator: 'Cast', inputs: ['zero'], output: UNREADABLE, attributes: { to: BFLOAT16 } }, ...model.nodes],
    outputs: [{ name: UNREADABLE, type: 'bfloat16', rank: 0 }, ...model.outputs],
  };
}

/**
 * Runs such a graph.
 * @throws Error where it fails
 */
export function runWithoutCopies(run: () => void): void {
  const { stackTraceLimit } = Error;
  // Where it was thrown is of no interest, and costs more than to throw it.
  Error.stackTraceLimit = 0;
  try {
    run();
  } catch (error) {
    if ((error as Error).message === REFUSAL) return;
    Error.stackTraceLimit = stackTraceLimit;
    throw new Error((error as Error).message, { cause: error });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Squares a number, for a trial. */
export const TRIAL: Model = {
  nodes: [{ operator: 'Mul', inputs: ['x', 'x'], output: 'y', attributes: {} }],
  inputs: [{ name: 'x', type: 'float32', rank: 0 }],
  outputs: [{ name: 'y', type: 'float32', rank: 0 }],
  constants: [],
};
