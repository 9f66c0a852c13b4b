import * as tf from '@tensorflow/tfjs-core';
import type { Choices } from '../arithmetic/arithmetic.ts';
import type { OnnxBackend } from './backend.ts';
import type { Slot } from './recording.ts';

/** More than any logit. */
const FAR = 1e30;

/** `Arithmetic.choice` in a graph's operations, so that a step is not cut by it. */
export function recordChoice(
  backend: OnnxBackend,
  logits: tf.Tensor2D,
  choices: Choices,
  divisor: number,
): { loss: Slot; gradient: Slot } {
  const { shape } = logits;
  const { open, p, own } = softmaxOf(backend, logits, choices);
  const losses = lossesOf(backend, logits, { open, p, own });
  const sum = backend.node('ReduceSum', [losses, backend.constant([0], 'int64')], [], { keepdims: 0 });
  // Given to the graph, since it changes from step to step; as a constant it would be another graph.
  const share = backend.slotOf(tf.scalar(1 / divisor));
  const scaled = backend.node('Mul', [p, share], shape);
  const each = [shape[0], 1];
  const ofOwn = backend.node('GatherElements', [scaled, own], each, { axis: 1 });
  const less = backend.node('Sub', [ofOwn, share], each);
  const gradient = backend.node('ScatterElements', [scaled, own, less], shape, { axis: 1 });
  return { loss: backend.node('Mul', [sum, share], []), gradient };
}

/** `Arithmetic.choiceLosses` in a graph's operations. */
export function recordChoiceLosses(backend: OnnxBackend, logits: tf.Tensor2D, choices: Choices): Slot {
  return lossesOf(backend, logits, softmaxOf(backend, logits, choices));
}

/** Logits that no row chooses but within its interval, their softmax, and the chosen columns. */
interface Softmax {
  open: Slot;
  p: Slot;
  own: Slot;
}

function softmaxOf(backend: OnnxBackend, logits: tf.Tensor2D, { from, to, chosen }: Choices): Softmax {
  const { shape } = logits;
  const [rows, columns] = shape;
  const node = (operator: string, inputs: Slot[]) => backend.node(operator, inputs, shape);
  const given = (numbers: Int32Array) =>
    backend.slotOf(
      tf.tensor2d(
        Float32Array.from(numbers, (one) => (FAR / 2) * one),
        [rows, 1],
      ),
    );
  // By FAR · relu(|column − middle| − half of the width) less: nothing within the interval. Where and Min would take one thread each.
  const middle = given(from.map((first, row) => first + to[row] - 1));
  const apart = node('Abs', [node('Sub', [columnsOf(backend, columns), middle])]);
  const beyond = node('Relu', [node('Sub', [apart, given(from.map((first, row) => to[row] - first))])]);
  const open = node('Sub', [backend.slotOf(logits), beyond]);
  return { open, p: node('Softmax', [open]), own: backend.slotOf(tf.tensor2d(chosen, [rows, 1], 'int32')) };
}

/** −log p of the chosen, by way of the largest p, which is never 0: largest logit − log of its p − logit of the chosen. */
function lossesOf(backend: OnnxBackend, logits: tf.Tensor2D, { open, p, own }: Softmax): Slot {
  const [rows] = logits.shape;
  const last = backend.constant([1], 'int64');
  const most = (x: Slot) => backend.node('ReduceMax', [x, last], [rows], { keepdims: 0 });
  const total = backend.node('Sub', [most(open), backend.node('Log', [most(p)], [rows])], [rows]);
  const chosen = backend.node('GatherElements', [backend.slotOf(logits), own], [rows, 1], { axis: 1 });
  return backend.node('Sub', [total, backend.reshaped(chosen, [-1])], [rows]);
}

/** FAR · column of each column; computed once, when the graph is compiled. */
function columnsOf(backend: OnnxBackend, columns: number): Slot {
  const bounds = [0, columns, 1].map((value) => backend.constant(value));
  return backend.node('Mul', [backend.node('Range', bounds, [columns]), backend.constant(FAR)], [columns]);
}
