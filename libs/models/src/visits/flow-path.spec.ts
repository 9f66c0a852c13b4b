import { Adam, startEngine, tf } from '@ehrsynth/engine';
import { Rng } from '@ehrsynth/random';
import { DictionaryLearner, type Life, recordOf, tellLife } from '@ehrsynth/sequence';
import { beforeAll, describe, expect, it } from 'vitest';
import { tallyOf } from './context-tally.ts';
import { beginWithFrequencies } from './frequencies.ts';
import { Batcher, Language } from './language.ts';
import { VisitsNetwork } from './network.ts';
import { LifeSampler } from './sample.ts';
import { CODES, columnOf, columns, intraclass, peopleOf, together, valuesOf } from './value-testing.ts';

const people = peopleOf(300, 1);
const learner = new DictionaryLearner({ columns, columnOf }, 5);
for (const record of people) learner.add(record);
const dictionary = learner.done();
const language = new Language(dictionary, 'flow');
const { alphabet, features } = language;
const lives = people.map((record) => language.reader(columnOf).read(record));
const batcher = new Batcher(language);
const settings = { hidden: 16, layers: 1 };

beforeAll(async () => {
  await startEngine('wasm');
});

/** −log likelihood of the values of a life, on average. */
async function nats(network: VisitsNetwork, some: readonly Life[], by = batcher): Promise<number> {
  let sum = 0;
  const { batch, rows } = by.batch(some.map((life) => ({ life, first: 0, end: life.items.length })));
  const losses = await network.losses(batch);
  losses.forEach((loss, row) => (sum += rows.chosen[row] >= alphabet.values.start ? loss : 0));
  batch.dispose();
  return sum / some.length;
}

it('numbers of a unit are one choice; how they are distributed in all patients is known before anything is learned', async () => {
  expect(language.sizes[language.valuePart]).toBe(CODES.length);
  expect(language.tokenOf(language.valuePart, 1)).toBe(alphabet.firstValues[1]);
  const network = new VisitsNetwork(language, settings, new Rng(1));
  const { scales } = features.levels;
  const expected = lives.map(({ items }) => {
    const events = items.flatMap((item) => item.events);
    return events.reduce((sum, event) => {
      const { first, starts } = scales[features.levels.scaleOfEvents[event]];
      return sum - Math.log(starts[event - first + 1] - starts[event - first]);
    }, 0);
  });
  const mean = expected.reduce((sum, one) => sum + one, 0) / lives.length;
  expect(await nats(network, lives)).toBeCloseTo(mean, 1);
  // Bins that know no more than how common each is think the same of them: their nats are of the same things.
  const bins = new Language(dictionary);
  const byBins = new VisitsNetwork(bins, settings, new Rng(1));
  byBins.trunks[bins.valuePart].last.weights.assign(tf.zerosLike(byBins.trunks[bins.valuePart].last.weights));
  beginWithFrequencies(byBins, bins, await tallyOf(lives, bins));
  expect(await nats(byBins, lives, new Batcher(bins))).toBeCloseTo(mean, 0);
  [network, byBins].forEach((one) => one.dispose());
});

it('learns what independent draws from all patients would miss: how people differ for life, and that values rise together', async () => {
  const network = new VisitsNetwork(language, settings, new Rng(1));
  const [learned, held] = [lives.slice(0, 120), lives.slice(240)];
  const independent = await nats(network, held);
  const variables = Object.values(network.trained);
  const adam = new Adam(variables, { learningRate: 0.03 });
  const { batch } = batcher.batch(learned.map((life) => ({ life, first: 0, end: life.items.length })));
  for (let step = 0; step < 40; step++) adam.minimize(() => network.loss(batch, 120)).dispose();
  batch.dispose();
  adam.dispose();
  expect(await nats(network, held)).toBeLessThan(independent - 10);
  const sampler = await LifeSampler.of(network, language);
  const rngs = Array.from({ length: 150 }, (_, i) => new Rng(i));
  const drawn = await sampler.draw(rngs);
  const records = drawn.map((life, i) => recordOf(`${i}`, life, dictionary, alphabet, rngs[i]));
  for (const code of CODES) expect(intraclass(records, code)).toBeGreaterThan(0.8);
  const both = records.filter((record) => valuesOf(record, CODES[0]).length === valuesOf(record, CODES[1]).length);
  expect(together(both)).toBeGreaterThan(0.3);
  network.dispose();
});

describe('a number', () => {
  const network = new VisitsNetwork(language, settings, new Rng(1));

  beforeAll(() => {
    const rng = new Rng(3);
    for (const weights of Object.values(network.flow!.named)) {
      const moved = weights.dataSync().map(() => 0.2 * rng.normal());
      tf.tidy(() => weights.assign(tf.tensor(moved, weights.shape)));
    }
  });

  it.each([
    ['alone', []],
    ['after a lower one of the same code', [30]],
  ])('has a probability, and all that there may be make up one: %s', async (_, before) => {
    const [life] = lives;
    const count = alphabet.entryOf.indexOf(1);
    const all = Array.from({ length: count - (before[0] ?? 0) }, (__, i) => (before[0] ?? 0) + i);
    const changed = all.map((event) => {
      const items = life.items.map((item, i) => (i === 4 ? { ...item, events: [...before, event] } : item));
      return { ...life, items };
    });
    const { batch, rows } = batcher.batch(changed.map((own) => ({ life: own, first: 4, end: 5 })));
    const losses = await network.losses(batch);
    batch.dispose();
    // The last value of each part of a life.
    let sum = 0;
    rows.ends.forEach((end, i) => {
      const own = rows.chosen.subarray(rows.ends[i - 1] ?? 0, end);
      sum += Math.exp(-losses[(rows.ends[i - 1] ?? 0) + own.findLastIndex((token) => token >= alphabet.values.start)]);
    });
    expect(count).toBeGreaterThan(80);
    expect(sum).toBeCloseTo(1, 4);
  });

  it('is drawn with the odds that are learned', async () => {
    const [life] = lives;
    const drawing = await network.flow!.drawing(features.levels);
    const { batch, rows } = batcher.batch([{ life, first: 0, end: life.items.length }]);
    // With one layer it is the state itself.
    const state = tf.tidy(() => network.state(batch).arraySync());
    const losses = await network.losses(batch);
    batch.dispose();
    let [row, value] = [0, 0];
    tellLife(life, dictionary, alphabet, language.walk(), {
      token: (walk, token, grain) => {
        if (walk.phase === 'value') {
          const event = alphabet.eventOf(walk.entry, token - alphabet.firstValues[walk.entry], grain);
          const times = 2000;
          const hidden = Float32Array.from(state[row]);
          const lowest = walk.own.lowest(walk, token)!;
          value++;
          let found = 0;
          for (let i = 0; i < times; i++)
            found += Number(drawing.draw(walk, hidden, lowest, (i + 0.5) / times) === event);
          expect(Math.abs(found / times - Math.exp(-losses[row]))).toBeLessThan(0.0015);
        }
        row++;
      },
    });
    expect([value, row]).toEqual([16, rows.rows]);
  });
});
