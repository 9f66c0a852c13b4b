import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gradients, startEngine, tf } from '@ehrsynth/engine';
import { type CodeMatrix, rowsInMemory } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { mean, standardDeviation } from 'simple-statistics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { draw, twoKinds } from '../../test/two-kinds.ts';
import { CLIP_UNITS, type GradientSums } from '../private/clipped-sums.ts';
import { Autoregressive } from './autoregressive.ts';
import { Clusters } from './clusters.ts';
import { Network } from './network.ts';
import { AutoregressiveOptions } from './options.ts';
import { trainWithGradientCanaries } from './private-audit.ts';
import { clippedGradients } from './private-gradients.ts';
import { fitPrivately } from './private-train.ts';
import { SentenceBatch } from './sentence-batch.ts';
import { Tokens } from './tokens.ts';

const folder = mkdtempSync(join(tmpdir(), 'private-'));
beforeAll(async () => void (await startEngine('wasm')));
afterAll(() => rmSync(folder, { recursive: true }));

const matrix = twoKinds(300);
const tokens = new Tokens(matrix.columns, [2, 3, 4, 5, 6, 7]);

describe('clipped gradients', () => {
  it.each([
    ['one hidden layer', 1, 1e9],
    ['one hidden layer', 1, 0.5],
    ['three hidden layers', 3, 1.5],
  ])('are those of each patient alone, clipped and summed: %s', async (_, layers, clip) => {
    const network = new Network(tokens.count, AutoregressiveOptions.parse({ hidden: 8, layers }), new Rng(4));
    const names = Object.keys(network.named);
    const rows = matrix.pick([...Array(250).keys()]);
    const found = await clippedGradients(network, tokens, rows, clip);
    const wanted = names.map((name) => new Float64Array(network.named[name].size));
    let clipped = 0;
    for (let row = 0; row < rows.rows; row++) {
      const sentence = new SentenceBatch(tokens, new Clusters(tokens, []), rows.pick([row]));
      tf.tidy(() => {
        const own = gradients(() => network.loss(sentence), Object.values(network.named)).gradients.map((one) =>
          one.dataSync(),
        );
        sentence.dispose();
        const norm = Math.hypot(...own.map((values) => Math.hypot(...values)));
        if (norm > clip) clipped++;
        own.forEach((values, i) => values.forEach((value, j) => (wanted[i][j] += value * Math.min(1, clip / norm))));
      });
    }
    if (clip < 1000) expect(clipped).toBeGreaterThan(20);
    names.forEach((name, i) => {
      const far = found[name].reduce(
        (most, value, j) => Math.max(most, Math.abs((value * clip) / CLIP_UNITS - wanted[i][j])),
        0,
      );
      expect(far, name).toBeLessThan(clip > 1000 ? 0.5 * rows.rows * (clip / CLIP_UNITS) : 2e-3);
    });
    network.dispose();
  });

  it('are whole numbers; a patient moves them by its own, whoever else is there, and by no more than the norm', async () => {
    const network = new Network(tokens.count, AutoregressiveOptions.parse({ hidden: 8 }), new Rng(4));
    const [all, without, alone] = await Promise.all(
      [range(0, 300), range(0, 299), [299]].map(async (rows) =>
        flat(await clippedGradients(network, tokens, matrix.pick(rows), 0.3)),
      ),
    );
    expect(all.every(Number.isInteger)).toBe(true);
    // Exactly: a sum of floats would be off here, by what floats lose.
    expect(all.map((value, i) => value - without[i])).toEqual(alone);
    const squared = alone.reduce((sum, value) => sum + value * value, 0);
    expect(squared).toBeLessThanOrEqual(CLIP_UNITS ** 2);
    expect(squared).toBeGreaterThan((0.999 * CLIP_UNITS) ** 2);
    network.dispose();
  });

  it('of weights that are no numbers are none', async () => {
    const network = new Network(tokens.count, AutoregressiveOptions.parse({ hidden: 8 }), new Rng(4));
    network.last.weights.assign(tf.fill(network.last.weights.shape, NaN));
    expect(flat(await clippedGradients(network, tokens, matrix, 0.3)).every((value) => value === 0)).toBe(true);
    network.dispose();
  });
});

describe('private training', () => {
  const options = (more: object) =>
    AutoregressiveOptions.parse({ hidden: 16, epochs: 40, batchSize: 60, learningRate: 0.02, l2: 0, ...more });
  const fitted = async (rows: CodeMatrix, more: object) => {
    const model = new Autoregressive(matrix.columns, options({ noiseMultiplier: 1, ...more }));
    await model.fit(rows);
    return model;
  };
  const weights = async (model: Autoregressive) => {
    const at = mkdtempSync(join(folder, 'weights-'));
    await model.save(at);
    model.dispose();
    return new Float32Array(Uint8Array.from(readFileSync(join(at, 'weights.bin'))).buffer);
  };

  it('learns the prevalence under little noise, and nothing under much', async () => {
    const prevalence = async (noiseMultiplier: number) => {
      const model = await fitted(matrix, { noiseMultiplier, clip: 20, epochs: 25 });
      const sampled = await draw(model, 3000, { seed: 1 });
      model.dispose();
      return Array.from(sampled.carriers(), (count) => count / 3000);
    };
    const real = Array.from(matrix.carriers(), (count) => count / 300);
    const off = (found: number[]) => Math.max(...found.map((value, i) => Math.abs(value - real[i])));
    // In twenty trainings each: 0.02 with a deviation of 0.01, and 0.44 with one of 0.06.
    expect(off(await prevalence(0.01))).toBeLessThan(0.1);
    expect(off(await prevalence(1000))).toBeGreaterThan(0.1);
  });

  it('adds noise of the promised size to whole numbers, and takes patients as often as promised', async () => {
    const network = new Network(tokens.count, options({}), new Rng(4));
    let before: number[] = [];
    const noise: number[] = [];
    let [taken, tries] = [0, 0];
    await fitPrivately(
      network,
      tokens,
      rowsInMemory(matrix),
      { ...options({ noiseMultiplier: 1.7 }), epochs: 4 },
      {},
      {
        plant: (sums, isTaken) => {
          before = flat(sums);
          for (let i = 0; i < 1000; i++, tries++) if (isTaken()) taken++;
        },
        observe: (sums) => noise.push(...flat(sums).map((value, i) => value - before[i])),
      },
    );
    network.dispose();
    expect(noise.every(Number.isInteger)).toBe(true);
    const deviation = Math.sqrt(noise.reduce((sum, value) => sum + value * value, 0) / noise.length);
    expect(Math.abs(deviation / (1.7 * CLIP_UNITS) - 1)).toBeLessThan(6 / Math.sqrt(2 * noise.length));
    expect(Math.abs(taken / tries - 0.2)).toBeLessThan(6 * Math.sqrt(0.16 / tries));
  });

  it('is another one each time, whatever the seed, which decides the initial weights; leaves no tensors behind', async () => {
    const before = tf.memory().numTensors;
    const [a, b] = [
      await weights(await fitted(matrix, { epochs: 1 })),
      await weights(await fitted(matrix, { epochs: 1 })),
    ];
    expect(distance(a, b)).toBeGreaterThan(0.1);
    const still = { epochs: 0 };
    expect(await weights(await fitted(matrix, still))).toEqual(await weights(await fitted(matrix, still)));
    expect(await weights(await fitted(matrix, still))).not.toEqual(
      await weights(await fitted(matrix, { ...still, seed: 2 })),
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it('does not give a patient away to who trains again with the same seed on all the others', async () => {
    // The attacker has the seed, all patients but one and that one's record, and compares the model with one trained with it and one without.
    const [full, others] = [twoKinds(20), twoKinds(20).pick(range(0, 19))];
    const more = { epochs: 2, batchSize: 20, hidden: 4, noiseMultiplier: 2 };
    const trained = async (rows: CodeMatrix) => weights(await fitted(rows, more));
    const [released, withIt, without] = [await trained(full), await trained(full), await trained(others)];
    // With noise from the seed the model with the patient would be the one released, at a distance of 0.
    expect(distance(released, withIt)).toBeGreaterThan(0.2 * distance(released, without));
    expect(distance(released, withIt)).toBeGreaterThan(0.01);
  });

  it('goes on from a checkpoint with noise of its own; nobody else can read it, and nothing in it is noise', async () => {
    const checkpointFolder = join(folder, 'stopped');
    const stop = new AbortController();
    const begun = new Autoregressive(matrix.columns, options({ noiseMultiplier: 1, epochs: 3 }));
    const onProgress = (done: number) => done >= 1 && stop.abort();
    expect(await begun.fit(matrix, { checkpointFolder, signal: stop.signal, onProgress })).toBe(false);
    begun.dispose();
    expect(statSync(checkpointFolder).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(checkpointFolder))
      expect(statSync(join(checkpointFolder, file)).mode & 0o777, file).toBe(0o600);
    const head = JSON.parse(readFileSync(join(checkpointFolder, 'checkpoint.json'), 'utf8')) as {
      name: string;
      position: object;
      steps: object;
    };
    expect(head).toMatchObject({ position: { done: 1, step: 0 }, steps: { adam: 5 } });
    const held = JSON.parse(readFileSync(join(checkpointFolder, `${head.name}.json`), 'utf8')) as { name: string }[];
    expect(
      held.filter(({ name }) => !/^(first|middle\.\d|last)\.(weights|bias)$|^adam\.\d+\.(first|second)$/.test(name)),
    ).toEqual([]);
    const continued = async (own: string) => {
      // A training that ends leaves a checkpoint of its own there.
      cpSync(checkpointFolder, join(folder, own), { recursive: true });
      const model = new Autoregressive(matrix.columns, options({ noiseMultiplier: 1, epochs: 3 }));
      expect(await model.fit(matrix, { checkpointFolder: join(folder, own), resume: true })).toBe(true);
      // The steps that were left, each once.
      expect(JSON.parse(readFileSync(join(folder, own, 'checkpoint.json'), 'utf8'))).toMatchObject({
        position: { done: 3, step: 0 },
        steps: { adam: 15 },
      });
      return weights(model);
    };
    expect(distance(await continued('once'), await continued('again'))).toBeGreaterThan(0.1);
  });
});

describe('canaries in the space of gradients', () => {
  it('score by what was planted, with the noise of the steps', async () => {
    const options = AutoregressiveOptions.parse({ hidden: 16, epochs: 4, batchSize: 60, noiseMultiplier: 1 });
    const { planted, scores } = await trainWithGradientCanaries(matrix.pick(range(0, 60)), options, 400);
    const of = (which: boolean) => [...scores].filter((_, i) => planted[i] === which);
    expect(Math.abs(of(true).length - 200)).toBeLessThan(60);
    // Sixty of sixty patients per step: four steps, each of which has every canary; log likelihood ratios of N(1, 1) and N(0, 1). Beside the noise
    // each weight's sums have the patients' own gradients, which are not the same for all weights: the deviation is the scores' own.
    const error = Math.hypot(
      ...[of(true), of(false)].map((group) => standardDeviation(group) / Math.sqrt(group.length)),
    );
    expect(error).toBeLessThan(0.5);
    expect(Math.abs(mean(of(true)) - mean(of(false)) - 4)).toBeLessThan(6 * error);
    await expect(trainWithGradientCanaries(matrix, options, 1e6)).rejects.toThrow('more than the');
  });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function flat(sums: GradientSums): number[] {
  return Object.values(sums).flatMap((values) => Array.from(values, (value) => value + 0));
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.hypot(...a.map((value, i) => value - b[i]));
}
