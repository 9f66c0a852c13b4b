import { choiceLoss, gradients, SparseBatch, startEngine, tf } from '@ehrsynth/engine';
import { Rng } from '@ehrsynth/random';
import { beforeAll, describe, expect, it } from 'vitest';
import { draw, twoKinds } from '../../test/two-kinds.ts';
import { Autoregressive } from './autoregressive.ts';
import { Network } from './network.ts';
import { AutoregressiveOptions } from './options.ts';
import { clippedGradients } from './private-gradients.ts';
import { Tokens } from './tokens.ts';

beforeAll(async () => void (await startEngine('wasm')));

const matrix = twoKinds(300);
const tokens = new Tokens(matrix.columns, [2, 3, 4, 5, 6, 7]);

describe('clipped gradients', () => {
  it.each([
    ['one hidden layer', 1, 1e9],
    ['one hidden layer', 1, 0.5],
    ['three hidden layers', 3, 1.5],
  ])('are those of each patient alone, clipped and summed: %s', (_, layers, clip) => {
    const network = new Network(tokens.count, AutoregressiveOptions.parse({ hidden: 8, layers }), new Rng(4));
    const names = Object.keys(network.named);
    const rows = matrix.pick([...Array(250).keys()]);
    const found = clippedGradients(network, tokens, rows, clip);
    const wanted = names.map((name) => new Float64Array(network.named[name].size));
    let clipped = 0;
    for (let row = 0; row < rows.rows; row++) {
      const { prefixes, choices } = tokens.beginnings(rows.pick([row]));
      tf.tidy(() => {
        const x = new SparseBatch(prefixes);
        const own = gradients(() => choiceLoss(network.logits(x), choices, 1), Object.values(network.named)).gradients.map((one) => one.dataSync());
        x.dispose();
        const norm = Math.hypot(...own.map((values) => Math.hypot(...values)));
        if (norm > clip) clipped++;
        own.forEach((values, i) => values.forEach((value, j) => (wanted[i][j] += value * Math.min(1, clip / norm))));
      });
    }
    if (clip < 1000) expect(clipped).toBeGreaterThan(20);
    names.forEach((name, i) => {
      const far = found[name].reduce((most, value, j) => Math.max(most, Math.abs(value - wanted[i][j])), 0);
      expect(far, name).toBeLessThan(2e-3);
    });
    network.dispose();
  });

  it('no patient moves the sum by more than the norm', () => {
    const network = new Network(tokens.count, AutoregressiveOptions.parse({ hidden: 8 }), new Rng(4));
    const all = clippedGradients(network, tokens, matrix, 0.3);
    const without = clippedGradients(network, tokens, matrix.pick([...Array(299).keys()]), 0.3);
    const moved = Math.hypot(...Object.keys(all).map((name) => Math.hypot(...all[name].map((value, i) => value - without[name][i]))));
    expect(moved).toBeLessThan(0.3 + 1e-3);
    expect(moved).toBeGreaterThan(0.05);
    network.dispose();
  });
}); // prettier-ignore

describe('private training', () => {
  const options = (more: object) =>
    AutoregressiveOptions.parse({
      hidden: 16,
      epochs: 40,
      batchSize: 60,
      learningRate: 0.02,
      l2: 0,
      ...more,
    });

  it('learns the prevalence under little noise, and nothing under much', async () => {
    const prevalence = async (noiseMultiplier: number) => {
      const model = new Autoregressive(matrix.columns, options({ noiseMultiplier, clip: 20 }));
      await model.fit(matrix);
      const sampled = await draw(model, 3000, { seed: 1 });
      model.dispose();
      return Array.from(sampled.carriers(), (count) => count / 3000);
    };
    const real = Array.from(matrix.carriers(), (count) => count / 300);
    const off = (found: number[]) => Math.max(...found.map((value, i) => Math.abs(value - real[i])));
    expect(off(await prevalence(0.01))).toBeLessThan(0.15);
    expect(off(await prevalence(1000))).toBeGreaterThan(0.25);
  });

  it('the same seed gives the same model; leaves no tensors behind', async () => {
    const before = tf.memory().numTensors;
    const fitted = async () => {
      const model = new Autoregressive(matrix.columns, options({ noiseMultiplier: 1, epochs: 2 }));
      await model.fit(matrix);
      const losses = await model.reconstructionError(matrix.pick([0, 1, 2]));
      model.dispose();
      return [...losses];
    };
    expect(await fitted()).toEqual(await fitted());
    expect(tf.memory().numTensors).toBe(before);
  });
});
