import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from './engine.ts';
import { gaussianTilt, gaussianTiltOf } from './ops/gaussian.ts';
import { choiceLoss, masked } from './ops/intervals.ts';
import { latentDraw, latentLoss } from './ops/latent.ts';
import { boundaryLoss } from './ops/losses.ts';
import { gradients, operation } from './ops/operation.ts';
import { variable } from './variable.ts';

beforeAll(async () => void (await startEngine('cpu')));

const sum = operation<object>({
  forward: ({ x }) => [tf.sum(x)],
  backward: (dy, { x }) => ({ x: () => tf.mul(dy, tf.onesLike(x)) }),
});

/** The gradient by small differences. */
function slopes(loss: () => tf.Scalar, of: tf.Variable): number[] {
  const values = Array.from(of.dataSync());
  return values.map((_, i) => {
    const at = (value: number) => {
      of.assign(
        tf.tensor(
          values.map((one, j) => (j === i ? value : one)),
          of.shape,
        ),
      );
      return loss().dataSync()[0];
    };
    const slope = (at(values[i] + 1e-2) - at(values[i] - 1e-2)) / 2e-2;
    of.assign(tf.tensor(values, of.shape));
    return slope;
  });
}

function check(loss: (x: tf.Variable<tf.Rank.R2>) => tf.Scalar, shape: [number, number]): void {
  const values = Array.from({ length: shape[0] * shape[1] }, (_, i) => Math.sin(3 * i + 1));
  const x = variable(tf.tensor2d(values, shape));
  const found = tf.tidy(() => Array.from(gradients(() => loss(x), [x]).gradients[0].dataSync()));
  slopes(() => loss(x), x).forEach((slope, i) => expect(found[i]).toBeCloseTo(slope, 2));
}

describe('operations of models by likelihood', () => {
  it('KL, worked by hand', () => {
    // μ = 1, log σ² = 0 and μ = 0, log σ² = log 4: ½ (1 + 1 − 0 − 1) + ½ (0 + 4 − log 4 − 1) = ½ + 0.806853.
    const loss = latentLoss(tf.tensor2d([[1, 0, 0, Math.log(4)]]), 1);
    expect(loss.dataSync()[0]).toBeCloseTo(1.306853, 5);
  });

  it('choice, worked by hand', () => {
    // Among columns 1 and 2 of logits 0, log 3: −log ¾ where the second is chosen.
    const choices = { from: Int32Array.of(1), to: Int32Array.of(3), chosen: Int32Array.of(2) };
    expect(choiceLoss(tf.tensor2d([[9, 0, Math.log(3), 9]]), choices, 1).dataSync()[0]).toBeCloseTo(-Math.log(0.75), 6);
  });

  it('gradients are those of small differences', () => {
    check((x) => boundaryLoss(x), [3, 1]);
    const noise = tf.tensor2d([
      [0.3, -1.2],
      [0.8, 0.1],
    ]);
    check((x) => latentLoss(x, 0.7), [2, 4]);
    check((x) => sum({ x: latentDraw(x, noise) }, {}) as tf.Scalar, [2, 4]);
    const choices = { from: Int32Array.of(0, 2), to: Int32Array.of(3, 4), chosen: Int32Array.of(1, 3) };
    check((x) => choiceLoss(x, choices, 2), [2, 4]);
  });
});

it('a normal distribution tilts the standard one, by the same numbers without an engine', () => {
  const tilt = gaussianTilt(tf.tensor2d([0.5, 0, -1, 1.2, 2, 40], [3, 2])).arraySync();
  // At a size of 0 the precision is 1; it has a limit.
  expect(tilt[0]).toEqual([0.5, 0]);
  expect(tilt[2][1]).toBeCloseTo(Math.exp(5) - 1, 2);
  const [first, second] = gaussianTiltOf(-1, 1.2);
  expect(tilt[1][0]).toBeCloseTo(first, 4);
  expect(tilt[1][1]).toBeCloseTo(second, 4);
  const logDensity = (z: number, mean: number, precision: number) =>
    Math.log(precision) / 2 - (precision * (z - mean) ** 2) / 2;
  const ratio = (z: number) => logDensity(z, -1, second + 1) - logDensity(z, 0, 1);
  expect(first * 0.7 - (second * 0.7 ** 2) / 2).toBeCloseTo(ratio(0.7) - ratio(0), 5);
  check((x) => sum({ x: masked(gaussianTilt(x), tf.tensor2d([1, -0.5, 0.3, 0.2], [2, 2])) }, {}) as tf.Scalar, [2, 2]);
});
