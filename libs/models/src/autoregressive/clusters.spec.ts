import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine, tf } from '@ehrsynth/engine';
import type { CodeMatrix } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { code, demographic, matrixOf } from '../../test/cohorts.ts';
import { draw } from '../../test/two-kinds.ts';
import { Autoregressive } from './autoregressive.ts';
import { Clusters, cutoffsFor } from './clusters.ts';
import { AutoregressiveOptions } from './options.ts';
import { Tokens } from './tokens.ts';

const folder = mkdtempSync(join(tmpdir(), 'clusters-'));
beforeAll(async () => void (await startEngine('wasm')));
afterAll(() => rmSync(folder, { recursive: true }));

const columnsOf = (codes: number) => [
  demographic('sex', 'female'),
  demographic('sex', 'male'),
  ...Array.from({ length: codes }, (_, i) => code(i)),
];

/** Codes of 1 / rank; the sixth is of women only, the last two go together. */
function rare(rows: number): CodeMatrix {
  const rng = new Rng(8);
  return matrixOf(
    columnsOf(9),
    Array.from({ length: rows }, () => {
      const sex = rng.int(2);
      const last = rng.chance(0.15) ? [9, 10] : [];
      const others = [2, 3, 4, 5, 6, 7, 8].filter((column) => rng.chance(0.8 / (column - 1)));
      return [sex, ...others.filter((column) => column !== 7 || sex === 0), ...last];
    }),
  );
}

describe('clusters of rarer codes', () => {
  // Female, male, neither, nine codes, the end: clusters of tokens 5 to 7 and 8 to 11.
  const tokens = new Tokens(columnsOf(9), [2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const clusters = new Clusters(tokens, [5, 8]);

  it('the head has demographics, common codes, the clusters and the end', () => {
    expect([tokens.count, clusters.headSize, ...clusters.sizes]).toEqual([13, 8, 3, 4]);
    expect([...clusters.inHead]).toEqual([0, 1, 2, 3, 4, 5, 5, 5, 6, 6, 6, 6, 7]);
    expect(Array.from({ length: 8 }, (_, choice) => clusters.clusterOf(choice))).toEqual([
      -1, -1, -1, -1, -1, 0, 1, -1,
    ]);
  });

  it('split what came next into a choice of the head and one of a cluster, among what may follow', () => {
    // A sex; token 4 after 3; token 6 after 5; token 10 after 7, so that cluster 0 is past; the end after the last code.
    const choices = {
      from: Int32Array.of(0, 4, 6, 8, 12),
      to: Int32Array.of(3, 13, 13, 13, 13),
      chosen: Int32Array.of(1, 4, 6, 10, 12),
    };
    const { head, tails } = clusters.split(choices);
    expect([...head.from]).toEqual([0, 4, 5, 6, 7]);
    expect([...head.to]).toEqual([3, 8, 8, 8, 8]);
    expect([...head.chosen]).toEqual([1, 4, 5, 6, 7]);
    expect(tails.map(({ rows }) => [...rows])).toEqual([[2], [3]]);
    expect(tails.map(({ choices: own }) => [own.from[0], own.to[0], own.chosen[0]])).toEqual([
      [1, 3, 1],
      [0, 4, 2],
    ]);
  });

  it('are made where they save arithmetic: not of few codes, more the more there are, the head the commonest', () => {
    const ofZipf = (codes: number, softmax: AutoregressiveOptions['softmax']) => {
      const many = new Tokens(
        columnsOf(codes),
        Array.from({ length: codes }, (_, i) => i + 2),
      );
      const carriers = Array.from({ length: codes }, (_, i) => 10_000 / (i + 2));
      return cutoffsFor(many, carriers, 10_000, AutoregressiveOptions.parse({ softmax }));
    };
    expect(ofZipf(300, 'auto')).toEqual([]);
    expect(ofZipf(10_000, 'full')).toEqual([]);
    expect(ofZipf(300, 'adaptive').length).toBeGreaterThan(0);
    const found = ofZipf(10_000, 'auto');
    expect(found.length).toBeGreaterThan(1);
    expect(found[0]).toBeLessThan(2000);
    expect(found).toEqual([...found].sort((a, b) => a - b));
  });
});

describe('an autoregressive model with clusters', () => {
  const matrix = rare(1500);
  const options = (more: object = {}) =>
    AutoregressiveOptions.parse({
      epochs: 8,
      hidden: 32,
      batchSize: 30,
      learningRate: 0.01,
      softmax: 'adaptive',
      ...more,
    });
  let model: Autoregressive;
  beforeAll(async () => {
    model = new Autoregressive(matrix.columns, options());
    await model.fit(matrix);
  });

  it('has likelihoods that sum to 1 over all rows that there can be', async () => {
    const rows = Array.from({ length: 3 * 512 }, (_, i) => {
      const codes = Array.from({ length: 9 }, (_, bit) => bit).filter((bit) => (i >> bit) & 1);
      return [...(i < 1024 ? [i >> 9] : []), ...codes.map((bit) => bit + 2)];
    });
    const losses = await model.reconstructionError(matrixOf([...matrix.columns], rows));
    expect(losses.reduce((sum, loss) => sum + Math.exp(-loss), 0)).toBeCloseTo(1, 4);
  });

  it('learns and draws rare codes as often as they are there, together and for whom they are possible', async () => {
    const sampled = await draw(model, 6000, { seed: 1 });
    const share = (of: CodeMatrix, wanted: number[]) => {
      let found = 0;
      for (let row = 0; row < of.rows; row++) {
        const own = new Set(of.entries(row).map(([column]) => column));
        if (wanted.every((column) => own.has(column))) found++;
      }
      return found / of.rows;
    };
    // Five standard errors of 1,500 and of 6,000 rows, and what is left to learn.
    const bound = (p: number) => 5 * Math.sqrt(p * (1 - p) * (1 / 1500 + 1 / 6000)) + 0.01;
    for (const wanted of [[2], [4], [7], [8], [9], [10], [9, 10]])
      expect(Math.abs(share(sampled, wanted) - share(matrix, wanted)), wanted.join()).toBeLessThan(
        bound(share(matrix, wanted)),
      );
    expect(share(sampled, [1, 7])).toBe(0);
    const mean = (losses: Float64Array) => losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    const [real, own] = [await model.reconstructionError(matrix), await model.reconstructionError(sampled)].map(mean);
    expect(Math.abs(real - own)).toBeLessThan(0.3);
  });

  it('keeps its cutoffs in the model file; one without them is of a single softmax; others are refused', async () => {
    const at = mkdtempSync(join(folder, 'saved-'));
    await model.save(at);
    const { learned, ...head } = JSON.parse(readFileSync(join(at, 'model.json'), 'utf8')) as {
      learned: { cutoffs: number[] };
    };
    expect(learned.cutoffs.length).toBeGreaterThan(0);
    const loaded = await Autoregressive.load(at);
    expect(await draw(loaded, 700, { seed: 4 })).toEqual(await draw(model, 700, { seed: 4 }));
    expect(await loaded.reconstructionError(matrix)).toEqual(await model.reconstructionError(matrix));
    loaded.dispose();
    for (const cutoffs of [[2], [7, 7], [12]]) {
      writeFileSync(join(at, 'model.json'), JSON.stringify({ ...head, learned: { ...learned, cutoffs } }));
      await expect(Autoregressive.load(at)).rejects.toThrow('cutoffs: ');
    }
    const full = new Autoregressive(matrix.columns, options({ softmax: 'full', epochs: 1 }));
    await full.fit(matrix);
    await full.save(at);
    expect(JSON.parse(readFileSync(join(at, 'model.json'), 'utf8'))).not.toHaveProperty('learned.cutoffs');
    (await Autoregressive.load(at)).dispose();
    full.dispose();
  });

  it('goes on from a checkpoint to the same weights, and leaves no tensors behind', async () => {
    const before = tf.memory().numTensors;
    const checkpointFolder = mkdtempSync(join(folder, 'stop-'));
    const trained = async (control: object) => {
      const one = new Autoregressive(matrix.columns, options({ epochs: 2 }));
      const done = await one.fit(matrix, control);
      const at = mkdtempSync(join(folder, 'weights-'));
      if (done) await one.save(at);
      one.dispose();
      return done && readFileSync(join(at, 'weights.bin'), 'base64');
    };
    const stop = new AbortController();
    const onProgress = (done: number) => done >= 1 && stop.abort();
    expect(await trained({ checkpointFolder, signal: stop.signal, onProgress })).toBe(false);
    expect(await trained({ checkpointFolder, resume: true })).toBe(await trained({}));
    expect(tf.memory().numTensors).toBe(before);
  });
});
