import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gradients, startEngine, tf } from '@ehrsynth/engine';
import type { Column } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { addDays, type PatientRecord } from '@ehrsynth/records';
import { type Life, nothingLeftOut, partsOf, privateDictionary } from '@ehrsynth/sequence';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIP_UNITS, type GradientSums } from '../private/clipped-sums.ts';
import { fitByDpSgd } from '../private/dp-sgd.ts';
import { Batcher, Language } from './language.ts';
import { VisitsNetwork } from './network.ts';
import { PRIVATE_VISITS, VisitsOptions } from './options.ts';
import { clippedGradients } from './private-fit.ts';
import { columnOf, columns, people, personOf, sourceOf } from './private-testing.ts';
import { Visits } from './visits.ts';

const options = (more: object) =>
  VisitsOptions.parse({
    hidden: 8,
    layers: 1,
    epochs: 1,
    batchRows: 20,
    learningRate: 0.03,
    l2: 0,
    noiseMultiplier: 1,
    ...more,
  });
const folder = mkdtempSync(join(tmpdir(), 'private-visits-'));
beforeAll(async () => void (await startEngine('wasm')));
afterAll(() => rmSync(folder, { recursive: true }));

describe('clipped gradients of lives', () => {
  const language = new Language(privateDictionary(columns, new Map()));
  const reader = language.reader(columnOf, nothingLeftOut());
  // The last one is learned in several parts.
  const lives: Life[] = [...people.slice(0, 3), personOf(3, 160)].map((record) => reader.read(record));
  const store = { read: (life: number) => lives[life] };
  let network: VisitsNetwork;
  beforeAll(() => void (network = new VisitsNetwork(language, options({ hidden: 8, layers: 2 }), new Rng(3))));
  afterAll(() => network.dispose());

  it.each([1e9, 0.5])(
    'are those of each whole life, however many parts it is in, clipped and summed: clip %d',
    async (clip) => {
      expect(partsOf(lives[3]).length).toBeGreaterThan(1);
      const found = await clippedGradients(network, language, store, lives.keys(), clip);
      const names = Object.keys(found);
      const wanted = names.map((name) => new Float64Array(found[name].length));
      for (const life of lives) {
        const { batch } = new Batcher(language).batch(partsOf(life).map((part) => ({ life, ...part })));
        tf.tidy(() => {
          const variables = names.map((name) => network.trained[name]);
          const own = gradients(() => network.loss(batch, 1), variables).gradients.map((one) => one.dataSync());
          const norm = Math.hypot(...own.map((values) => Math.hypot(...values)));
          expect(norm).toBeGreaterThan(0.5);
          own.forEach((values, i) => values.forEach((value, j) => (wanted[i][j] += value * Math.min(1, clip / norm))));
        });
        batch.dispose();
      }
      names.forEach((name, i) => {
        const far = found[name].reduce(
          (most, units, j) => Math.max(most, Math.abs((units * clip) / CLIP_UNITS - wanted[i][j])),
          0,
        );
        expect(far, name).toBeLessThan(clip > 1 ? lives.length * (clip / CLIP_UNITS) : 1e-3);
      });
    },
  );

  it('a life moves them by its own, whoever else is there, and by no more than the norm', async () => {
    const [all, without, alone] = await Promise.all(
      [[0, 1, 2, 3], [0, 1, 2], [3]].map(async (taken) =>
        flat(await clippedGradients(network, language, store, taken, 0.1)),
      ),
    );
    expect(all.every(Number.isInteger)).toBe(true);
    expect(all.map((value, i) => value - without[i])).toEqual(alone);
    const norm = Math.hypot(...alone);
    expect(norm).toBeLessThanOrEqual(CLIP_UNITS);
    expect(norm).toBeGreaterThan(0.99 * CLIP_UNITS);
  });

  it('of a model are fewer than the budget counts on, with all values that there may be', () => {
    const bin = { atoms: [], others: 1, points: [1, 2] };
    const bins = { decimals: 0, cuts: [1, 2, 3, 4, 5, 6, 7, 8, 9], bins: Array.from({ length: 10 }, () => bin) };
    for (const count of [1, 300]) {
      const many = Array.from({ length: count }, (_, i): Column => ({ ...columns[1], code: `c${i}` }));
      const values = new Map(many.map((_, i) => [i, { unit: { unit: '%' }, bins }]));
      const own = options({ hidden: 4, layers: 2 });
      const { named } = new VisitsNetwork(new Language(privateDictionary(many, values)), own, new Rng(1));
      const size = Object.values(named).reduce((sum, one) => sum + one.size, 0);
      expect(size).toBeLessThan(PRIVATE_VISITS.weightsAtMost(many, own));
      tf.dispose(named);
    }
  });
});

describe('private training on lives', () => {
  const fitted = async (records: readonly PatientRecord[], more: object) => {
    const model = new Visits(columns, options(more));
    expect(await model.fit(sourceOf(records))).toBe(true);
    return model;
  };
  const weights = async (model: Visits) => {
    const at = mkdtempSync(join(folder, 'weights-'));
    await model.save(at);
    model.dispose();
    return new Float32Array(Uint8Array.from(readFileSync(join(at, 'weights.bin'))).buffer);
  };

  it('makes the very steps that the accountant counts, with noise of the promised size', async () => {
    const own = options({ epochs: 3, batchRows: 7, noiseMultiplier: 1.7 });
    const { samplingRate, steps } = PRIVATE_VISITS.steps(20, own);
    expect(steps).toBe(Math.ceil(3 / samplingRate));
    const network = new VisitsNetwork(new Language(privateDictionary(columns, new Map())), own, new Rng(4));
    const noise: number[] = [];
    let [made, taken] = [0, 0];
    const lessons = {
      variables: network.trained,
      patients: 20,
      steps: { samplingRate, steps },
      clippedGradients: async (lives: Int32Array): Promise<GradientSums> => {
        taken += lives.length;
        return Object.fromEntries(
          Object.entries(network.trained).map(([name, { size }]) => [name, new Float64Array(size)]),
        );
      },
    };
    const observe = (sums: GradientSums) => {
      made++;
      noise.push(...sums.copies, ...sums['first.bias']);
    };
    expect(await fitByDpSgd(lessons, { ...own, epochs: 3 }, {}, { observe })).toBe(true);
    network.dispose();
    expect(made).toBe(steps);
    expect(Math.abs(taken - 20 * samplingRate * steps)).toBeLessThan(6 * Math.sqrt(20 * samplingRate * steps));
    const deviation = Math.sqrt(noise.reduce((sum, value) => sum + value * value, 0) / noise.length);
    expect(Math.abs(deviation / (1.7 * CLIP_UNITS) - 1)).toBeLessThan(6 / Math.sqrt(2 * noise.length));
  });

  it('learns a rhythm under little noise, and nothing under much', async () => {
    const weekly = async (noiseMultiplier: number, epochs: number) => {
      const model = await fitted(people, { noiseMultiplier, clip: 20, epochs, batchRows: 15, hidden: 12 });
      let [weeks, gaps] = [0, 0];
      for await (const { record } of model.sample(60, { seed: 1 }))
        record.encounters.slice(1).forEach(({ start }, i) => {
          gaps++;
          if (start === addDays(record.encounters[i].start!, 7)) weeks++;
        });
      model.dispose();
      return weeks / Math.max(1, gaps);
    };
    expect(await weekly(1e-3, 12)).toBeGreaterThan(0.8);
    expect(await weekly(1000, 3)).toBeLessThan(0.2);
  });

  it('begins with what everybody knows, and with nothing of the patients', async () => {
    const [some, others] = await Promise.all([people, people.slice(0, 5)].map((all) => fitted(all, { epochs: 0 })));
    const drawn: PatientRecord[] = [];
    for await (const { record } of some.sample(200, { seed: 2 })) drawn.push(record);
    const share = (of: (record: PatientRecord) => boolean) => drawn.filter(of).length / drawn.length;
    expect(share(({ sex }) => sex === 'female')).toBeGreaterThan(0.3);
    expect(share(({ sex }) => sex === 'male')).toBeGreaterThan(0.3);
    expect(share(({ encounters }) => /^20[012]/.test(encounters[0]?.start ?? ''))).toBeGreaterThan(0.6);
    const stays = drawn.flatMap(({ encounters }) => encounters).map(({ start, end }) => start === end);
    expect(stays.filter(Boolean).length / stays.length).toBeGreaterThan(0.8);
    expect(await weights(some)).toEqual(await weights(others));
  });

  it('does not give a patient away to who trains again with the same seed on all the others', async () => {
    const trained = async (records: readonly PatientRecord[]) =>
      weights(await fitted(records, { hidden: 2, batchRows: 6, noiseMultiplier: 2 }));
    const full = people.slice(0, 6);
    const [released, withIt, without] = [await trained(full), await trained(full), await trained(full.slice(0, 5))];
    // With noise from the seed the model with the patient would be the one released, at a distance of 0.
    expect(distance(released, withIt)).toBeGreaterThan(0.2 * distance(released, without));
    expect(distance(released, withIt)).toBeGreaterThan(0.01);
  });

  it('goes on from a checkpoint with noise of its own, and nothing in it is noise', async () => {
    const checkpointFolder = join(folder, 'stopped');
    const stop = new AbortController();
    const settings = options({ epochs: 2, hidden: 2 });
    const begun = new Visits(columns, settings);
    const onProgress = (done: number) => done >= 1 && stop.abort();
    const few = sourceOf(people.slice(0, 20));
    expect(await begun.fit(few, { checkpointFolder, signal: stop.signal, onProgress })).toBe(false);
    begun.dispose();
    for (const file of readdirSync(checkpointFolder))
      expect(statSync(join(checkpointFolder, file)).mode & 0o777, file).toBe(0o600);
    const head = JSON.parse(readFileSync(join(checkpointFolder, 'checkpoint.json'), 'utf8')) as { name: string };
    const held = JSON.parse(readFileSync(join(checkpointFolder, `${head.name}.json`), 'utf8')) as { name: string }[];
    const known = /^(first|\w+\.(middle\.\d|last))\.(weights|bias)$|^\w+\.table$|^copies$|^adam\.\d+\.(first|second)$/;
    expect(held.filter(({ name }) => !known.test(name))).toEqual([]);
    const continued = async (own: string) => {
      cpSync(checkpointFolder, join(folder, own), { recursive: true });
      const model = new Visits(columns, settings);
      expect(await model.fit(few, { checkpointFolder: join(folder, own), resume: true })).toBe(true);
      return weights(model);
    };
    expect(distance(await continued('once'), await continued('again'))).toBeGreaterThan(0.01);
  });
});

function flat(sums: GradientSums): number[] {
  return Object.values(sums).flatMap((values) => Array.from(values, (value) => value + 0));
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0));
}
