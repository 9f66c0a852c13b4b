import * as tf from '@tensorflow/tfjs-core';
import { Rng } from '@ehrsynth/random';
import { Adam, follow } from './adam.ts';
import { arithmetic } from './arithmetic/index.ts';
import { startEngine } from './engine.ts';
import type { EngineName } from './names.ts';
import { BatchNorm } from './ops/batch-norm.ts';
import { choiceLoss } from './ops/intervals.ts';
import { crossEntropy, logisticLoss } from './ops/losses.ts';
import { gradients } from './ops/operation.ts';
import { SparseBatch } from './sparse.ts';
import { variable } from './variable.ts';

/** How one part of an engine's arithmetic compares with plain JavaScript's, on the same numbers. */
export interface PartCheck {
  part: string;
  /** Norm of the difference over the norm of what plain JavaScript computes. */
  error: number;
  /** Whether it gives the same bits again. */
  isRepeated: boolean;
}

export interface Sizes {
  rows: number;
  columns: number;
  hidden: number;
}

/**
 * Each part of an engine's arithmetic on random rows, against plain JavaScript's. The engine stays the current one. @throws EngineError
 * where it is not there
 */
export async function checkArithmetic(
  name: EngineName,
  sizes: Sizes = { rows: 70, columns: 90, hidden: 37 },
): Promise<PartCheck[]> {
  await startEngine('cpu');
  const expected = await computed(sizes);
  await startEngine(name);
  const [found, again] = [await computed(sizes), await computed(sizes)];
  return Object.entries(expected).map(([part, numbers]) => {
    const difference = norm(numbers.map((one, i) => one - found[part][i]));
    return {
      part,
      error: found[part].length === numbers.length ? difference / norm(numbers) : Infinity,
      isRepeated: found[part].every((one, i) => Object.is(one, again[part][i])),
    };
  });
}

/** What the engine that runs makes of each part, as numbers. */
async function computed({ rows, columns, hidden }: Sizes): Promise<Record<string, Float32Array>> {
  const rng = new Rng(5);
  const random = (...shape: number[]) =>
    tf.tensor<tf.Rank>(rng.normals32(shape.reduce((a, b) => a * b)), shape) as tf.Tensor2D;
  const batches = [false, true].map((isWeighted) => randomRows(rng, rows, columns, isWeighted));
  const made = tf.tidy(() => {
    const own = arithmetic();
    const [x, h, w, bias] = [random(rows, columns), random(rows, hidden), random(columns, hidden), random(hidden)];
    const ends = Int32Array.from({ length: 5 }, (_, i) => Math.round(((i + 1) * rows) / 5));
    const parts: Record<string, tf.Tensor> = {
      'a product': own.product(x, w, { bias, activation: 'sigmoid' }),
      'a product, the first transposed': own.product(x, h, { transposeA: true }),
      'a product, the second transposed': own.product(h, w, { transposeB: true, activation: 'tanh' }),
      'sums of columns': own.columnSums(x),
      'sums along segments': own.runningSums(h, ends, { bias }),
      'sums against segments': own.runningSums(h, ends, { reverse: true }),
    };
    batches.forEach((batch, i) => {
      const kind = i === 1 ? 'weighted rows' : 'rows';
      parts[`${kind} times a matrix`] = own.sparseProduct(batch, w, { bias, activation: 'relu' });
      parts[`${kind}, transposed, times a matrix`] = own.sparseTransposeProduct(batch, h);
      parts[`a matrix less ${kind}`] = own.minusSparse(x, batch, 0.3);
      parts[`cross-entropy with ${kind}`] = own.crossEntropySum(x, tf.sigmoid(x), batch);
    });
    for (const activation of ['relu', 'tanh', 'sigmoid'] as const) {
      const y = own.activate(h, activation);
      parts[activation] = y;
      parts[`slope of ${activation}`] = own.activationGradient(y, random(rows, hidden), activation);
    }
    Object.assign(
      parts,
      logistic(h, true),
      logistic(h, false),
      softmax(rng, x),
      normalisation(x, batches[0]),
      optimiser(rng, columns, hidden),
    );
    return parts;
  });
  const entries = Object.entries(made);
  const numbers = await Promise.all(entries.map(([, tensor]) => tensor.data()));
  tf.dispose(made);
  batches.forEach((batch) => batch.dispose());
  return Object.fromEntries(entries.map(([part], i) => [part, Float32Array.from(numbers[i])]));
}

function logistic(x: tf.Tensor2D, real: boolean): Record<string, tf.Tensor> {
  const logits = variable(tf.mul(x, 5) as tf.Tensor2D);
  const found = gradients(() => logisticLoss(logits as tf.Tensor2D, real), [logits]);
  logits.dispose();
  const kind = real ? 'real' : 'generated';
  return { [`loss of ${kind} rows`]: found.value, [`its gradient, of ${kind} rows`]: found.gradients[0] };
}

function softmax(rng: Rng, x: tf.Tensor2D): Record<string, tf.Tensor> {
  const [rows, columns] = x.shape;
  const from = Int32Array.from({ length: rows }, () => rng.int(columns));
  const to = from.map((start) => start + 1 + rng.int(columns - start));
  const chosen = from.map((start, row) => start + rng.int(to[row] - start));
  const logits = variable(tf.mul(x, 3) as tf.Tensor2D);
  const found = gradients(() => choiceLoss(logits as tf.Tensor2D, { from, to, chosen }, rows), [logits]);
  logits.dispose();
  return { 'softmax over intervals': found.value, 'its gradient': found.gradients[0] };
}

function normalisation(x: tf.Tensor2D, targets: SparseBatch): Record<string, tf.Tensor> {
  const norm = new BatchNorm(x.shape[1]);
  const input = variable(tf.add(x, 0) as tf.Tensor2D);
  const all = [input, norm.scale, norm.offset];
  const loss = () => crossEntropy(norm.train(input as tf.Tensor2D), targets);
  const { gradients: found } = gradients(loss, all);
  const averages = tf.concat([norm.mean, norm.variance]);
  const folded = norm.fold(x);
  tf.dispose([...all, norm.mean, norm.variance]);
  return {
    'averages of batch normalisation': averages,
    'gradient of batch normalisation': found[0],
    'gradients of its scale and offset': tf.concat(found.slice(1)),
    'weights that normalise': folded.weights,
    'biases that normalise': folded.bias,
  };
}

/** Two steps on more variables than a program can bind. */
function optimiser(rng: Rng, columns: number, hidden: number): Record<string, tf.Tensor> {
  const shapes = Array.from({ length: 9 }, (_, i) => (i % 2 === 0 ? [columns, hidden] : [hidden]));
  const normals = (shape: number[]) => tf.tensor(rng.normals32(shape.reduce((a, b) => a * b)), shape);
  const variables = shapes.map((shape) => variable(normals(shape)));
  const average = variable(normals([hidden]));
  const adam = new Adam(variables, { learningRate: 0.01, l2: 0.1, beta2: 0.9 });
  for (let step = 0; step < 2; step++) adam.apply(shapes.map(normals));
  follow(average, normals([hidden]), 0.9);
  const [moved, followed] = [tf.concat(variables.map((one) => tf.reshape(one, [-1]))), tf.add(average, 0)];
  adam.dispose();
  tf.dispose([...variables, average]);
  return { 'two steps of Adam': moved, 'a running average': followed };
}

/** Rows of 0 to 40 entries. */
function randomRows(rng: Rng, rows: number, columns: number, isWeighted: boolean): SparseBatch {
  const all = Int32Array.from({ length: columns }, (_, column) => column);
  const own = Array.from({ length: rows }, () => rng.shuffle(all.slice()).slice(0, rng.int(41)).sort());
  const indptr = new Int32Array(rows + 1);
  own.forEach(({ length }, row) => (indptr[row + 1] = indptr[row] + length));
  const indices = Int32Array.from(own.flatMap((row) => [...row]));
  const values = isWeighted ? Float32Array.from(indices, () => 1 + rng.int(4)) : undefined;
  return new SparseBatch({ rows, columns, indptr, indices, values });
}

function norm(numbers: Float32Array): number {
  return Math.sqrt(numbers.reduce((sum, one) => sum + one * one, 0));
}
