import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gradients, crossEntropy, SparseBatch, startEngine, tf } from '@ehrsynth/engine';
import { MatrixBuilder, openRows, saveMatrix } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SampledRow, TrainingEvent } from '../synthesizer.ts';
import { draw, quick, twoKinds, weightsOf } from '../../test/two-kinds.ts';
import { shardRows } from '../sample-blocks.ts';
import { MedGan } from './medgan.ts';
import { Autoencoder, Discriminator, Generator } from './networks.ts';
import { batchSizeFor } from './options.ts';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'medgan-'));
  await startEngine('wasm');
});
afterAll(() => rmSync(folder, { recursive: true }));

const set = (variable: tf.Variable, values: number[]) => variable.assign(tf.tensor(values, variable.shape));
const values = (tensor: tf.Tensor) => [...tensor.dataSync()];
const close = (actual: number[], expected: number[]) =>
  actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 4));

describe('the networks, against numbers worked by hand', () => {
  it('autoencoder: tanh in, sigmoid out for sets of codes; ReLU both ways for counts', () => {
    for (const mode of ['binary', 'count'] as const) {
      const network = new Autoencoder(mode, 2, 1, new Rng(1));
      set(network.encoder.weights, [1, -0.5]);
      set(network.encoder.bias!, [0.5]);
      set(network.decoder.weights, [2, -1]);
      set(network.decoder.bias!, [0, 1]);
      const h = network.encode(tf.tensor2d([[1, 1]])); // 1 − 0.5 + 0.5 = 1
      const [tanh1] = [Math.tanh(1)];
      close(values(h), [mode === 'binary' ? tanh1 : 1]);
      const sigmoid = (l: number) => 1 / (1 + Math.exp(-l));
      const expected = mode === 'binary' ? [sigmoid(2 * tanh1), sigmoid(1 - tanh1)] : [2, 0];
      close(values(network.decode(h)), expected);
    }
  });

  it('generator: each layer is activation(batch norm(x·W)) + x, the last one tanh', () => {
    const network = new Generator('binary', 1, 2, 0.99, new Rng(1));
    network.layers.forEach(({ weights }) => set(weights, [2]));
    // Training: the batch 1, 3 → ·2 = 2, 6 → normalised −1, 1 → ReLU 0, 1 → + x: 1, 4;
    // → ·2 = 2, 8 → normalised −1, 1 → tanh → + x: 1 − 0.76159, 4 + 0.76159. (ε = 0.001 moves the fourth digit.)
    const out = values(network.run(tf.tensor2d([[1], [3]]), true));
    expect(out[0]).toBeCloseTo(1 - Math.tanh(3 / Math.sqrt(9.001)), 3);
    expect(out[1]).toBeCloseTo(4 + Math.tanh(3 / Math.sqrt(9.001)), 3);
    // Sampling uses the running averages: first layer's mean 0.01 · 4 and variance 0.99 + 0.01 · 4.
    const [{ norm }] = network.layers;
    close(values(norm.mean), [0.04]);
    close(values(norm.variance), [0.99 + 0.04]);
  });

  it('discriminator: x·W₁ + mean·W₂ is [x, mean]·W', () => {
    const network = new Discriminator(3, [4], new Rng(3));
    const x = tf.tensor2d([1, 0, 1, 0, 1, 1], [2, 3]);
    const whole = tf.concat([network.first.weights, network.first.ofMean], 0) as tf.Tensor2D;
    const mean = tf.tile(tf.mean(x, 0, true), [2, 1]);
    const h = tf.relu(tf.add(tf.matMul(tf.concat([x, mean], 1), whole), network.first.bias));
    const expected = tf.add(tf.matMul(h as tf.Tensor2D, network.rest[0].weights), network.rest[0].bias!);
    close(values(network.run(x)), values(expected));
  });

  it('the whole generator side has the gradient that finite differences give', () => {
    const decoder = new Autoencoder('binary', 3, 2, new Rng(4));
    const generator = new Generator('binary', 2, 2, 0.99, new Rng(5));
    const noise = tf.tensor2d(new Rng(6).normals32(10), [5, 2]);
    const target = new SparseBatch({
      rows: 5,
      columns: 3,
      indptr: Int32Array.of(0, 2, 3, 5, 6, 8),
      indices: Int32Array.of(0, 2, 2, 0, 1, 1, 0, 2),
    });
    const { weights } = generator.layers[0];
    const loss = () => crossEntropy(decoder.logits(generator.run(noise, true)), target);
    const analytic = tf.tidy(() => values(gradients(loss, [weights]).gradients[0]));
    const start = values(weights);
    start.forEach((_, i) => {
      const at = (by: number) => {
        set(
          weights,
          start.map((value, j) => (i === j ? value + by : value)),
        );
        return loss().dataSync()[0];
      };
      expect(analytic[i]).toBeCloseTo((at(0.005) - at(-0.005)) / 0.01, 2);
      set(weights, start);
    });
  });
});

describe('MedGan', () => {
  const matrix = twoKinds(1000);

  it.each(['real', 'boundary'])(
    'learns which codes go together, the generator trained for %s',
    async (generatorLoss) => {
      const model = new MedGan(matrix.columns, quick({ generatorLoss }));
      await model.fit(matrix);
      const sampled = await draw(model, 1000, { seed: 1 });
      let [mixed, withCodes] = [0, 0];
      for (let row = 0; row < sampled.rows; row++) {
        const columns = sampled.entries(row).map(([column]) => column);
        expect(columns.filter((column) => column < 2)).toHaveLength(1);
        const [first, second] = [columns.some((c) => c >= 2 && c < 5), columns.some((c) => c >= 5)];
        if (first || second) withCodes++;
        if (first && second) mixed++;
      }
      // Independent draws with these prevalences would mix in more than half of the rows.
      expect(withCodes).toBeGreaterThan(900);
      expect(mixed / withCodes).toBeLessThan(0.2);
    },
  );

  it('after a training too short, still has the prevalence of the real rows unless that is off', async () => {
    const prevalence = async (calibrate: boolean) => {
      const model = new MedGan(matrix.columns, quick({ epochs: 5, calibrate }));
      await model.fit(matrix);
      const sampled = await draw(model, 4000, { seed: 2 });
      return Array.from(sampled.carriers(), (carriers) => carriers / sampled.rows);
    };
    const real = Array.from(matrix.carriers(), (carriers) => carriers / matrix.rows);
    const furthest = (given: number[]) => Math.max(...given.map((p, i) => Math.abs(p - real[i])));
    // Four standard errors of 4,000 rows.
    expect(furthest(await prevalence(true))).toBeLessThan(4 * Math.sqrt(0.25 / 4000));
    expect(furthest(await prevalence(false))).toBeGreaterThan(0.1);
  });

  it('gives counts in count mode', async () => {
    const model = new MedGan(matrix.columns, quick({ mode: 'count', epochs: 20 }));
    await model.fit(matrix);
    const sampled = await draw(model, 300, { seed: 1 });
    expect(sampled.values.every((value) => value >= 1)).toBe(true);
    expect([...sampled.values].some((value) => value >= 2)).toBe(true);
  });

  it('gives the same rows again for the same seeds, also after saving and loading', async () => {
    const sampleOf = async (seed: number) => {
      const model = new MedGan(matrix.columns, quick({ epochs: 3, seed }));
      await model.fit(matrix);
      await model.save(folder);
      return { rows: [...(await draw(model, 50, { seed: 9 })).indices], loaded: await MedGan.load(folder) };
    };
    const first = await sampleOf(1);
    expect([...(await draw(first.loaded, 50, { seed: 9 })).indices]).toEqual(first.rows);
    expect((await sampleOf(1)).rows).toEqual(first.rows);
    expect((await sampleOf(2)).rows).not.toEqual(first.rows);
  });

  it('in shards, gives together exactly the rows of one run; a longer run begins with a shorter one', async () => {
    const model = new MedGan(matrix.columns, quick({ pretrainEpochs: 1, epochs: 1 }));
    await model.fit(matrix);
    const rowsOf = async (rows: number, range?: readonly [number, number]) => {
      const found: SampledRow[] = [];
      for await (const row of model.sample(rows, { seed: 4, range })) found.push(row);
      return found;
    };
    const whole = await rowsOf(4500);
    expect(whole.map(({ row }) => row)).toEqual(Array.from({ length: 4500 }, (_, i) => i));
    for (const parts of [2, 3, 7]) {
      const shards = [];
      for (let part = 1; part <= parts; part++) shards.push(...(await rowsOf(4500, shardRows(4500, [part, parts]))));
      expect(shards).toEqual(whole);
    }
    expect(await rowsOf(1200)).toEqual(whole.slice(0, 1200));
  });

  it('keeps the weights with the best score on patients set aside, where that is on', async () => {
    const options = quick({ pretrainEpochs: 10, epochs: 16, keepBest: true, calibrate: false });
    const model = new MedGan(matrix.columns, options);
    const events: TrainingEvent[] = [];
    await model.fit(matrix, { onEvent: (event) => events.push(event) });
    const probes = events.filter(({ probe }) => probe);
    const smallest = Math.min(...probes.map(({ probe }) => probe!.score));
    const best = probes.filter(({ best }) => best);
    expect(best.at(-1)!.probe!.score).toBe(smallest);
    // A training that ends there has the same weights.
    const shorter = new MedGan(matrix.columns, { ...options, epochs: best.at(-1)!.epoch });
    await shorter.fit(matrix);
    expect(await weightsOf(model, folder)).toBe(await weightsOf(shorter, folder));
  });

  it('learns the same from rows on disk as from rows in memory', async () => {
    const data = mkdtempSync(join(folder, 'rows-'));
    await saveMatrix(data, matrix);
    const rows = await openRows(data, { inMemoryBytes: 0 });
    const options = quick({ pretrainEpochs: 2, epochs: 3 });
    const [onDisk, inMemory] = [new MedGan(matrix.columns, options), new MedGan(matrix.columns, options)];
    await onDisk.fit(rows);
    await rows.close();
    await inMemory.fit(matrix);
    expect(await weightsOf(onDisk, folder)).toBe(await weightsOf(inMemory, folder));
  });

  it('leaves no tensors behind', async () => {
    const model = new MedGan(matrix.columns, quick({ pretrainEpochs: 1, epochs: 1 }));
    await model.fit(matrix);
    const before = tf.memory().numTensors;
    const counts: number[] = [];
    const onEvent = ({ done }: TrainingEvent) => done > 1 && counts.push(tf.memory().numTensors);
    const longer = new MedGan(matrix.columns, quick({ pretrainEpochs: 4, epochs: 20 }));
    await longer.fit(matrix, { onEvent });
    longer.dispose();
    await draw(model, 10, { seed: 1 });
    expect(tf.memory().numTensors).toBe(before);
    // Nor from epoch to epoch: of the autoencoder, of the GAN, and of it once the first probe has been made.
    expect(new Set(counts.slice(0, 3)).size).toBe(1);
    expect(new Set(counts.slice(3, 12)).size).toBe(1);
    expect(new Set(counts.slice(12, 23)).size).toBe(1);
  });

  it('takes batches of 1,000 as in the paper, and smaller ones of a smaller cohort', () => {
    expect(batchSizeFor(quick(), 46_520)).toBe(1000);
    expect(batchSizeFor(quick(), 7000)).toBe(175);
    expect(batchSizeFor(quick(), 500)).toBe(100);
    expect(batchSizeFor(quick({ batchSize: 64 }), 7000)).toBe(64);
  });
});

describe('calibration', () => {
  it('gives away neither that few have a code nor that few have not', async () => {
    const columns = twoKinds(1).columns.filter(({ kind }) => kind === 'condition');
    const builder = new MatrixBuilder(columns);
    // Of 200: 3, 60, 197 and all.
    const holders = [3, 60, 197, 200];
    for (let row = 0; row < 200; row++) {
      const own = columns.filter((_, i) => row < (holders[i] ?? 0));
      builder.add(
        String(row),
        own.map((column) => [column, 1]),
      );
    }
    const matrix = builder.build();
    const shares = async (minPatients: number) => {
      const model = new MedGan(columns, quick({ pretrainEpochs: 1, epochs: 1, batchSize: 50 }));
      await model.fit(matrix, { minPatients });
      const drawn = await draw(model, 6000, { seed: 1 });
      model.dispose();
      return [...drawn.carriers()].slice(0, 4).map((count) => count / 6000);
    };
    const off = (found: number[], expected: number[]) =>
      Math.max(...found.map((share, i) => Math.abs(share - expected[i])));
    // Three standard errors of 6,000 rows.
    expect(off(await shares(10), [0.05, 0.3, 0.95, 1])).toBeLessThan(0.02);
    expect(off(await shares(1), [0.015, 0.3, 0.985, 1])).toBeLessThan(0.02);
  });
});
