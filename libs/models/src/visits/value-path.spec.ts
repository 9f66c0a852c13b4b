import { startEngine, tf } from '@ehrsynth/engine';
import { Rng } from '@ehrsynth/random';
import type { PatientRecord } from '@ehrsynth/records';
import { DictionaryLearner, tellLife } from '@ehrsynth/sequence';
import { beforeAll, describe, expect, it } from 'vitest';
import { Batcher, Language } from './language.ts';
import { VisitsNetwork } from './network.ts';
import { VisitsOptions } from './options.ts';
import { CODES, columnOf, columns, intraclass, peopleOf, together, valuesOf } from './value-testing.ts';
import { Visits } from './visits.ts';

const people = peopleOf(300, 1);
const settings = VisitsOptions.parse({
  values: 'bins',
  hidden: 16,
  epochs: 15,
  batchTokens: 800,
  learningRate: 0.02,
  dropout: 0,
});

beforeAll(async () => {
  await startEngine('wasm');
});

it('has learned how people differ from one another for life, and what differs from day to day', async () => {
  const model = new Visits(columns, settings);
  const source = {
    patients: people.length,
    columns,
    columnOf,
    async *records() {
      yield* people;
    },
  };
  await model.fit(source, { minPatients: 5 });
  const records: PatientRecord[] = [];
  for await (const { record } of model.sample(600, { seed: 2 })) records.push(record);
  model.dispose();
  const both = records.filter((record) => valuesOf(record, CODES[0]).length === valuesOf(record, CODES[1]).length);
  expect(both.length).toBeGreaterThan(500);
  for (const code of CODES) {
    const real = intraclass(people, code);
    expect(real).toBeGreaterThan(0.8);
    expect(Math.abs(intraclass(records, code) - real)).toBeLessThan(0.1);
  }
  expect(Math.abs(together(both) - together(people))).toBeLessThan(0.2);
});

describe('a value', () => {
  const learner = new DictionaryLearner({ columns, columnOf }, 5);
  for (const record of people) learner.add(record);
  const language = new Language(learner.done());
  const reader = language.reader(columnOf);

  const network = new VisitsNetwork(language, settings, new Rng(1));
  const batcher = new Batcher(language);

  beforeAll(() => {
    const rng = new Rng(3);
    for (const weights of Object.values(network.values!.named)) {
      const moved = weights.dataSync().map(() => 0.3 * rng.normal());
      tf.tidy(() => weights.assign(tf.tensor(moved, weights.shape)));
    }
  });

  it('has a probability, and all that there are make up one', async () => {
    const life = reader.read(people[5]);
    const { entryOf, values } = language.alphabet;
    let sum = 0;
    const count = entryOf.indexOf(1);
    for (let event = 0; event < count; event++) {
      const items = life.items.map((item, i) => (i === 4 ? { ...item, events: [event] } : item));
      const { batch, rows } = batcher.batch([{ life: { ...life, items }, first: 4, end: 5 }]);
      const losses = await network.losses(batch);
      sum += Math.exp(-losses[rows.chosen.findIndex((token) => token >= values.start)]);
      batch.dispose();
    }
    expect(count).toBeGreaterThan(80);
    expect(sum).toBeCloseTo(1, 4);
  });

  it('is drawn with the odds that are learned', async () => {
    const life = reader.read(people[7]);
    const { alphabet, features, dictionary } = language;
    const drawing = await network.values!.drawing(features.levels);
    const { batch, rows } = batcher.batch([{ life, first: 0, end: life.items.length }]);
    const tilted = tf.tidy(() => network.values!.tilted(batch.values!).logits.arraySync());
    const losses = new Float64Array(rows.rows);
    await network.values!.addLosses(batch.values!, losses);
    batch.dispose();
    let [row, value, grains] = [0, 0, 0];
    tellLife(life, dictionary, alphabet, language.walk(), {
      token: (walk, token, grain) => {
        if (walk.phase === 'value') {
          drawing.tilts(walk, 0, tilted[0].length, (i, amount) => expect(amount).toBeCloseTo(tilted[value][i], 3));
          value++;
          const times = 2000;
          const drawn = Array.from({ length: times }, (_, i) => drawing.grain(walk, token, () => (i + 0.5) / times));
          const share = drawn.filter((one) => one === grain).length / times;
          expect(Math.abs(share - Math.exp(-losses[row]))).toBeLessThan(0.002);
          if (losses[row] > 0) grains++;
        }
        row++;
      },
    });
    expect(value).toBe(16);
    expect(grains).toBeGreaterThan(4);
  });
});
