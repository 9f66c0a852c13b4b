import { beforeAll, describe, expect, it } from 'vitest';
import {
  type EngineName,
  exponential,
  gradients,
  logSum,
  over,
  scaled,
  startEngine,
  tf,
  times,
  variable,
  withinUnit,
} from './index.ts';
import { enginesHere } from './testing/index.ts';

const X = [0.3, -0.7, 1.6, 0.9];
const B = [2, -1.5, 0.8, 1.2];

/** What is made of x, for each of its numbers x and of the numbers b beside them; and its slope along x. */
const CASES: [
  name: string,
  of: (x: tf.Tensor2D, b: tf.Tensor2D) => tf.Tensor2D,
  plain: (x: number, b: number) => number,
][] = [
  ['x · b', times, (x, b) => x * b],
  ['b / x', (x, b) => over(b, x), (x, b) => b / x],
  ['x / b', over, (x, b) => x / b],
  ['3x − 1', (x) => scaled(x, 3, -1), (x) => 3 * x - 1],
  ['eˣ', exponential, Math.exp],
  ['x within 0 and 1', withinUnit, (x) => Math.min(1, Math.max(0, x))],
];

describe.each((await enginesHere()) as EngineName[])('on %s', (engine) => {
  beforeAll(async () => void (await startEngine(engine)));

  it.each(CASES)('%s, and the gradient of 2 · the log of its exponential', async (_, make, plain) => {
    const x = variable(tf.tensor2d(X, [2, 2]));
    const b = tf.tensor2d(B, [2, 2]);
    const found = tf.tidy(() => gradients(() => logSum(exponential(make(x, b)), [2, -1], 4), [x]));
    const f = (i: number, own: number) => ([2, -1][i % 2] * plain(own, B[i])) / 4;
    const [value] = await found.value.data();
    expect(value).toBeCloseTo(
      X.reduce((sum, own, i) => sum + f(i, own), 0),
      5,
    );
    const slopes = await found.gradients[0].data();
    X.forEach((own, i) => expect(slopes[i]).toBeCloseTo((f(i, own + 1e-5) - f(i, own - 1e-5)) / 2e-5, 4));
    tf.dispose([x, b, found.value, ...found.gradients]);
  });
});
