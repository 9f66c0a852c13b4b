import { Rng } from '@ehrsynth/random';
import { beforeAll, describe, expect, it } from 'vitest';
import { enginesHere } from './testing/index.ts';
import { arithmetic } from './arithmetic/index.ts';
import {
  choiceLoss,
  dense,
  denseLayer,
  type EngineName,
  gradients,
  runningDense,
  SparseBatch,
  startEngine,
  tf,
} from './index.ts';

const engines = await enginesHere();

describe.each(engines)('sums within segments of rows, on %s', (name: EngineName) => {
  beforeAll(async () => void (await startEngine(name)));

  it('begin anew with each segment, forward and backward, and with the bias', async () => {
    const x = tf.tensor2d([
      [1, 10],
      [2, 20],
      [3, 30],
      [4, 40],
      [5, 50],
    ]);
    const ends = Int32Array.of(2, 2, 5);
    const bias = tf.tensor1d([0.5, -1]);
    const forward = arithmetic().runningSums(x, ends, { bias });
    expect([...(await forward.data())]).toEqual([1.5, 9, 3.5, 29, 3.5, 29, 7.5, 69, 12.5, 119]);
    const backward = arithmetic().runningSums(x, ends, { reverse: true });
    expect([...(await backward.data())]).toEqual([3, 30, 2, 20, 12, 120, 9, 90, 5, 50]);
    expect([...(await x.data())]).toEqual([1, 10, 2, 20, 3, 30, 4, 40, 5, 50]);
  });

  it('give the loss and the gradients of every beginning summed for itself', async () => {
    const rng = new Rng(3);
    // Sets of 1 to 60 of 90 tokens, each a patient's; a set of none; 7 numbers, which is no multiple of four.
    const [tokens, width] = [90, 7];
    const patients = [60, 1, 0, 25, 40].map((size) => {
      const all = rng.shuffle(Array.from({ length: tokens }, (_, token) => token));
      return all.slice(0, size).sort((a, b) => a - b);
    });
    const added = sparse(
      tokens,
      patients.flatMap((own) => [[], ...own.map((token) => [token])]),
    );
    const whole = sparse(
      tokens,
      patients.flatMap((own) => [[], ...own.map((_, i) => own.slice(0, i + 1))]),
    );
    const ends = Int32Array.from(patients, (_, i) =>
      patients.slice(0, i + 1).reduce((n, { length }) => n + length + 1, 0),
    );
    const rows = ends.at(-1)!;
    const choices = {
      from: new Int32Array(rows),
      to: new Int32Array(rows).fill(width),
      chosen: Int32Array.from({ length: rows }, () => rng.int(width)),
    };
    const layer = denseLayer(tokens, width, rng.fork('layer'));
    layer.bias!.assign(tf.tensor1d(Array.from({ length: width }, () => rng.normal() / 4)));
    const variables = [layer.weights, layer.bias!];
    const partsOf = async (logits: () => tf.Tensor2D) => {
      const all = tf.tidy(() => {
        const { value, gradients: own } = gradients(() => choiceLoss(logits(), choices, 5), variables);
        return [value, ...own];
      });
      return Promise.all(all.map(async (one) => [...(await one.data())]));
    };
    const found = [
      await partsOf(() => dense(whole, layer, 'relu')),
      await partsOf(() => runningDense(added, ends, layer, 'relu')),
    ];
    found[0].forEach((old, part) =>
      old.forEach((number, i) =>
        expect(Math.abs(found[1][part][i] - number)).toBeLessThan(1e-5 * Math.max(1, Math.abs(number))),
      ),
    );
    expect(Math.max(...found[0][1])).toBeGreaterThan(0.1);
    tf.dispose(variables);
    for (const batch of [added, whole]) batch.dispose();
  });
});

function sparse(columns: number, rows: number[][]): SparseBatch {
  const indptr = new Int32Array(rows.length + 1);
  rows.forEach(({ length }, row) => (indptr[row + 1] = indptr[row] + length));
  return new SparseBatch({ rows: rows.length, columns, indptr, indices: Int32Array.from(rows.flat()) });
}
