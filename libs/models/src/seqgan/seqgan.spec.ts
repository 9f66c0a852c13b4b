import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Adam, dense, denseLayer, gradients, runningDense, startEngine, tf } from '@ehrsynth/engine';
import type { Column } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { addDays, type CodedEvent, type PatientRecord } from '@ehrsynth/records';
import { DictionaryLearner, type Life } from '@ehrsynth/sequence';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { PatientModel } from '../patient-model.ts';
import { loadAnyModel } from '../registry.ts';
import type { TrainingEvent } from '../synthesizer.ts';
import { Batcher, Language } from '../visits/language.ts';
import { VisitsNetwork } from '../visits/network.ts';
import { Discriminator } from './discriminator.ts';
import { ItemBatch } from './item-batch.ts';
import { SeqGanOptions } from './options.ts';
import { advantagesOf, weightsOf } from './rewards.ts';
import { SeqGan } from './seqgan.ts';

const SYSTEM = 'urn:test';
const columns = ['a', 'b', 'c'].map((code): Column => ({ kind: 'condition', system: SYSTEM, code, level: 'code' }));
const columnOf = ({ code }: CodedEvent) => columns.findIndex((column) => column.code === code.code);

/** People whose visits are a week apart, of a and b in turn, and c with b. */
const people = Array.from({ length: 48 }, (_, i): PatientRecord => {
  const rng = new Rng(`person/${i}`);
  const days = Array.from({ length: 2 + rng.int(4) }, (__, visit) => addDays('2020-01-06', i + 7 * visit));
  const codes = days.map((__, visit) => ((i + visit) % 2 === 0 ? ['a'] : ['b', 'c']));
  return {
    id: `p${i}`,
    sex: i % 2 ? 'female' : 'male',
    birthDate: addDays('1980-01-01', rng.int(1000)),
    encounters: days.map((day) => ({ class: 'AMB', start: day, end: day })),
    events: days.flatMap((start, encounter) =>
      codes[encounter].map((code): CodedEvent => ({
        kind: 'condition',
        code: { system: SYSTEM, code },
        start,
        encounter,
      })),
    ),
  };
});
const source = {
  patients: people.length,
  columns,
  columnOf,
  async *records() {
    yield* people;
  },
};
const quick = SeqGanOptions.parse({
  hidden: 8,
  pretrainEpochs: 2,
  epochs: 3,
  batchSize: 8,
  rollouts: 2,
  stops: 2,
  discriminatorSteps: 2,
  policyRate: 1e-2,
  batchTokens: 500,
});

function languageOf(): Language {
  const learner = new DictionaryLearner({ columns, columnOf }, 1);
  for (const person of people) learner.add(person);
  return new Language(learner.done());
}

let folder: string;
let language: Language;
let lives: Life[];
beforeAll(async () => {
  await startEngine('wasm');
  folder = mkdtempSync(join(tmpdir(), 'seqgan-'));
  language = languageOf();
  const reader = language.reader(columnOf);
  lives = people.map((person) => reader.read(person));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The codes of its visits are dealt out anew. */
function scrambled(life: Life, rng: Rng): Life {
  const codes = rng.shuffle(life.items.flatMap(({ events }) => events));
  const items = life.items.map((item, i) => ({ ...item, events: codes.filter((_, j) => j % life.items.length === i) }));
  return {
    ...life,
    items: items.map((item) => ({ ...item, events: [...new Set(item.events)].sort((x, y) => x - y) })),
  };
}

it('a discriminator takes real lives for real, and those with their codes scrambled not', async () => {
  const discriminator = new Discriminator(language, new Rng(1));
  const [known, fresh] = [lives.slice(0, 30), lives.slice(30)];
  for (let step = 0; step < 150; step++)
    discriminator
      .learn(
        known,
        known.map((life, i) => scrambled(life, new Rng(`${step}/${i}`))),
      )
      .dispose();
  const real = await discriminator.probabilities(fresh);
  const other = await discriminator.probabilities(fresh.map((life, i) => scrambled(life, new Rng(i))));
  const mean = (list: Float64Array) => list.reduce((sum, one) => sum + one, 0) / list.length;
  expect(mean(real)).toBeGreaterThan(mean(other) + 0.4);
  discriminator.dispose();
});

it('what is looked at after each item is all that the tokens up to there added, and a life is the mean over its items', async () => {
  const both = lives.slice(0, 2).map((life) => ({ life, first: 0, end: Infinity }));
  const { batch, rows } = new Batcher(language).batch(both);
  const { features, alphabet } = language;
  const items = new ItemBatch(rows, features.count, alphabet.endOfVisit);
  const layer = denseLayer(features.count, 3, new Rng(5));
  const of = async (make: () => tf.Tensor) => [...(await tf.tidy(make).data())];
  const tokens = await of(() => runningDense(batch.added, batch.ends, layer, 'relu'));
  const places = [...rows.chosen.keys()].filter(
    (i) => rows.chosen[i] === alphabet.endOfVisit || rows.ends.includes(i + 1),
  );
  expect(places.length).toBe(both.reduce((sum, { life }) => sum + life.items.length + 1, 0));
  const found = await of(() => runningDense(items.added, items.ends, layer, 'relu'));
  const expected = places.flatMap((row) => tokens.slice(3 * row, 3 * row + 3));
  found.forEach((one, i) => expect(one).toBeCloseTo(expected[i], 5));
  const means = await of(() => dense(items.means, { weights: tf.tensor2d(found, [places.length, 3]) }));
  const own = found.filter((_, i) => i % 3 === 0).slice(0, items.ends[0]);
  expect(means[0]).toBeCloseTo(own.reduce((sum, one) => sum + one, 0) / own.length, 5);
  expect(means).toHaveLength(6);
  for (const one of [batch, items]) one.dispose();
  tf.dispose([layer.weights, layer.bias!]);
});

describe('what a token is rewarded with', () => {
  it('is what its items added to the value at the next place, known by completed lives', async () => {
    // Three items; a life is as good as it has items, and from wherever it is completed it gets one more.
    const one = lives.find(({ items }) => items.length === 3)!;
    const two = lives.find(({ items }) => items.length === 5)!;
    const judge = (all: readonly Life[]) => Promise.resolve(all.map(({ items }) => items.length));
    const sampler = {
      draw: (_: unknown, __: unknown, beginnings?: readonly { life: Life }[]) =>
        Promise.resolve(beginnings!.map(({ life }) => ({ ...life, items: [...life.items, life.items[0]] }))),
    };
    const how = { sampler, judge, stops: 9, rollouts: 2, rng: new Rng(1) };
    const found = await advantagesOf([one, two], language, how);
    // Values of the first: 4 before it, the mean of 3 and 5; then 2, 3, 4 after each item; 3 at its end.
    expect(found.map((own) => [...own])).toEqual([
      [-2, 1, 1, -1],
      [-2, 1, 1, 1, 1, -1],
    ]);
    // With fewer places, items share what they added together; where there is none, a life has its own worth throughout.
    const few = await advantagesOf([one, ...Array<Life>(30).fill(two)], language, { ...how, stops: 1 });
    const parts = few.slice(1).map((own) => new Set(own).size);
    expect(Math.min(...parts)).toBe(1);
    expect(Math.max(...parts)).toBeGreaterThan(1);
    const whole = few.slice(1).find((own) => new Set(own).size === 1)!;
    expect(whole[0]).toBeCloseTo(5 - (3 + 30 * 5) / 31, 9);
    const { rows } = new Batcher(language).batch([{ life: one, first: 1, end: 3 }]);
    const weights = weightsOf(rows, [{ first: 1, owner: 0 }], found, language.alphabet.endOfVisit);
    const last = [...weights].lastIndexOf(1);
    expect(rows.chosen[last]).toBe(language.alphabet.endOfVisit);
    expect([...weights.slice(last + 1)]).toEqual([-1]);
    expect(rows.chosen[last + 1]).toBe(language.alphabet.endOfRecord);
  });

  it('makes it likelier by the slope of its log probability, or less likely, and leaves the others as they are', async () => {
    const network = new VisitsNetwork(language, { hidden: 4, layers: 1 }, new Rng(2));
    const { table } = network.trunks[0];
    const { batch, rows } = new Batcher(language).batch([{ life: lives[0], first: 0, end: Infinity }]);
    const before = await network.losses(batch);
    const weights = new Float32Array(rows.rows);
    weights[0] = 2;
    const loss = () => network.weightedLoss(batch, 1, weights);
    // Of −2 log p along the logit of the token that came, a sex: −2 (1 − p); along those of the others together the opposite.
    const slope = tf.tidy(() => gradients(loss, [table]).gradients[0]);
    const { sexes } = language.alphabet;
    const own = [...(await slope.data())].slice(sexes.start, sexes.end);
    const expected = -2 * (1 - Math.exp(-before[0]));
    expect(own[rows.chosen[0] - sexes.start]).toBeCloseTo(expected, 5);
    expect(own.reduce((sum, one) => sum + one, 0)).toBeCloseTo(0, 5);
    const adam = new Adam([table], { learningRate: 1e-2 });
    adam.minimize(loss).dispose();
    const after = await network.losses(batch);
    expect(after[0]).toBeLessThan(before[0] - 1e-3);
    after.slice(1).forEach((one, i) => expect(one).toBeCloseTo(before[i + 1], 5));
    weights[0] = -2;
    for (let i = 0; i < 30; i++) adam.minimize(loss).dispose();
    expect((await network.losses(batch))[0]).toBeGreaterThan(before[0]);
    adam.dispose();
    batch.dispose();
    network.dispose();
  });
});

describe('a model that is trained on against a discriminator', () => {
  const weightsIn = async (model: SeqGan, name: string) => {
    mkdirSync(join(folder, name));
    await model.save(join(folder, name));
    return readFileSync(join(folder, name, 'weights.bin'));
  };
  const drawn = async (model: PatientModel, range?: [number, number]) => {
    const records: PatientRecord[] = [];
    for await (const { record } of model.sample(30, { seed: 4, range })) records.push(record);
    return records;
  };
  let whole: SeqGan;
  let wholeWeights: Buffer;
  const events: TrainingEvent[] = [];

  beforeAll(async () => {
    whole = new SeqGan(columns, quick);
    expect(await whole.fit(source, { minPatients: 1, onEvent: (event) => events.push(event) })).toBe(true);
    wholeWeights = await weightsIn(whole, 'whole');
  });
  afterAll(() => whole.dispose());

  it('is trained on values too', async () => {
    const valued = people.map(({ events: own, ...person }, i) => ({
      ...person,
      events: own.map((event, j) => ({ ...event, quantity: { value: 5 + ((i + 3 * j) % 20), unit: 'mmol/L' } })),
    }));
    async function* records() {
      yield* valued;
    }
    const model = new SeqGan(columns, { ...quick, pretrainEpochs: 1, epochs: 1 });
    expect(await model.fit({ ...source, records }, { minPatients: 1 })).toBe(true);
    const [{ events: some }] = await drawn(model);
    expect(some.some(({ quantity }) => quantity?.value !== undefined)).toBe(true);
    model.dispose();
  });

  it('reports both of its trainings, and the second one moves what the first one learned', async () => {
    expect(events.map(({ phase, done, total }) => [phase, done, total])).toEqual([
      ['likelihood', 1, 5],
      ['likelihood', 2, 5],
      ...[3, 4, 5].map((done) => ['adversarial', done, 5]),
    ]);
    for (const { losses } of events.slice(2)) {
      expect(losses['generator']).toBeGreaterThan(0);
      expect(losses['generator']).toBeLessThan(1);
      expect(losses['discriminator']).toBeGreaterThan(0);
    }
    const before = new SeqGan(columns, { ...quick, epochs: 0 });
    await before.fit(source, { minPatients: 1 });
    expect((await weightsIn(before, 'before')).equals(wholeWeights)).toBe(false);
    before.dispose();
  });

  it('draws the same by the same seed, whatever the range, also after it was saved and loaded', async () => {
    const all = await drawn(whole);
    expect(all.some(({ events: own }) => own.length > 0)).toBe(true);
    expect(await drawn(whole, [11, 17])).toEqual(all.slice(11, 17));
    await weightsIn(whole, 'kept');
    const loaded = (await loadAnyModel(join(folder, 'kept'))) as PatientModel;
    expect(await drawn(loaded)).toEqual(all);
    loaded.dispose();
  });

  it.each([
    ['in its pre-training', 1],
    ['before the first adversarial step', 2],
    ['within a round', 3.4],
    ['between two rounds', 4],
  ])('goes on from a checkpoint %s to the same weights', async (name, stopAt) => {
    const checkpointFolder = join(folder, `checkpoint of ${name}`);
    const stop = new AbortController();
    const stopped = new SeqGan(columns, quick);
    let ticks = 0;
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => (ticks += 200));
    const onProgress = (done: number) => done >= stopAt && stop.abort();
    const control = { minPatients: 1, checkpointFolder };
    expect(await stopped.fit(source, { ...control, signal: stop.signal, onProgress })).toBe(false);
    clock.mockRestore();
    const [flag, fewer] = stopAt > 2 ? ['--epochs', { epochs: 0 }] : ['--pretrain-epochs', { pretrainEpochs: 1 }];
    const shorter = new SeqGan(columns, { ...quick, ...fewer });
    if (stopAt > 1) await expect(shorter.fit(source, { ...control, resume: true })).rejects.toThrow(`${flag} must be`);
    shorter.dispose();
    const resumed = new SeqGan(columns, quick);
    expect(await resumed.fit(source, { ...control, resume: true })).toBe(true);
    expect((await weightsIn(resumed, name)).equals(wholeWeights)).toBe(true);
    for (const one of [stopped, resumed]) one.dispose();
  });

  it('leaves nothing on the engine', async () => {
    const { numTensors } = tf.memory();
    const model = new SeqGan(columns, { ...quick, epochs: 1 });
    await model.fit(source, { minPatients: 1 });
    model.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
