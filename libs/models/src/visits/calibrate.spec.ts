import { startEngine, tf } from '@ehrsynth/engine';
import { Rng } from '@ehrsynth/random';
import { addDays, type PatientRecord } from '@ehrsynth/records';
import { beforeAll, describe, expect, it } from 'vitest';
import { calibrate, moveTables } from './calibrate.ts';
import { tallyOf } from './context-tally.ts';
import { beginWithFrequencies } from './frequencies.ts';
import { Batcher, Language } from './language.ts';
import { lossesOfLives } from './losses.ts';
import { VisitsNetwork } from './network.ts';
import { LifeSampler } from './sample.ts';
import { DictionaryLearner, type Life, nothingLeftOut } from '@ehrsynth/sequence';

const ICD = 'http://hl7.org/fhir/sid/icd-10-cm';
const columnOf = () => 0;

/** Visits four days apart, few of them emergencies; some people get asthma, and who had it has it again at every second visit. */
function people(count: number): PatientRecord[] {
  const rng = new Rng(3);
  return Array.from({ length: count }, (_, id): PatientRecord => {
    const record: PatientRecord = { id: `p${id}`, sex: 'female', birthDate: '1990-01-01', encounters: [], events: [] };
    const start = addDays('2018-01-01', rng.int(1000));
    let had = false;
    for (let encounter = 0; encounter < 6; encounter++) {
      const day = addDays(start, 4 * encounter);
      record.encounters.push({ class: rng.chance(0.95) ? 'AMB' : 'EMER', start: day, end: day });
      if (!rng.chance(had ? 0.5 : 0.05)) continue;
      had = true;
      record.events.push({ kind: 'condition', code: { system: ICD, code: 'J45.909' }, start: day, encounter });
    }
    return record;
  });
}

describe('calibration', () => {
  const records = people(600);
  const learner = new DictionaryLearner(
    { columns: [{ kind: 'condition', system: ICD, code: 'J45.909', level: 'code' }], columnOf },
    10,
  );
  for (const record of records) learner.add(record);
  const language = new Language(learner.done());
  const reader = language.reader(columnOf, nothingLeftOut());
  const lives = records.map((record) => reader.read(record));

  const shares = (list: readonly Life[]) => {
    const items = list.flatMap((life) => life.items);
    const asthma = list.filter((life) => life.items.some(({ events }) => events.length > 0)).length;
    const events = items.reduce((sum, item) => sum + item.events.length, 0);
    const { death } = language.alphabet;
    const emergencies = items.filter((item) => item.class === death + 1 + language.dictionary.classes.indexOf('EMER'));
    return {
      visits: items.length / list.length,
      carriers: asthma / list.length,
      eventsPerCarrier: events / asthma,
      emergencies: emergencies.length / items.length,
    };
  };

  beforeAll(() => startEngine('wasm'));

  it('moves a network that knows nothing to the right visits, classes and codes', async () => {
    const network = new VisitsNetwork(language, { hidden: 8, layers: 1 }, new Rng(1));
    const drawn = async () => {
      const sampler = await LifeSampler.of(network, language);
      const rng = new Rng(77);
      const all: Life[] = [];
      for (let i = 0; i < 4; i++)
        all.push(...(await sampler.draw(Array.from({ length: 250 }, (_, j) => rng.fork(250 * i + j)))));
      return shares(all);
    };
    const [real, before] = [shares(lives), await drawn()];
    expect(Math.abs(before.emergencies - real.emergencies)).toBeGreaterThan(0.07);
    expect(await calibrate(network, language, await tallyOf(lives, language), 1)).toBe(true);
    const after = await drawn();
    expect(Math.abs(after.emergencies - real.emergencies)).toBeLessThan(0.05);
    expect(Math.abs(after.visits / real.visits - 1)).toBeLessThan(0.15);
    expect(Math.abs(after.carriers / real.carriers - 1)).toBeLessThan(0.25);
    expect(Math.abs(after.eventsPerCarrier / real.eventsPerCarrier - 1)).toBeLessThan(0.25);
  });

  it('moves codes that come for the first time to the ages that they have', async () => {
    const network = new VisitsNetwork(language, { hidden: 8, layers: 1 }, new Rng(1));
    // Only at the third visit or later, that is from the eighth day on.
    const late = lives.map((life) => ({
      ...life,
      items: life.items.map((item, i) => (i < 2 ? { ...item, events: [] } : item)),
    }));
    const early = async () => {
      const sampler = await LifeSampler.of(network, language);
      const drawn = await sampler.draw(Array.from({ length: 250 }, (_, i) => new Rng(5).fork(i)));
      const first = drawn.flatMap(
        ({ items }) => items.slice(0, 1 + items.findIndex(({ events }) => events.length > 0)).length || [],
      );
      return first.filter((visits) => visits === 1).length / first.length;
    };
    expect(await early()).toBeGreaterThan(0.3);
    await calibrate(network, language, await tallyOf(late, language), 1);
    expect(await early()).toBeLessThan(0.15);
  });

  it('makes up for what a code lacks everywhere alike once: of contexts with few people nothing is taken back', async () => {
    const network = new VisitsNetwork(language, { hidden: 8, layers: 1 }, new Rng(1));
    const { codePart } = language;
    const { tilt, last } = network.trunks[codePart];
    const [before] = await last.bias!.data();
    const real = await tallyOf(lives, language);
    const halved = (counts: Float64Array) => counts.map((count) => count / 2);
    const further = real.further.map((counts, part) => (part === codePart ? halved(counts) : counts));
    const drawn = { ...real, first: halved(real.first), again: halved(real.again), further };
    moveTables(network, language, { real, drawn: { ...drawn, events: halved(real.events) }, share: 1 });
    const table = await network.trunks[codePart].table.data();
    expect((await last.bias!.data())[0] - before + table[0]).toBeCloseTo(Math.log(2), 0);
    expect(Array.from(await tilt!.data()).reduce((most, one) => Math.max(most, Math.abs(one)), 0)).toBeLessThan(0.03);
  });

  it('is in the likelihood as it is in what is drawn', async () => {
    const network = new VisitsNetwork(language, { hidden: 8, layers: 1 }, new Rng(1));
    const rng = new Rng(9);
    for (const { tilt } of network.trunks)
      tilt?.assign(
        tf.tile(tf.randomNormal([1, tilt.shape[1]], 0, 0.3, 'float32', 4), [tilt.shape[0], 1]) as tf.Tensor2D,
      );
    const sampler = await LifeSampler.of(network, language);
    const drawn: Life[] = [];
    for (let i = 0; i < 16; i++)
      drawn.push(...(await sampler.draw(Array.from({ length: 250 }, (_, j) => rng.fork(250 * i + j)))));
    // The shape of a life's beginning: whether there is asthma in the first visit, and whether there is a second one.
    const one = reader.read(people(1)[0]);
    const [item] = one.items;
    const lossOf = async (events: number[]) =>
      (await lossesOfLives(network, new Batcher(language, true), [{ ...one, items: [{ ...item, events }] }]))[0];
    const odds = (await lossOf([])) - (await lossOf([0]));
    const same = drawn.filter(
      ({ items }) => items.length === 1 && items[0].class === item.class && items[0].stay === 0,
    );
    const withAsthma = same.filter(({ items }) => items[0].events.length > 0).length;
    expect(withAsthma).toBeGreaterThan(20);
    expect(Math.log(withAsthma / (same.length - withAsthma))).toBeCloseTo(odds, 0);
  });

  it('has little left to do where a network begins with what is common', async () => {
    const network = new VisitsNetwork(language, { hidden: 8, layers: 1 }, new Rng(1));
    const surprise = async () => {
      const losses = await lossesOfLives(network, new Batcher(language), lives);
      return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    };
    const before = await surprise();
    beginWithFrequencies(network, language, await tallyOf(lives, language));
    // Of about 30 choices of a life most are of few days, one class and one code.
    expect(await surprise()).toBeLessThan(0.6 * before);
  });

  it('ends where it is to end', async () => {
    const network = new VisitsNetwork(language, { hidden: 8, layers: 1 }, new Rng(1));
    expect(await calibrate(network, language, await tallyOf(lives, language), 1, AbortSignal.abort())).toBe(false);
  });
});
