import { Rng } from '@ehrsynth/random';
import { describe, expect, it } from 'vitest';
import { enginesHere } from './testing/index.ts';
import {
  choiceGradients,
  choiceLoss,
  choiceLosses,
  choiceLossesOf,
  startEngine,
  tf,
  variable,
  weighted,
} from './index.ts';
import { gradients } from './ops/operation.ts';

const engines = await enginesHere();

describe.each(engines)('a softmax over intervals, on %s', (engine) => {
  const columns = 13;
  // Of one column, of all, of the last ones, of more and of fewer than four, from odd places.
  const choices = {
    from: Int32Array.of(5, 0, 10, 1, 3),
    to: Int32Array.of(6, 13, 13, 12, 5),
    chosen: Int32Array.of(5, 12, 11, 1, 4),
  };
  const rows = choices.from.length;

  it.each([1, 30, 200])('has the loss and the gradient of each row, with logits of about ±%d', async (size) => {
    await startEngine(engine);
    const numbers = new Rng(4).normals32(rows * columns).map((one) => one * size);
    const logits = variable(tf.tensor2d(numbers, [rows, columns]));
    const expected = choiceLosses(numbers, columns, choices).reduce((sum, one) => sum + one, 0) / 3;
    const slopes = choiceGradients(numbers, columns, choices);
    const found = tf.tidy(() => gradients(() => choiceLoss(logits as tf.Tensor2D, choices, 3), [logits]));
    expect((await found.value.data())[0] / expected).toBeCloseTo(1, 5);
    const slope = await found.gradients[0].data();
    slopes.forEach((one, i) => expect(Math.abs(slope[i] - one / 3)).toBeLessThan(1e-6));
    // What was given stays as it was.
    expect([...(await logits.data())]).toEqual([...numbers]);
    tf.dispose([found.value, ...found.gradients]);
    logits.dispose();
  });

  it.each([1, 200])(
    'has a loss for each row where that is all that is wanted, with logits of about ±%d',
    async (size) => {
      await startEngine(engine);
      const numbers = new Rng(5).normals32(rows * columns).map((one) => one * size);
      const found = await choiceLossesOf(() => tf.tensor2d(numbers, [rows, columns]), choices);
      const expected = choiceLosses(numbers, columns, choices);
      found.forEach((one, row) => expect(Math.abs(one - expected[row])).toBeLessThan(1e-6 * (size + one)));
      expect(found).toHaveLength(rows);
    },
  );

  it('is weighted row by row, below 0 too, by the gradient alone', async () => {
    await startEngine(engine);
    const numbers = new Rng(6).normals32(rows * columns);
    const logits = variable(tf.tensor2d(numbers, [rows, columns]));
    const weights = Float32Array.of(1, -2, 0, 0.5, 3);
    const slopes = choiceGradients(numbers, columns, choices);
    const loss = () => choiceLoss(weighted(logits as tf.Tensor2D, weights), choices, 2);
    const found = tf.tidy(() => gradients(loss, [logits]));
    const plain = choiceLosses(numbers, columns, choices).reduce((sum, one) => sum + one, 0) / 2;
    expect((await found.value.data())[0]).toBeCloseTo(plain, 5);
    const slope = await found.gradients[0].data();
    slopes.forEach((one, i) => {
      expect(Math.abs(slope[i] - (weights[Math.floor(i / columns)] * one) / 2)).toBeLessThan(1e-6);
    });
    tf.dispose([found.value, ...found.gradients, logits]);
  });

  it('of a single column costs nothing', async () => {
    await startEngine(engine);
    const one = { from: Int32Array.of(2), to: Int32Array.of(3), chosen: Int32Array.of(2) };
    const loss = (await tf.tidy(() => choiceLoss(tf.tensor2d([7, 8, 9, 1], [1, 4]), one, 1)).data())[0];
    expect(loss).toBe(0);
  });
});
