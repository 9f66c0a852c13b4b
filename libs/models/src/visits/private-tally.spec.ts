import { startEngine } from '@ehrsynth/engine';
import type { Column } from '@ehrsynth/matrix';
import { type RandomWords, Rng } from '@ehrsynth/random';
import { addDays, type PatientRecord } from '@ehrsynth/records';
import { type Life, nothingLeftOut, privateDictionary } from '@ehrsynth/sequence';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { CLIP_UNITS } from '../private/clipped-sums.ts';
import { meansBehindNoise } from '../private/means-behind-noise.ts';
import { Language } from './language.ts';
import { VisitsNetwork } from './network.ts';
import { calibrateToCounts } from './private-calibrate.ts';
import { clippedCounts, estimatesOf, lastMonthOf, noisyCounts } from './private-tally.ts';
import { beginWithPublicOdds } from './public-prior.ts';
import { LifeSampler } from './sample.ts';
import { lastDayOf, LifeTally } from './tally.ts';

const ICD = 'http://hl7.org/fhir/sid/icd-10-cm';
const CODES = ['I10', 'E11.9', 'J45.909'];
const columns = CODES.map((code): Column => ({ kind: 'condition', system: ICD, code, level: 'code' }));
const language = new Language(privateDictionary(columns, new Map()));
const reader = language.reader(({ code }) => CODES.indexOf(code.code), nothingLeftOut());

/** @param visits of each the days since the last one, class, days of stay, and codes by number */
function lifeOf(first: string, visits: readonly [gap: number, name: string, stay: number, codes: number[]][]): Life {
  let start = first;
  const record: PatientRecord = { id: 'p', sex: 'female', birthDate: '1960-05-01', encounters: [], events: [] };
  visits.forEach(([gap, name, stay, codes], encounter) => {
    start = addDays(start, gap);
    record.encounters.push({ class: name, start, end: addDays(start, stay) });
    for (const code of codes)
      record.events.push({ kind: 'condition', code: { system: ICD, code: CODES[code] }, start, encounter });
  });
  return reader.read(record);
}

/** Noise of a seed. */
function wordsOf(seed: number): RandomWords {
  const rng = new Rng(seed);
  return { next: () => rng.next32() * 2 ** 32 };
}

const anyLife = fc
  .tuple(
    fc.constantFrom('1985-03-04', '2011-01-31', '2020-12-24'),
    fc.array(
      fc.tuple(
        fc.nat(400),
        fc.constantFrom('AMB', 'IMP', 'EMER'),
        fc.constantFrom(0, 0, 1, 20),
        fc.uniqueArray(fc.nat(2)),
      ),
      { maxLength: 60 },
    ),
  )
  .map(([first, visits]) => lifeOf(first, visits));

describe('counts of lives', () => {
  it('a life, there or not, moves them by no more than what the noise is for, and by the same whoever else is there', async () => {
    const tally = new LifeTally(language);
    await fc.assert(
      fc.asyncProperty(fc.array(anyLife, { maxLength: 4 }), anyLife, async (others, life) => {
        const [all, without, own] = [
          flat(await clippedCounts(tally, [...others, life])),
          flat(await clippedCounts(tally, others)),
          flat(await clippedCounts(tally, [life])),
        ];
        expect(all.every(Number.isInteger)).toBe(true);
        const moved = all.map((count, i) => count - without[i]);
        expect(moved.every((count, i) => count === own[i])).toBe(true);
        expect(Math.hypot(...moved)).toBeLessThanOrEqual(CLIP_UNITS);
      }),
      { numRuns: 10 },
    );
    const long = lifeOf('1990-01-01', Array(300).fill([7, 'AMB', 0, [0, 1, 2]]));
    expect(Math.hypot(...flat(await clippedCounts(tally, [long])))).toBeGreaterThan(0.5 * CLIP_UNITS);
  });

  it('shares of all groups add up to one, and no more', () => {
    const shares = Object.values(new LifeTally(language).groups).map(({ share }) => share);
    expect(shares.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 12);
  });

  it('get noise of the size that is promised, another each time', async () => {
    const tally = new LifeTally(language);
    const [once, again] = [await noisyCounts(tally, [], 3), await noisyCounts(tally, [], 3)];
    for (const [name, { most, share, size }] of Object.entries(tally.groups)) {
      const { counts, deviation } = once[name];
      expect(deviation).toBeCloseTo((3 * most) / Math.sqrt(share), 3);
      const found = Math.sqrt(counts.reduce((sum, one) => sum + one * one, 0) / size) / deviation;
      expect(Math.abs(found - 1), name).toBeLessThan(6 / Math.sqrt(2 * size));
      expect(counts).not.toEqual(again[name].counts);
    }
  });

  it('say in which month records end for certain, and nothing of one that few end in', async () => {
    const many = Array.from({ length: 400 }, () => lifeOf('2019-11-10', [[0, 'AMB', 0, []]]));
    const last = lifeOf('2150-01-01', [[0, 'AMB', 0, []]]);
    // The same noise each time: once in some thousands it alone would be a month.
    const words = wordsOf(6);
    const month = lastMonthOf(await noisyCounts(new LifeTally(language), [...many, last], 2, words));
    expect(new Date(lastDayOf(month!) * 86_400_000).toISOString()).toMatch(/^2019-11-30/);
    expect(lastMonthOf(await noisyCounts(new LifeTally(language), [last], 2, words))).toBeUndefined();
  });
});

describe('means behind noise', () => {
  it('are nearer to the counts than what was seen, of few large counts and of many', () => {
    const rng = new Rng(5);
    for (const large of [10, 500]) {
      const truth = Array.from({ length: 1000 }, (_, i) => (i < large ? 100 + i : 0));
      const noisy = Float64Array.from(truth, (count) => count + 20 * rng.normal());
      const error = (found: Float64Array) => Math.hypot(...found.map((one, i) => one - truth[i]));
      const found = meansBehindNoise(noisy, 20);
      expect(found.every((one) => one >= 0)).toBe(true);
      expect(error(found)).toBeLessThan((large === 10 ? 0.4 : 0.9) * error(noisy));
      const sum = (counts: ArrayLike<number>) => Array.from(counts).reduce((a, b) => a + b, 0);
      expect(Math.abs(sum(found) - sum(truth))).toBeLessThan(3 * 20 * Math.sqrt(1000));
    }
  });

  it('of counts that are far from all others are these', () => {
    const found = meansBehindNoise(Float64Array.of(0, 1, -2, 1e6), 1);
    expect(found[3] / 1e6).toBeCloseTo(1, 1);
    expect(found[0]).toBeLessThan(1);
  });
});

describe('calibration to noisy counts', () => {
  beforeAll(() => startEngine('wasm'));

  it('moves a network that has seen nobody to their visits, classes and codes', async () => {
    const rng = new Rng(2);
    const lives = Array.from({ length: 1000 }, () =>
      lifeOf(
        addDays('2015-01-01', rng.int(700)),
        Array.from({ length: 2 + rng.int(3) }, () => [
          14,
          rng.chance(0.8) ? 'AMB' : 'EMER',
          0,
          rng.chance(0.3) ? [0] : [],
        ]),
      ),
    );
    const shares = (list: readonly Life[]) => {
      const items = list.flatMap((life) => life.items);
      const emergency = language.alphabet.death + 1 + language.dictionary.classes.indexOf('EMER');
      return {
        visits: items.length / list.length,
        emergencies: items.filter((item) => item.class === emergency).length / items.length,
        carriers: list.filter((life) => life.items.some(({ events }) => events.includes(0))).length / list.length,
        others: items.filter(({ events }) => events.some((event) => event > 0)).length / items.length,
      };
    };
    const network = new VisitsNetwork(language, { hidden: 4, layers: 1 }, new Rng(1));
    beginWithPublicOdds(network, language);
    const tally = new LifeTally(language);
    const counts = estimatesOf(await noisyCounts(tally, lives, 0.3, wordsOf(3)));
    const wanted = { counts, lives: lives.length };
    const moved = { rounds: 16, lives: 250, seed: 1 };
    expect(await calibrateToCounts(network, language, tally, wanted, moved)).toBe(true);
    const sampler = await LifeSampler.of(network, language);
    const found = shares(await sampler.draw(Array.from({ length: 250 }, (_, i) => new Rng(9).fork(i))));
    const real = shares(lives);
    expect(Math.abs(found.visits / real.visits - 1)).toBeLessThan(0.25);
    expect(Math.abs(found.emergencies - real.emergencies)).toBeLessThan(0.08);
    expect(Math.abs(found.carriers - real.carriers)).toBeLessThan(0.15);
    expect(found.others).toBeLessThan(0.1);
    const stopped = { ...moved, signal: AbortSignal.abort() };
    expect(await calibrateToCounts(network, language, tally, wanted, stopped)).toBe(false);
    network.dispose();
  });
});

function flat(sums: Record<string, Float64Array>): number[] {
  return Object.values(sums).flatMap((values) => Array.from(values, (value) => value + 0));
}
