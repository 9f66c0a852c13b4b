import { gradients, SparseBatch, slopePenalty, startEngine, tf } from '@ehrsynth/engine';
import { rowsInMemory } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { beforeAll, describe, expect, it } from 'vitest';
import { draw, twoKinds } from '../../test/two-kinds.ts';
import { Critic } from './critic.ts';
import { combinationsOf } from './demographics.ts';
import { MedGan } from './medgan.ts';
import { WganOptions } from './options.ts';

beforeAll(async () => void (await startEngine('wasm')));

const values = (tensor: tf.Tensor) => [...tensor.dataSync()];

describe('Critic', () => {
  it('score, slope and penalty, worked by hand', () => {
    const critic = new Critic(2, [2], false, new Rng(1));
    const [first, last] = critic.layers;
    first.weights.assign(tf.tensor2d([[1, -1], [2, 1]])); // prettier-ignore
    last.weights.assign(tf.tensor2d([[3], [5]]));
    // [1, 1]: 3, 0 → 9; only the first is open, slope 3 · [1, 2]. [−1, 1]: 1, 2 → 13; slope 3 · [1, 2] + 5 · [−1, 1].
    const x = tf.tensor2d([[1, 1], [-1, 1]]); // prettier-ignore
    expect(values(critic.run(x))).toEqual([9, 13]);
    const slope = critic.slope(x);
    expect(values(slope)).toEqual([3, 6, -2, 11]);
    const expected = (10 * ((Math.sqrt(45) - 1) ** 2 + (Math.sqrt(125) - 1) ** 2)) / 2;
    expect(values(slopePenalty(slope, 10))[0]).toBeCloseTo(expected, 3);
    const sparse = new SparseBatch({ rows: 1, columns: 2, indptr: Int32Array.of(0, 2), indices: Int32Array.of(0, 1) }); // prettier-ignore
    expect(values(critic.run(sparse))).toEqual([9]);
  });

  it.each([false, true])('slope and the gradient of its penalty are those of small differences, normalised: %s', (normalise) => {
    const rng = new Rng(3);
    const critic = new Critic(5, [12, 7], normalise, rng);
    for (const { bias } of critic.layers) bias!.assign(tf.tensor1d(rng.normals32(bias!.size)));
    const at = rng.normals32(4 * 5);
    const slope = values(critic.slope(tf.tensor2d(at, [4, 5])));
    const step = 1e-3;
    for (const place of [0, 7, 13, 19]) {
      const moved = (by: number) => values(critic.run(tf.tensor2d(Float32Array.from(at, (value, i) => (i === place ? value + by : value)), [4, 5])))[Math.floor(place / 5)];
      expect(slope[place]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 2);
    }
    const variables = critic.layers.slice(0, -1).map(({ weights }) => weights);
    const penalty = () => slopePenalty(critic.slope(tf.tensor2d(at, [4, 5])), 1);
    const found = gradients(penalty, variables).gradients.map(values);
    variables.forEach((variable, i) => {
      const own = values(variable);
      const place = found[i].reduce((most, value, j) => (Math.abs(value) > Math.abs(found[i][most]) ? j : most), 0);
      const moved = (by: number) => {
        variable.assign(tf.tensor2d(own.map((value, j) => (j === place ? value + by : value)), variable.shape));
        return values(penalty())[0];
      };
      const numeric = (moved(step) - moved(-step)) / (2 * step);
      variable.assign(tf.tensor2d(own, variable.shape));
      expect(Math.abs(found[i][place] - numeric)).toBeLessThan(0.02 * Math.abs(numeric) + 0.002);
    });
  }); // prettier-ignore
});

describe('EMR-WGAN', () => {
  it('has the demographics that patients have together, and codes that go with them', async () => {
    const matrix = twoKinds(600);
    const source = rowsInMemory(matrix);
    const all = Int32Array.from({ length: matrix.rows }, (_, row) => row);
    const combinations = await combinationsOf(source, all);
    const carriers = matrix.carriers();
    expect(combinations).toEqual([[[0], carriers[0]], [[1], carriers[1]]]); // prettier-ignore

    const options = WganOptions.parse({ generatorLoss: 'wasserstein', layerNorm: true, conditional: true, pretrainEpochs: 0, epochs: 30, batchSize: 50, discriminatorSteps: 2, learningRate: 0.002, embedding: 16, discriminatorLayers: [32, 16], averaging: 0.99 }); // prettier-ignore
    const model = new MedGan(matrix.columns, options);
    await model.fit(matrix);
    const sampled = await draw(model, 4000, { seed: 1 });
    const share = (of: typeof matrix, column: number, sex: number) => {
      const rows = Array.from({ length: of.rows }, (_, row) => new Set(of.entries(row).map(([at]) => at))).filter((own) => own.has(sex));
      return rows.filter((own) => own.has(column)).length / rows.length;
    }; // prettier-ignore
    expect(sampled.carriers()[0] / 4000).toBeCloseTo(carriers[0] / matrix.rows, 1);
    for (const column of [2, 6])
      for (const sex of [0, 1])
        expect(Math.abs(share(sampled, column, sex) - share(matrix, column, sex))).toBeLessThan(0.12);
    model.dispose();
  });
});
