import { Rng } from '@ehrsynth/random';
import { describe, expect, it } from 'vitest';
import {
  activate,
  add,
  averagedDense,
  BatchNorm,
  crossEntropy,
  dense,
  glorotUniform,
  gradients,
  logisticLoss,
  SparseBatch,
  squaredError,
  startEngine,
  tf,
  variable,
} from './index.ts';
import { enginesHere } from './testing/index.ts';
import { numbersOf, sparse } from './testing/small-tensors.ts';

const engines = await enginesHere();

/** A network with every operation of ours, on random rows of uneven sizes. */
function network(rng: Rng, counts: boolean) {
  const [rows, columns, hidden] = [37, 53, 19];
  const values = Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => (rng.chance(0.1) ? 1 + (counts ? rng.int(3) : 0) : 0)),
  );
  const real = sparse(values);
  const random = (...shape: number[]) => tf.tensor(rng.normals32(shape.reduce((a, b) => a * b, 1)), shape);
  const first = {
    weights: variable(glorotUniform(columns, hidden, rng)),
    ofMean: variable(glorotUniform(columns, hidden, rng)),
    bias: variable(random(hidden) as tf.Tensor1D),
  };
  const second = {
    weights: variable(glorotUniform(hidden, columns, rng)),
    bias: variable(random(columns) as tf.Tensor1D),
  };
  const inner = { weights: variable(glorotUniform(hidden, hidden, rng)) };
  const norm = new BatchNorm(hidden);
  const variables = [
    first.weights,
    first.ofMean,
    first.bias,
    second.weights,
    second.bias,
    inner.weights,
    norm.scale,
    norm.offset,
  ];
  const error = counts ? squaredError : crossEntropy;
  const loss = (x: tf.Tensor2D | SparseBatch) => () => {
    const h = averagedDense(x, first, 'relu');
    const mixed = add(activate(norm.train(dense(h, inner)), 'tanh'), h);
    const out = dense(mixed, second, counts ? 'relu' : 'linear');
    const again = dense(averagedDense(dense(mixed, second, 'sigmoid'), first, 'tanh'), inner);
    return add(error(out, real), logisticLoss(again, true));
  };
  return { real, variables, loss };
}

describe.each([
  ['sets', false],
  ['counts', true],
])('the fast paths change nothing, for %s', (_, counts) => {
  /** The same network in TensorFlow.js's own dense operations; [x, mean]·W by concatenation, as the paper's code does it. */
  function plainForm(name: string) {
    const { real, variables } = network(new Rng(9), counts);
    const [w1, w2, b1, w3, b3, w4, scale, offset] = variables;
    const x = real.dense();
    const averaged = (rows: tf.Tensor2D) => {
      const mean = tf.tile(tf.mean(rows, 0, true), [rows.shape[0], 1]);
      return tf.add(tf.matMul(tf.concat([rows, mean], 1), tf.concat([w1, w2], 0) as tf.Tensor2D), b1);
    };
    const loss = () => {
      const h = tf.relu(averaged(x)) as tf.Tensor2D;
      const inner = tf.matMul(h, w4 as tf.Tensor2D);
      const mean = tf.mean(inner, 0, true);
      const variance = tf.mean(tf.square(tf.sub(inner, mean)), 0, true);
      const normal = tf.mul(tf.sub(inner, mean), tf.rsqrt(tf.add(variance, 1e-3)));
      const mixed = tf.add(tf.tanh(tf.add(tf.mul(normal, scale), offset)), h) as tf.Tensor2D;
      const logits = tf.add(tf.matMul(mixed, w3 as tf.Tensor2D), b3) as tf.Tensor2D;
      const error = counts
        ? tf.sum(tf.square(tf.sub(tf.relu(logits), x)))
        : tf.sum(tf.sub(tf.softplus(logits), tf.mul(logits, x)));
      const again = tf.matMul(tf.tanh(averaged(tf.sigmoid(logits))) as tf.Tensor2D, w4 as tf.Tensor2D);
      return tf.add(tf.div(error, real.rows), tf.mean(tf.softplus(tf.neg(again)))) as tf.Scalar;
    };
    return { name, loss, variables };
  }

  it.each(engines)('loss on %s', async (name) => {
    await startEngine('cpu');
    const expected = (await tf.tidy(() => plainForm(name).loss()).data())[0];
    await startEngine(name);
    const { real, loss } = network(new Rng(9), counts);
    for (const x of [real, real.dense()]) {
      const [value] = await tf.tidy(loss(x)).data();
      expect(Math.abs(value - expected) / expected).toBeLessThan(1e-5);
    }
  });

  it.each(engines)('gradients on %s: sparse, dense and plain arithmetic agree', async (name) => {
    await startEngine(name);
    const { real, variables, loss } = network(new Rng(9), counts);
    const of = (x: tf.Tensor2D | SparseBatch) => numbersOf(tf.tidy(() => gradients(loss(x), variables).gradients));
    const [fromSparse, fromDense] = [await of(real), await of(real.dense())];
    await startEngine('cpu');
    const same = network(new Rng(9), counts);
    const reference = await numbersOf(tf.tidy(() => gradients(same.loss(same.real), same.variables).gradients));
    reference.forEach((expected, i) => {
      const size = Math.hypot(...expected);
      const apart = (found: number[]) => Math.hypot(...found.map((value, j) => value - expected[j]));
      expect(apart(fromSparse[i]) / size).toBeLessThan(1e-5);
      expect(apart(fromDense[i]) / size).toBeLessThan(1e-5);
    });
  });

  it('gradients, against finite differences of the plain form', async () => {
    await startEngine('cpu');
    const { loss, ...form } = plainForm('cpu');
    const variables: tf.Variable[] = form.variables;
    const own = network(new Rng(9), counts);
    const analytic = tf.tidy(() =>
      gradients(own.loss(own.real), own.variables).gradients.map((one) => one.dataSync() as Float32Array),
    );
    const at = () => tf.tidy(() => loss().dataSync()[0]);
    variables.forEach((one, i) => {
      const start = Float32Array.from(one.dataSync());
      // One number of each variable, the one with the largest gradient: float32 leaves few digits to differences.
      const place = analytic[i].reduce((best, value, j, all) => (Math.abs(value) > Math.abs(all[best]) ? j : best), 0);
      const moved = (by: number) => {
        const copy = start.slice();
        copy[place] += by;
        one.assign(tf.tensor(copy, one.shape));
        return at();
      };
      const numeric = (moved(0.005) - moved(-0.005)) / 0.01;
      one.assign(tf.tensor(start, one.shape));
      expect(Math.abs(analytic[i][place] - numeric)).toBeLessThan(0.02 * Math.abs(numeric) + 0.005);
    });
  });
});
