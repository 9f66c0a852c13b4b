import { startEngine } from '@ehrsynth/engine';
import { Rng } from '@ehrsynth/random';
import { type Life, nothingLeftOut, privateDictionary } from '@ehrsynth/sequence';
import { beforeAll, describe, expect, it } from 'vitest';
import { Language } from './language.ts';
import { VisitsNetwork } from './network.ts';
import { absentTokens, forbid } from './private-absent.ts';
import { noisyCounts } from './private-tally.ts';
import { beginWithPublicOdds } from './public-prior.ts';
import { LifeSampler } from './sample.ts';
import { LifeTally } from './tally.ts';

const language = new Language(privateDictionary([], new Map()));
const { alphabet, dictionary } = language;
const reader = language.reader(() => undefined, nothingLeftOut());

function lifeOf(i: number): Life {
  const classes = i % 2 === 0 ? ['AMB'] : ['AMB', 'EMER'];
  const encounters = classes.map((name) => ({ class: name, start: '2019-03-01', end: '2019-03-01' }));
  return reader.read({
    id: `p${i}`,
    sex: i % 3 === 0 ? 'male' : 'female',
    birthDate: '1970-01-01',
    encounters,
    events: [],
  });
}

describe('what nobody has, by noisy counts', () => {
  beforeAll(() => startEngine('wasm'));

  it('is a class, sex and race that hardly anyone has, and is not drawn any more', async () => {
    const lives = [...Array.from({ length: 300 }, (_, i) => lifeOf(i)), classOf('HH')];
    const noise = new Rng(4);
    const counts = await noisyCounts(new LifeTally(language), lives, 1, { next: () => noise.next32() * 2 ** 32 });
    const absent = absentTokens(language, counts);
    const tokenOf = (name: string) => alphabet.death + 1 + dictionary.classes.indexOf(name);
    const here = dictionary.classes.filter((name) => !absent.includes(tokenOf(name)));
    expect(here.sort()).toEqual(['AMB', 'EMER']);
    expect(dictionary.sexes.filter((_, i) => !absent.includes(alphabet.sexes.start + i)).sort()).toEqual([
      'female',
      'male',
    ]);
    for (const stays of [alphabet.races.end - 1, alphabet.ethnicities.end - 1, alphabet.death, alphabet.alone])
      expect(absent).not.toContain(stays);

    const network = new VisitsNetwork(language, { hidden: 4, layers: 1 }, new Rng(1));
    beginWithPublicOdds(network, language);
    const others = async () => {
      const sampler = await LifeSampler.of(network, language);
      const drawn = await sampler.draw(Array.from({ length: 100 }, (_, i) => new Rng(9).fork(i)));
      return drawn.filter(
        ({ race, items }) => absent.includes(race) || items.some((item) => absent.includes(item.class)),
      ).length;
    };
    expect(await others()).toBeGreaterThan(20);
    forbid(network, alphabet, absent);
    expect(await others()).toBe(0);
    network.dispose();
  });
});

function classOf(name: string): Life {
  return reader.read({
    id: 'q',
    sex: 'other',
    encounters: [{ class: name, start: '2019-03-01', end: '2019-03-01' }],
    events: [],
  });
}
