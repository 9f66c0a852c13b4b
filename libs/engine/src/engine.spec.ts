import { Rng } from '@ehrsynth/random';
import { describe, expect, it } from 'vitest';
import {
  BatchNorm,
  crossEntropy,
  dense,
  type Dense,
  l2,
  logisticLoss,
  squaredError,
  startEngine,
  tf,
  trainStep,
} from './index.ts';

await startEngine('cpu');

const layer = (weights: number[][], bias?: number[]): Dense => ({
  weights: tf.variable(tf.tensor2d(weights)),
  ...(bias && { bias: tf.variable(tf.tensor1d(bias)) }),
});
const near = (actual: tf.Tensor, expected: number[]) => {
  const values = [...actual.dataSync()];
  expect(values).toHaveLength(expected.length);
  values.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 5));
};

describe('layers and losses, against numbers worked by hand', () => {
  it('dense: x·W + b', () => {
    near(dense(tf.tensor2d([[1, 2]]), layer([[1, -1], [0.5, 2]], [0.25, 0])), [2.25, 3]); // prettier-ignore
  });

  it('cross-entropy from logits: softplus(l) − l·x, summed over columns, mean over rows', () => {
    // Row 1: ln(1 + e⁰) = 0.693147 with x = 1, l = 0; ln(1 + e²) − 0 = 2.126928 with x = 0, l = 2: 2.820075.
    // Row 2: ln(1 + e⁻¹) = 0.313262 with x = 0, l = −1; ln(1 + e³) − 3 = 0.048587 with x = 1, l = 3: 0.361849.
    const loss = crossEntropy(tf.tensor2d([[0, 2], [-1, 3]]), tf.tensor2d([[1, 0], [0, 1]])); // prettier-ignore
    near(loss, [(2.820075 + 0.361849) / 2]);
  });

  it('squared error: summed over columns, mean over rows', () => {
    near(squaredError(tf.tensor2d([[1, 2], [0, 3]]), tf.tensor2d([[0, 0], [0, 1]])), [(1 + 4 + 4) / 2]); // prettier-ignore
  });

  it('logistic loss: −ln σ(l) of real rows, −ln(1 − σ(l)) of others', () => {
    near(logisticLoss(tf.tensor2d([[0], [2]]), true), [(Math.log(2) + Math.log(1 + Math.exp(-2))) / 2]);
    near(logisticLoss(tf.tensor2d([[0], [2]]), false), [(Math.log(2) + Math.log(1 + Math.exp(2))) / 2]);
  });

  it('L2: scale · Σ w² / 2', () => {
    near(l2([tf.tensor2d([[1, 2]]), tf.tensor2d([[3]])], 0.01), [(0.01 * 14) / 2]);
  });

  it('batch normalisation: by the batch in training, by the running averages afterwards', () => {
    const norm = new BatchNorm(1, 0.99, 0);
    near(norm.train(tf.tensor2d([[1], [3]])), [-1, 1]); // mean 2, variance 1
    near(norm.mean, [0.01 * 2]);
    near(norm.variance, [0.99 * 1 + 0.01 * 1]);
    norm.train(tf.tensor2d([[0], [8]])); // mean 4, variance 16
    near(norm.mean, [0.99 * 0.02 + 0.01 * 4]);
    near(norm.variance, [0.99 * 1 + 0.01 * 16]);
    near(norm.infer(tf.tensor2d([[1]])), [(1 - 0.0598) / Math.sqrt(1.15)]);
  });

  it('an Adam step moves each weight by the learning rate at first, against its gradient', () => {
    const w = tf.variable(tf.tensor1d([1, -2]));
    // Gradient of Σ w²/2 is w. First step: m̂ = g, v̂ = g², so w − 0.1 · g / (|g| + ε).
    const optimizer = tf.train.adam(0.1);
    trainStep(optimizer, [w], () => l2([w], 1));
    near(w, [0.9, -1.9]);
    // Second step, first weight: g = 0.9, m = 0.9 · 0.1 + 0.1 · 0.9 = 0.18, v = 0.999 · 0.001 + 0.001 · 0.81 = 0.001809,
    // m̂ = 0.18 / 0.19, v̂ = 0.001809 / 0.001999, step = 0.1 · 0.947368 / 0.951292 = 0.0995875.
    trainStep(optimizer, [w], () => l2([w], 1));
    expect(w.dataSync()[0]).toBeCloseTo(0.9 - 0.0995875, 5);
  });
});

describe('gradients, against finite differences', () => {
  const rng = new Rng(5);
  const random = (rows: number, columns: number) =>
    tf.tensor2d(rng.normals32(rows * columns), [rows, columns]);
  const x = () => random(4, 3);
  const fixed = x();
  const targets = tf.tensor2d([1, 0, 0, 1, 1, 1, 0, 0], [4, 2]);
  const cases: [string, (w: tf.Tensor2D) => tf.Scalar, tf.Tensor2D][] = [
    ['dense, tanh, cross-entropy', networkLoss((h) => tf.tanh(h)), random(3, 2)],
    ['dense, ReLU, squared error', (w) => squaredError(tf.relu(tf.matMul<tf.Tensor2D>(fixed, w)), targets), random(3, 2)],
    ['batch normalisation', (w) => tf.sum(tf.mul(new BatchNorm(2).train(tf.matMul(fixed, w)), targets)) as tf.Scalar, random(3, 2)],
    ['mean over the batch, added to each row', (w) => meanLoss(w), random(3, 2)],
    ['logistic loss, subtraction and division', (w) => tf.div(tf.sub(logisticLoss(tf.matMul(fixed, w), true), 1), 3) as tf.Scalar, random(3, 1)],
    ['L2', (w) => l2([w], 0.3), random(3, 2)],
  ]; // prettier-ignore
  function networkLoss(activation: (h: tf.Tensor2D) => tf.Tensor2D) {
    return (w: tf.Tensor2D) => crossEntropy(activation(tf.matMul<tf.Tensor2D>(fixed, w)), targets);
  }
  function meanLoss(w: tf.Tensor2D): tf.Scalar {
    const h = tf.matMul<tf.Tensor2D>(fixed, w);
    return crossEntropy(tf.add(h, tf.mean(h, 0, true)) as tf.Tensor2D, targets);
  }

  it.each(cases)('%s', (_, loss, w) => {
    const { value, grad } = tf.valueAndGrad((v) => loss(v as tf.Tensor2D))(w);
    expect(Number.isFinite(value.dataSync()[0])).toBe(true);
    const [values, analytic] = [w.dataSync(), grad.dataSync()];
    const step = 1e-2;
    values.forEach((_value, i) => {
      const moved = (by: number) => {
        const copy = Float32Array.from(values);
        copy[i] += by;
        return loss(tf.tensor2d(copy, w.shape)).dataSync()[0];
      };
      const numeric = (moved(step) - moved(-step)) / (2 * step);
      expect(Math.abs(analytic[i] - numeric)).toBeLessThan(5e-3 * Math.max(1, Math.abs(numeric)));
    });
  });
});

describe('engines', () => {
  it('give the same numbers', async () => {
    const run = async (name: 'cpu' | 'wasm') => {
      await startEngine(name);
      const rng = new Rng(2);
      const w = tf.variable(tf.tensor2d(rng.normals32(40), [8, 5]));
      const x = tf.tensor2d(rng.normals32(48), [6, 8]);
      const y = tf.cast(tf.greater(tf.tensor2d(rng.normals32(30), [6, 5]), 0), 'float32') as tf.Tensor2D;
      const optimizer = tf.train.adam(0.05);
      for (let i = 0; i < 5; i++) trainStep(optimizer, [w], () => crossEntropy(tf.matMul(x, w), y)).dispose();
      return [...(await w.data())];
    };
    const [cpu, wasm] = [await run('cpu'), await run('wasm')];
    cpu.forEach((value, i) => expect(wasm[i]).toBeCloseTo(value, 4));
  });

  it('says why an engine that is asked for is not there', async () => {
    await expect(startEngine('tensorflow-gpu')).rejects.toThrow(
      /tfjs-node-gpu is not installed[\s\S]*doctor/,
    );
  });
});
