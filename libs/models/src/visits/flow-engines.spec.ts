import { Adam, startEngine, surveyEngines } from '@ehrsynth/engine';
import { Rng } from '@ehrsynth/random';
import { DictionaryLearner } from '@ehrsynth/sequence';
import { expect, it } from 'vitest';
import { Batcher, Language } from './language.ts';
import { VisitsNetwork } from './network.ts';
import { columnOf, columns, peopleOf } from './value-testing.ts';

const people = peopleOf(12, 1);
const learner = new DictionaryLearner({ columns, columnOf }, 5);
for (const record of people) learner.add(record);
const language = new Language(learner.done(), 'flow');

/** Losses of a few steps on all people; and of each of one's tokens after these. */
async function learned(): Promise<number[]> {
  const reader = language.reader(columnOf);
  const batcher = new Batcher(language);
  const network = new VisitsNetwork(language, { hidden: 8, layers: 2 }, new Rng(1));
  const adam = new Adam(Object.values(network.trained), { learningRate: 0.02 });
  const partOf = (record: (typeof people)[number]) => ({ life: reader.read(record), first: 0, end: 8 });
  const { batch } = batcher.batch(people.map(partOf));
  const losses: number[] = [];
  for (let step = 0; step < 4; step++) {
    const loss = adam.minimize(() => network.loss(batch, 12));
    losses.push(...(await loss.data()));
    loss.dispose();
  }
  const { batch: one } = batcher.batch([partOf(people[0])]);
  losses.push(...(await network.losses(one)));
  [batch, one, adam, network].forEach((own) => own.dispose());
  return losses;
}

it('a flow learns on the engines of the processor what it learns on the plain one', async () => {
  await startEngine('cpu');
  const plain = await learned();
  expect(plain[3]).toBeLessThan(plain[0] - 5);
  // The operations by themselves are compared on a GPU too: programs for it take too long to make for all of them here.
  const others = (await surveyEngines()).filter(({ name, available }) => available && !/gpu/.test(name));
  for (const { name: engine } of others) {
    await startEngine(engine);
    const found = await learned();
    expect(found).toHaveLength(plain.length);
    found.forEach((loss, i) => expect(Math.abs(loss - plain[i]), engine).toBeLessThan(1e-3 * (1 + plain[i])));
  }
});
