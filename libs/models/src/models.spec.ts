import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine, tf } from '@ehrsynth/engine';
import { CodeMatrix, type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { draw, twoKinds } from '../test/two-kinds.ts';
import { Autoregressive } from './autoregressive/autoregressive.ts';
import { AutoregressiveOptions } from './autoregressive/options.ts';
import { Tokens } from './autoregressive/tokens.ts';
import { ChowLiu, ChowLiuOptions } from './baselines/chow-liu.ts';
import { Cooccurrence, nodesOf } from './baselines/nodes.ts';
import { loadModel } from './registry.ts';
import type { Synthesizer } from './synthesizer.ts';
import { Vae, VaeOptions } from './vae/vae.ts';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'models-'));
  await startEngine('wasm');
});
afterAll(() => rmSync(folder, { recursive: true }));

const matrix = twoKinds(1500);
const quick = (more: object = {}) =>
  AutoregressiveOptions.parse({ epochs: 8, hidden: 32, batchSize: 30, learningRate: 0.005, ...more });

/** Prevalence of each column, and of each two together. */
function shares(of: CodeMatrix): number[] {
  const counts = new Cooccurrence(of.columns.length).add(of);
  const single = of.columns.map((_, i) => ({ columns: [i] }));
  return single.flatMap((a) => single.map((b) => counts.table(a, b)[3] / of.rows));
}

const furthest = (a: number[], b: number[]) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);

describe('a row as a sentence', () => {
  const [, , ...codes] = matrix.columns;
  const tokens = new Tokens(matrix.columns, [4, 2, 3, 7, 6, 5]);

  it('values, then codes in their order, then the end', () => {
    // Female, male, neither; then columns 4, 2, 3, 7, 6, 5; the end.
    expect([tokens.count, tokens.firstCode, codes.length]).toEqual([10, 3, 6]);
    expect(tokens.sentence([1, 2, 4, 5])).toEqual([1, 3, 4, 8, 9]);
    expect(tokens.sentence([])).toEqual([2, 9]);
    expect(tokens.following(0, -1)).toEqual([0, 3]);
    expect(tokens.following(1, 1)).toEqual([3, 10]);
    expect(tokens.following(3, 4)).toEqual([5, 10]);
  });

  it('its beginnings, and what came next', () => {
    const rows = { indptr: Int32Array.of(0, 2, 2), indices: Int32Array.of(0, 3) };
    const { added, choices, ends } = tokens.beginnings(rows);
    expect([...ends]).toEqual([3, 5]);
    expect([...added.indptr]).toEqual([0, 0, 1, 2, 2, 3]);
    expect([...added.indices]).toEqual([0, 5, 2]);
    expect([...choices.from]).toEqual([0, 3, 6, 0, 3]);
    expect([...choices.to]).toEqual([3, 10, 10, 3, 10]);
    expect([...choices.chosen]).toEqual([0, 5, 9, 2, 9]);
  });
});

describe('Autoregressive', () => {
  it('leaves out no demographic that nobody lacks, however short its training', async () => {
    const model = new Autoregressive(matrix.columns, quick({ epochs: 1, hidden: 4 }));
    await model.fit(matrix);
    const folder = mkdtempSync(join(tmpdir(), 'known-'));
    await model.save(folder);
    const loaded = await Autoregressive.load(folder);
    const sampled = await draw(loaded, 500, { seed: 3 });
    for (let row = 0; row < sampled.rows; row++)
      expect(sampled.entries(row).filter(([column]) => column < 2)).toHaveLength(1);
    rmSync(folder, { recursive: true });
  });

  it('in count mode, counts are those of each code in such a set', async () => {
    // Code 0 is there 1 to 3 times; twice as often for those who have code 1.
    const rng = new Rng(5);
    const builder = new MatrixBuilder(matrix.columns);
    const [female, , first, second] = matrix.columns;
    for (let row = 0; row < 2000; row++) {
      const has = rng.chance(0.5);
      builder.add(String(row), [
        [female, 1],
        [first, (has ? 2 : 1) * (1 + rng.int(3))],
        ...(has ? [[second, 30] as [Column, number]] : []),
      ]);
    }
    const counted = builder.build();
    const model = new Autoregressive(counted.columns, quick({ mode: 'count', epochs: 4 }));
    await model.fit(counted);
    expect(model.counts).toBe('modelled');
    const sampled = await draw(model, 3000, { seed: 2 });
    const mean = (of: CodeMatrix, has: boolean) => {
      const rows = Array.from({ length: of.rows }, (_, row) => new Map(of.entries(row))).filter(
        (own) => own.has(2) && own.has(3) === has,
      );
      return rows.reduce((sum, own) => sum + own.get(2)!, 0) / rows.length;
    };
    expect(mean(counted, true)).toBeCloseTo(4, 0);
    for (const has of [true, false]) expect(Math.abs(mean(sampled, has) - mean(counted, has))).toBeLessThan(0.25);
    const long =
      sampled.indices.reduce((sum, column, at) => sum + (column === 3 ? sampled.values[at] : 0), 0) /
      sampled.carriers()[3];
    expect(long).toBeGreaterThan(26);
    const at = mkdtempSync(join(folder, 'counts-'));
    await model.save(at);
    expect(await draw(await loadModel(at), 300, { seed: 4 })).toEqual(await draw(model, 300, { seed: 4 }));
    await expect(
      new Autoregressive(counted.columns, quick({ mode: 'count', noiseMultiplier: 1 })).fit(counted),
    ).rejects.toThrow('cannot be learned with differential privacy');
  });

  it('its likelihoods of all rows that there can be sum to 1, trained or not', async () => {
    const model = new Autoregressive(matrix.columns, quick({ epochs: 1 }));
    await model.fit(matrix);
    const rows = Array.from({ length: 3 * 64 }, (_, i) => {
      const codes = [2, 3, 4, 5, 6, 7].filter((_, bit) => (i >> bit) & 1);
      return [...(i < 128 ? [i >> 6] : []), ...codes];
    });
    const indptr = Int32Array.from([
      0,
      ...rows.map((_, i) => rows.slice(0, i + 1).reduce((sum, { length }) => sum + length, 0)),
    ]);
    const indices = Int32Array.from(rows.flat());
    const all = new CodeMatrix(
      matrix.columns,
      indptr,
      indices,
      indices.map(() => 1),
      rows.map(String),
    );
    const losses = await model.reconstructionError(all);
    expect(losses.reduce((sum, loss) => sum + Math.exp(-loss), 0)).toBeCloseTo(1, 4);
    model.dispose();
  });

  it('draws what its likelihood says, and learns which codes go together', async () => {
    const model = new Autoregressive(matrix.columns, quick());
    await model.fit(matrix);
    const sampled = await draw(model, 6000, { seed: 1 });
    // Four standard errors of 1,500 and of 6,000 rows, and what is left to learn.
    expect(furthest(shares(sampled), shares(matrix))).toBeLessThan(4 * Math.sqrt(0.25 / 1500 + 0.25 / 6000));
    // The second kind are women: no man has a code of it, by far fewer than chance.
    expect(shares(sampled)[1 * 8 + 6]).toBe(0);
    const mean = (losses: Float64Array) => losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    const [real, own] = [await model.reconstructionError(matrix), await model.reconstructionError(sampled)].map(mean);
    expect(Math.abs(real - own)).toBeLessThan(0.2);
    model.dispose();
  });

  it('stopped within an epoch, goes on to the weights of an uninterrupted training', async () => {
    const options = quick({ epochs: 3 });
    const weights = async (model: Synthesizer) => {
      const at = mkdtempSync(join(folder, 'weights-'));
      await model.save(at);
      return readFileSync(join(at, 'weights.bin'), 'base64');
    };
    const whole = new Autoregressive(matrix.columns, options);
    await whole.fit(matrix);
    const checkpointFolder = mkdtempSync(join(folder, 'stop-'));
    const stop = new AbortController();
    const begun = new Autoregressive(matrix.columns, options);
    const onProgress = (done: number) => done >= 1 && stop.abort();
    expect(await begun.fit(matrix, { checkpointFolder, signal: stop.signal, onProgress })).toBe(false);
    const continued = new Autoregressive(matrix.columns, options);
    expect(await continued.fit(matrix, { checkpointFolder, resume: true })).toBe(true);
    expect(await weights(continued)).toBe(await weights(whole));
    const other = new Autoregressive(matrix.columns, quick({ epochs: 3, seed: 9 }));
    await expect(other.fit(matrix, { checkpointFolder, resume: true })).rejects.toThrow(/different options/);
  });

  it('ends when it gets no better, with the best weights', async () => {
    const few = twoKinds(60);
    const events: number[] = [];
    const model = new Autoregressive(
      few.columns,
      quick({ epochs: 200, patience: 3, dropout: 0, l2: 0, learningRate: 0.02 }),
    );
    await model.fit(few, { onEvent: ({ losses }) => events.push(losses.validation) });
    expect(events.length).toBeLessThan(200);
    expect(Math.min(...events)).toBe(events.at(-4));
  });

  it('leaves no tensors behind', async () => {
    const before = tf.memory().numTensors;
    const model = new Autoregressive(matrix.columns, quick({ epochs: 1 }));
    await model.fit(matrix);
    await draw(model, 100, { seed: 1 });
    await model.reconstructionError(matrix);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('Vae', () => {
  it('learns which codes go together, and leaves no tensors behind', async () => {
    const before = tf.memory().numTensors;
    const model = new Vae(
      matrix.columns,
      VaeOptions.parse({ epochs: 40, hidden: 32, embedding: 4, batchSize: 50, learningRate: 0.005 }),
    );
    await model.fit(matrix);
    const sampled = await draw(model, 6000, { seed: 1 });
    expect(furthest(shares(sampled), shares(matrix))).toBeLessThan(0.1);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('a greater β leaves less in the latent code', async () => {
    const fitted = async (beta: number) => {
      const model = new Vae(
        matrix.columns,
        VaeOptions.parse({ epochs: 15, hidden: 32, embedding: 4, batchSize: 50, learningRate: 0.005, beta }),
      );
      await model.fit(matrix);
      const found = furthest(shares(await draw(model, 4000, { seed: 1 })), shares(matrix));
      model.dispose();
      return found;
    };
    expect(await fitted(50)).toBeGreaterThan((await fitted(1)) + 0.05);
  });
});

describe('Chow–Liu', () => {
  it('tables of groups and codes, with the rows that have none', () => {
    const [sex, first] = nodesOf(matrix.columns);
    const rows = { indptr: Int32Array.of(0, 2, 3, 4, 4), indices: Int32Array.of(0, 2, 1, 2) };
    const counts = new Cooccurrence(8).add(rows);
    // Rows {female, c0}, {male}, {c0}, {}.
    expect([...counts.table(sex, first)]).toEqual([1, 1, 0, 1, 1, 0]);
    expect(counts.counts(sex)).toEqual([2, 1, 1]);
    // With k of 2 those two count as neither.
    const guarded = new Cooccurrence(8, 2).add(rows);
    expect(guarded.counts(sex)).toEqual([4, 0, 0]);
    expect([...guarded.table(sex, first)]).toEqual([2, 2, 0, 0, 0, 0]);
  });

  it('keeps the pairs of its edges; without edges only the prevalence', async () => {
    const tree = new ChowLiu(matrix.columns);
    await tree.fit(matrix);
    const sampled = await draw(tree, 8000, { seed: 1 });
    const alone = new ChowLiu(matrix.columns, ChowLiuOptions.parse({ edges: false }));
    await alone.fit(matrix);
    const marginal = await draw(alone, 8000, { seed: 1 });
    const [real, ofTree, ofAlone] = [matrix, sampled, marginal].map(shares);
    const diagonal = (all: number[]) => matrix.columns.map((_, i) => all[i * 9]);
    expect(furthest(diagonal(ofTree), diagonal(real))).toBeLessThan(0.03);
    expect(furthest(diagonal(ofAlone), diagonal(real))).toBeLessThan(0.03);
    expect(furthest(ofTree, real)).toBeLessThan(0.12);
    expect(furthest(ofAlone, real)).toBeGreaterThan(0.2);
  });
});
