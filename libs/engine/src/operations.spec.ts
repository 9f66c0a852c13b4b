import { beforeAll, describe, expect, it } from 'vitest';
import { enginesHere } from './testing/index.ts';
import { near } from './testing/near.ts';
import { sparse } from './testing/small-tensors.ts';
import {
  Adam,
  BatchNorm,
  crossEntropy,
  dense,
  type EngineName,
  follow,
  logisticLoss,
  SparseBatch,
  squaredError,
  startEngine,
  tf,
  variable,
} from './index.ts';

const engines = await enginesHere();

const layer = (weights: number[][], bias: number[]) => ({
  weights: variable(tf.tensor2d(weights)),
  bias: variable(tf.tensor1d(bias)),
});

describe.each(engines)('on %s, against numbers worked by hand', (name: EngineName) => {
  beforeAll(async () => void (await startEngine(name)));

  it('dense: activation(x·W + b), of dense and of sparse rows', async () => {
    const w = layer(
      [
        [1, -1],
        [0.5, 2],
      ],
      [0.25, 0],
    );
    await near(dense(tf.tensor2d([[1, 2]]), w), [2.25, 3]);
    await near(
      dense(
        sparse([
          [1, 0],
          [0, 0],
          [1, 1],
        ]),
        w,
        'relu',
      ),
      [1.25, 0, 0.25, 0, 1.75, 1],
    );
    await near(dense(sparse([[2, 3]]), w), [3.75, 4]);
    await near(dense(tf.tensor2d([[1, 2]]), w, 'tanh'), [Math.tanh(2.25), Math.tanh(3)]);
    await near(dense(tf.tensor2d([[1, 0]]), w, 'sigmoid'), [1 / (1 + Math.exp(-1.25)), 1 / (1 + Math.exp(1))]);
  });

  it('dense: a column that is twice in a sparse row has the sum of both', async () => {
    // 2.5 and −0.5 of the first column, 1 of the second.
    const [indices, values] = [Int32Array.of(0, 1, 0), Float32Array.of(2.5, 1, -0.5)];
    const x = new SparseBatch({ rows: 1, columns: 2, indptr: Int32Array.of(0, 3), indices, values });
    const weights = [1, 0.5].map((own, i) => [own, [-1, 2][i]]);
    await near(dense(x, layer(weights, [0.25, 0])), [2.75, 0]);
  });

  it('cross-entropy from logits: softplus(l) − l·x, summed over columns, mean over rows', async () => {
    // Row 1: ln(1 + e⁰) = 0.693147 with x = 1, l = 0; ln(1 + e²) − 0 = 2.126928 with x = 0, l = 2: 2.820075.
    // Row 2: ln(1 + e⁻¹) = 0.313262 with x = 0, l = −1; ln(1 + e³) − 3 = 0.048587 with x = 1, l = 3: 0.361849.
    const logits = tf.tensor2d([
      [0, 2],
      [-1, 3],
    ]);
    await near(
      crossEntropy(
        logits,
        sparse([
          [1, 0],
          [0, 1],
        ]),
      ),
      [(2.820075 + 0.361849) / 2],
    );
    await near(
      crossEntropy(
        logits,
        sparse([
          [1, 0],
          [0, 1],
        ]),
        { value: false },
      ),
      [0],
    );
    // Far from 0, where σ is 0 or 1 to the last digit: 60 + 0 + 60 + 0.
    await near(crossEntropy(tf.tensor2d([[60, -60, -60, 60]]), sparse([[0, 0, 1, 1]])), [120], 4);
  });

  it('squared error: summed over columns, mean over rows', async () => {
    await near(
      squaredError(
        tf.tensor2d([
          [1, 2],
          [0, 3],
        ]),
        sparse([
          [0, 0],
          [0, 1],
        ]),
      ),
      [(1 + 4 + 4) / 2],
    );
    await near(squaredError(tf.tensor2d([[1, 2]]), sparse([[3, 0]])), [4 + 4]);
  });

  it('logistic loss: −ln σ(l) of real rows, −ln(1 − σ(l)) of others', async () => {
    await near(logisticLoss(tf.tensor2d([[0], [2]]), true), [(Math.log(2) + Math.log(1 + Math.exp(-2))) / 2]);
    await near(logisticLoss(tf.tensor2d([[0], [2]]), false), [(Math.log(2) + Math.log(1 + Math.exp(2))) / 2]);
  });

  it('batch normalisation: by the batch in training, by the running averages afterwards', async () => {
    const norm = new BatchNorm(1, 0.99, 0);
    await near(norm.train(tf.tensor2d([[1], [3]])), [-1, 1]); // mean 2, variance 1
    await near(norm.mean, [0.01 * 2]);
    await near(norm.variance, [0.99 * 1 + 0.01 * 1]);
    norm.train(tf.tensor2d([[0], [8]])); // mean 4, variance 16
    await near(norm.mean, [0.99 * 0.02 + 0.01 * 4]);
    await near(norm.variance, [0.99 * 1 + 0.01 * 16]);
    // x·2 normalised: (2 − mean) / √variance.
    const folded = norm.fold(tf.tensor2d([[2]]));
    await near(dense(tf.tensor2d([[1]]), folded), [(2 - 0.0598) / Math.sqrt(1.15)]);
  });

  it('Adam moves each weight by the learning rate at first, against its gradient', async () => {
    const w = variable(tf.tensor2d([[1, -2]]));
    // First step: m̂ = g, v̂ = g², so w − 0.1 · g / (|g| + ε).
    const adam = new Adam([w], { learningRate: 0.1 });
    adam.apply([tf.tensor2d([[1, -2]])]);
    await near(w, [0.9, -1.9]);
    // Second step, first weight: g = 0.9, m = 0.9 · 0.1 + 0.1 · 0.9 = 0.18, v = 0.999 · 0.001 + 0.001 · 0.81 = 0.001809,
    // m̂ = 0.18 / 0.19, v̂ = 0.001809 / 0.001999, step = 0.1 · 0.947368 / 0.951292 = 0.0995875.
    adam.apply([tf.tensor2d([[0.9, -1.9]])]);
    expect((await w.data())[0]).toBeCloseTo(0.9 - 0.0995875, 5);
    expect(adam.steps).toBe(2);
  });

  it('Adam adds L2 to the gradient of weights, not of biases', async () => {
    const [w, b] = [variable(tf.tensor2d([[2]])), variable(tf.tensor1d([2]))];
    const adam = new Adam([w, b], { learningRate: 0.1, l2: 0.5 });
    // The first step's size is the learning rate whatever the gradient, its sign that of g + l2 · w: −0.5 + 1 > 0.
    adam.apply([tf.tensor2d([[-0.5]]), tf.tensor1d([-0.5])]);
    await near(w, [1.9]);
    await near(b, [2.1]);
  });

  it('gradients and moments that are next to nothing become nothing, and do not slow the processor down', async () => {
    const { arithmetic } = await import('./arithmetic/index.ts');
    const [y, dy] = [
      [0.5, 1e-35, 0.5, 0.5, 0.5],
      [1, 1e-5, 1e-20, 1e-36, -1e-37],
    ].map((row) => tf.tensor2d([row]));
    const found = [...(await arithmetic().activationGradient(y, dy, 'sigmoid').data())];
    expect(found[0]).toBeCloseTo(0.25, 6);
    expect(found[2]).toBeCloseTo(2.5e-21, 24);
    const smallestNormal = 2 ** -126;
    /** GPUs are as fast with them; the plain engine is no fast one. */
    const isUnhurt = name === 'cpu' || name === 'webgpu';
    found.forEach((value) => expect(value === 0 || Math.abs(value) >= smallestNormal || isUnhurt).toBe(true));
  });

  it('a running average moves by its share', async () => {
    const average = variable(tf.tensor1d([1, 2, 3, 4, 5]));
    follow(average, tf.tensor1d([2, 2, 2, 2, 2]), 0.75);
    await near(average, [1.25, 2, 2.75, 3.5, 4.25]);
  });
});
