import { describe, expect, it } from 'vitest';
import { recordOf } from '../longitudinal/testing.ts';
import { compareForecasts } from './compare-forecasts.ts';
import { forecastOf, type Life, livesOf } from './testing.ts';

const HORIZONS = [30, 365];
const SEEN = [-10, 'A'] as [number, string];
const LATER = [40, 'A'] as [number, string];

/** 40 people: of the first 20, all of whom get B, two of four futures do; of the next 10 one of four; of the last none. */
function byHand(): Life[] {
  return Array.from({ length: 40 }, (_, i) => {
    const likely = i < 20 ? 2 : i < 30 ? 1 : 0;
    const withB = [SEEN, [30, 'B A'], LATER] as [number, string][];
    return {
      real: recordOf(i < 20 ? withB : [SEEN, LATER], { id: `${i}` }),
      futures: [0, 1, 2, 3].map((k) => recordOf(k < likely ? withB : [SEEN, LATER])),
    };
  });
}

describe('what became of people beside their futures', () => {
  it('worked by hand: observed, expected, the interval of their ratio, AUROC, Brier score, visits', async () => {
    const { people, futuresPerPerson, horizons, summary } = compareForecasts(await forecastOf(byHand()), {
      horizons: [30],
    });
    expect([people, futuresPerPerson]).toEqual([40, 4]);
    const [{ followed, visits, newCodes, outcomes }] = horizons;
    expect(followed).toEqual({ observed: 1, expected: 1 });
    expect(visits).toMatchObject({ observed: 0.5, expected: 12.5 / 40 });
    expect(newCodes).toMatchObject({ observed: 0.5, expected: 12.5 / 40 });
    // A is new to nobody, and nobody dies.
    expect(outcomes).toHaveLength(1);
    const [b] = outcomes;
    expect(b).toMatchObject({ outcome: { code: 'B' }, people: 40, observed: 20, expected: 12.5 });
    // 20 of 40 positives and negatives: those of a half are above 10 of a quarter and 10 of none.
    expect(b.auroc!.value).toBe(1);
    // 20 × (0.25 − 0.25 / 3) + 10 × (0.0625 − 0.1875 / 3) + 10 × 0.
    expect(b.brier).toBeCloseTo((20 * (0.25 - 0.25 / 3)) / 40, 12);
    // Poisson's limits of 20 are 12.22 and 30.89; the expected number's error is √(20 × 0.25 / 3 + 10 × 0.1875 / 3) = 1.514.
    const error = (1.96 * 1.5138) / 12.5;
    expect(b.ratio!.value).toBeCloseTo(1.6, 12);
    expect(b.ratio!.lower).toBeCloseTo(1.6 * Math.exp(-Math.hypot(Math.log(20 / 12.22), error)), 2);
    expect(b.ratio!.upper).toBeCloseTo(1.6 * Math.exp(Math.hypot(Math.log(30.89 / 20), error)), 2);
    expect(summary).toEqual({ outcomes: 1, covered: 1, medianRatio: b.ratio!.value, meanAuroc: 1 });
  });

  it('leaves out who had the code before, whose record ends before the horizon, and who is not seen or dead by the day', async () => {
    const lives = byHand();
    const had = recordOf([[-20, 'B'], [10, 'B'], LATER], { id: 'had' });
    const ended = recordOf([SEEN, [29, 'B']], { id: 'ended' });
    const unseen = recordOf([[5, 'B'], LATER], { id: 'unseen' });
    const dead = recordOf([SEEN], { id: 'dead', deathDate: '2020-01-01' });
    for (const real of [had, ended, unseen, dead]) lives.push({ real, futures: [recordOf([[5, 'B'], LATER])] });
    const { people, horizons } = compareForecasts(await forecastOf(lives), { horizons: [30], minPatients: 1 });
    expect(people).toBe(42);
    expect(horizons[0].followed.observed).toBeCloseTo(41 / 42, 12);
    expect(horizons[0].outcomes).toMatchObject([{ people: 40, observed: 20, expected: 12.5 }]);
  });

  it('follows to the end who dies, and leaves a future out that ends for another reason', async () => {
    const lives = byHand().map(({ real, futures }, i) => ({
      real: i < 20 ? { ...recordOf([SEEN, [30, 'B']], { id: real.id }), deathDate: '2020-02-01' } : real,
      // The fourth future of each ends at once.
      futures: [...futures.slice(0, 3), recordOf([SEEN])],
    }));
    const [{ followed, outcomes }] = compareForecasts(await forecastOf(lives), { horizons: [31] }).horizons;
    expect(followed).toEqual({ observed: 1, expected: 0.75 });
    const found = new Map(
      outcomes.map((one) => [typeof one.outcome === 'string' ? one.outcome : one.outcome.code, one]),
    );
    expect(found.get('B')).toMatchObject({ observed: 20, expected: 20 * (2 / 3) + 10 * (1 / 3) });
    expect(found.get('death')).toMatchObject({ observed: 20, expected: 0 });
    expect(found.get('death')!.ratio).toBeUndefined();
  });

  it('shows no small count: of who is followed, or of who had a code before', async () => {
    const had = Array.from({ length: 5 }, (_, i) => ({
      real: recordOf([[-20, 'B'], LATER], { id: `had-${i}` }),
      futures: [recordOf([LATER])],
    }));
    const one = { real: recordOf([SEEN], { id: 'ended' }), futures: [recordOf([LATER])] };
    const [all, some] = await Promise.all(
      [had, [...had, one]].map(async (more) =>
        compareForecasts(await forecastOf([...byHand(), ...more]), { horizons: [30] }),
      ),
    );
    expect(all.horizons[0].followed.observed).toBe(1);
    expect(some.horizons[0].followed.observed).toBeUndefined();
    for (const { horizons } of [all, some]) {
      expect(horizons[0].outcomes).toHaveLength(1);
      expect(horizons[0].outcomes[0].people).toBeUndefined();
    }
  });

  it('is not measured where few are followed', async () => {
    const [short, long] = compareForecasts(await forecastOf(byHand()), { horizons: [30, 365] }).horizons;
    expect(short.notMeasured).toBeUndefined();
    expect(long).toMatchObject({ outcomes: [], notMeasured: expect.stringContaining('fewer than 20 patients') });
    expect(long.visits).toBeUndefined();
  });
});

describe('a forecast', () => {
  const judged = async (...given: Parameters<typeof livesOf>) =>
    compareForecasts(await forecastOf(livesOf(...given)), { horizons: HORIZONS });
  const trueOne = judged(6);

  it('that draws from the truth is covered, whatever ends the records', async () => {
    const { summary, horizons } = await trueOne;
    expect(summary.outcomes).toBeGreaterThan(12);
    expect(summary.covered).toBeGreaterThan(0.9);
    expect(summary.medianRatio).toBeGreaterThan(0.85);
    expect(summary.medianRatio).toBeLessThan(1.15);
    expect(summary.meanAuroc).toBeGreaterThan(0.6);
    for (const { visits, newCodes, followed } of horizons) {
      for (const { ratio } of [visits!, newCodes!]) {
        expect(ratio!.lower).toBeLessThan(1);
        expect(ratio!.upper).toBeGreaterThan(1);
      }
      expect(followed.expected).toBeCloseTo(followed.observed!, 1);
    }
  });

  it('of too many new codes is not covered, and its visits are', async () => {
    const { summary, horizons } = await judged(2, { codes: 1.7 });
    expect(summary.covered).toBeLessThan(0.5);
    expect(summary.medianRatio).toBeLessThan(0.8);
    expect(horizons[0].newCodes!.ratio!.upper).toBeLessThan(1);
    expect(horizons[0].visits!.ratio!.upper).toBeGreaterThan(1);
  });

  it('of too few visits has them above 1', async () => {
    const { horizons } = await judged(3, { visits: 0.7 });
    expect(horizons[1].visits!.ratio!.lower).toBeGreaterThan(1.2);
  });

  it('that does not know who is at risk has the right numbers for the wrong people', async () => {
    const [blind, seeing] = [await judged(6, { isBlind: true }), await trueOne];
    expect(blind.summary.meanAuroc).toBeLessThan(0.55);
    expect(seeing.summary.meanAuroc).toBeGreaterThan(0.6);
    const brier = ({ horizons }: typeof blind) => horizons[1].outcomes.reduce((sum, one) => sum + one.brier, 0);
    expect(brier(blind)).toBeGreaterThan(brier(seeing));
  });

  it('whose records end early has fewer that are followed', async () => {
    const { followed } = (await judged(5, { ends: 3 })).horizons[1];
    expect(followed.expected).toBeLessThan(followed.observed! - 0.2);
  });
});

it('of nobody who lives on the day is not measured', async () => {
  const dead = { real: recordOf([SEEN], { deathDate: '2019-12-31' }), futures: [recordOf([LATER])] };
  const { people, futuresPerPerson, horizons, summary } = compareForecasts(await forecastOf([dead]));
  expect([people, futuresPerPerson, summary]).toEqual([0, 0, { outcomes: 0 }]);
  for (const { followed, notMeasured } of horizons) {
    expect(followed.expected).toBe(0);
    expect(notMeasured).toContain('fewer than 20 patients');
  }
});

it('of other codes than the histories has is refused', async () => {
  const [one, other] = [await forecastOf(byHand()), await forecastOf(byHand())];
  expect(() => compareForecasts({ ...one, futures: other.futures })).toThrow('different dictionaries');
});
