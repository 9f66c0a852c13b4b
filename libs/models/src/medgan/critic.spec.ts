import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gradients, SparseBatch, gradientPenalty, startEngine, tf } from '@ehrsynth/engine';
import { type Column, MatrixBuilder, rowsInMemory } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { beforeAll, describe, expect, it } from 'vitest';
import { draw, twoKinds } from '../../test/two-kinds.ts';
import type { Link } from '../baselines/tree.ts';
import { saveModel } from '../model-file.ts';
import { Critic } from './critic.ts';
import { demographicTree } from './demographics.ts';
import { MedGan } from './medgan.ts';
import { WganOptions } from './options.ts';

beforeAll(async () => void (await startEngine('wasm')));

const values = (tensor: tf.Tensor) => [...tensor.dataSync()];

describe('Critic', () => {
  it('score, slope and penalty, worked by hand', () => {
    const critic = new Critic(2, [2], false, new Rng(1));
    const [first, last] = critic.layers;
    first.weights.assign(
      tf.tensor2d([
        [1, -1],
        [2, 1],
      ]),
    );
    last.weights.assign(tf.tensor2d([[3], [5]]));
    // [1, 1]: 3, 0 → 9; only the first is open, slope 3 · [1, 2]. [−1, 1]: 1, 2 → 13; slope 3 · [1, 2] + 5 · [−1, 1].
    const x = tf.tensor2d([
      [1, 1],
      [-1, 1],
    ]);
    expect(values(critic.run(x))).toEqual([9, 13]);
    const slope = critic.slope(x);
    expect(values(slope)).toEqual([3, 6, -2, 11]);
    const expected = (10 * ((Math.sqrt(45) - 1) ** 2 + (Math.sqrt(125) - 1) ** 2)) / 2;
    expect(values(gradientPenalty(slope, 10))[0]).toBeCloseTo(expected, 3);
    const sparse = new SparseBatch({ rows: 1, columns: 2, indptr: Int32Array.of(0, 2), indices: Int32Array.of(0, 1) });
    expect(values(critic.run(sparse))).toEqual([9]);
  });

  it.each([false, true])(
    'slope and the gradient of its penalty are those of small differences, normalised: %s',
    (normalise) => {
      const rng = new Rng(3);
      const critic = new Critic(5, [12, 7], normalise, rng);
      for (const { bias } of critic.layers) bias!.assign(tf.tensor1d(rng.normals32(bias!.size)));
      const at = rng.normals32(4 * 5);
      const slope = values(critic.slope(tf.tensor2d(at, [4, 5])));
      const step = 1e-3;
      for (const place of [0, 7, 13, 19]) {
        const moved = (by: number) =>
          values(
            critic.run(
              tf.tensor2d(
                Float32Array.from(at, (value, i) => (i === place ? value + by : value)),
                [4, 5],
              ),
            ),
          )[Math.floor(place / 5)];
        expect(slope[place]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 2);
      }
      const variables = critic.layers.slice(0, -1).map(({ weights }) => weights);
      const penalty = () => gradientPenalty(critic.slope(tf.tensor2d(at, [4, 5])), 1);
      const found = gradients(penalty, variables).gradients.map(values);
      variables.forEach((variable, i) => {
        const own = values(variable);
        const place = found[i].reduce((most, value, j) => (Math.abs(value) > Math.abs(found[i][most]) ? j : most), 0);
        const moved = (by: number) => {
          variable.assign(
            tf.tensor2d(
              own.map((value, j) => (j === place ? value + by : value)),
              variable.shape,
            ),
          );
          return values(penalty())[0];
        };
        const numeric = (moved(step) - moved(-step)) / (2 * step);
        variable.assign(tf.tensor2d(own, variable.shape));
        expect(Math.abs(found[i][place] - numeric)).toBeLessThan(0.02 * Math.abs(numeric) + 0.002);
      });
    },
  );
});

describe('EMR-WGAN', () => {
  it('has the demographics that patients have together, and codes that go with them', async () => {
    const matrix = twoKinds(600);
    const source = rowsInMemory(matrix);
    const all = Int32Array.from({ length: matrix.rows }, (_, row) => row);
    const carriers = matrix.carriers();
    const chances = [[0, carriers[0] / matrix.rows, carriers[1] / matrix.rows]];
    expect(await demographicTree(source, all, 10)).toEqual([{ node: 0, parent: -1, chances }]);

    const options = WganOptions.parse({
      generatorLoss: 'wasserstein',
      layerNorm: true,
      conditional: true,
      pretrainEpochs: 0,
      epochs: 30,
      batchSize: 50,
      discriminatorSteps: 2,
      learningRate: 0.002,
      embedding: 16,
      discriminatorLayers: [32, 16],
      averaging: 0.99,
    });
    const model = new MedGan(matrix.columns, options);
    await model.fit(matrix);
    const sampled = await draw(model, 4000, { seed: 1 });
    const share = (of: typeof matrix, column: number, sex: number) => {
      const rows = Array.from({ length: of.rows }, (_, row) => new Set(of.entries(row).map(([at]) => at))).filter(
        (own) => own.has(sex),
      );
      return rows.filter((own) => own.has(column)).length / rows.length;
    };
    expect(sampled.carriers()[0] / 4000).toBeCloseTo(carriers[0] / matrix.rows, 1);
    for (const column of [2, 6])
      for (const sex of [0, 1])
        expect(Math.abs(share(sampled, column, sex) - share(matrix, column, sex))).toBeLessThan(0.12);
    model.dispose();
  });

  it('keeps no combination of few patients, and draws none but those that the rest allow', async () => {
    const demographic = (system: string, code: string): Column => ({
      kind: 'demographic',
      system,
      code,
      level: 'code',
    });
    const columns = [
      demographic('sex', 'f'),
      demographic('sex', 'm'),
      ...['a', 'b', 'c'].map((code) => demographic('age', code)),
    ];
    const builder = new MatrixBuilder(columns);
    // Men of b are 3, women of c are none.
    const counts: [number, number, number][] = [
      [0, 2, 60],
      [0, 3, 40],
      [1, 2, 50],
      [1, 3, 3],
      [1, 4, 70],
    ];
    for (const [sex, age, rows] of counts)
      for (let row = 0; row < rows; row++)
        builder.add(`${sex}-${age}-${row}`, [
          [columns[sex], 1],
          [columns[age], 1],
        ]);
    const source = rowsInMemory(builder.build());
    const all = Int32Array.from({ length: source.rows }, (_, row) => row);
    const joint = (tree: Link[]) =>
      tree[1].chances.map((chances, sex) => chances.map((chance) => chance * tree[0].chances[0][sex] * source.rows));
    const exact = joint(await demographicTree(source, all, 1));
    expect(Math.round(exact[2][2])).toBe(3);
    const [, women, men] = joint(await demographicTree(source, all, 10));
    // Ages a and b stand together: of the 53 men of either as many are of b as of all.
    expect(men[2]).toBeCloseTo((53 * 43) / 153, 0);
    expect(men[1] + men[2]).toBeCloseTo(53, 0);
    expect(women[3]).toBeLessThan(0.5);
  });

  it('of before, with combinations of single patients in it, is not read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'emr-wgan-'));
    const { columns } = twoKinds(10);
    const options = WganOptions.parse({ generatorLoss: 'wasserstein', conditional: true, embedding: 4 });
    await saveModel(folder, 'ehrsynth-medgan-1', columns, options, { combinations: [[[0], 1]] });
    await expect(MedGan.load(folder)).rejects.toThrow(/single patients[\s\S]*Train it again/);
    rmSync(folder, { recursive: true });
  });
});
