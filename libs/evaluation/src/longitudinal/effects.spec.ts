import { expect, it } from 'vitest';
import { coxRegression, type Episode } from './cox.ts';
import { EFFECTS } from './effect-definitions.ts';
import { effectsOf } from './effects.ts';
import { episodesOf, followUps, tableOf } from './follow-up.ts';
import { oddsRatio } from './odds-ratio.ts';
import { lives, recordOf, sidesOf } from './testing.ts';

const kidneys = EFFECTS.find(({ name }) => name === 'hypertension-kidney-disease')!;

it("odds ratio with Woolf's interval", () => {
  const { log, variance } = oddsRatio({
    exposedWith: 20,
    exposedWithout: 80,
    otherWith: 10,
    otherWithout: 90,
  });
  expect(Math.exp(log)).toBeCloseTo(2.25, 12);
  expect(variance).toBeCloseTo(1 / 20 + 1 / 80 + 1 / 10 + 1 / 90, 12);
  const empty = oddsRatio({ exposedWith: 5, exposedWithout: 5, otherWith: 0, otherWithout: 5 });
  expect(Math.exp(empty.log)).toBeCloseTo(11, 12);
});

it("Cox's model: the trial of 6-mercaptopurine (Freireich 1963), ties as Breslow", () => {
  const people = (text: string, placebo: number): Episode[] =>
    text
      .split(' ')
      .map((time) => ({ start: 0, stop: parseInt(time), event: !time.endsWith('+'), covariates: [placebo] }));
  const trial = [
    ...people('6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+', 0),
    ...people('1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23', 1),
  ];
  const { log, variance } = coxRegression(trial)!;
  expect(log).toBeCloseTo(1.5092, 3);
  expect(Math.sqrt(variance)).toBeCloseTo(0.4096, 3);
  // Cut in two at any time it is the same.
  const cut = trial.flatMap((one) =>
    one.stop <= 7
      ? [one]
      : [
          { ...one, stop: 7, event: false },
          { ...one, start: 7 },
        ],
  );
  expect(coxRegression(cut)!.log).toBeCloseTo(log, 6);
  expect(coxRegression(trial.map((one) => ({ ...one, covariates: [1] })))).toBeUndefined();
  expect(coxRegression(trial.map((one) => ({ ...one, event: one.event && one.covariates[0] === 1 })))).toBeUndefined();
});

it('who is followed, and when exposed', async () => {
  const people = [
    recordOf([
      [0, 'X'],
      [10, 'I10'],
      [50, 'N18.3'],
    ]),
    // After, or on the day of, the outcome: not exposed.
    recordOf([
      [0, 'X'],
      [50, 'N18.3'],
      [60, 'I10'],
    ]),
    recordOf([
      [0, 'X'],
      [50, 'I10 N18.3'],
    ]),
    recordOf([
      [0, 'I10'],
      [70, 'X'],
    ]),
    // With the outcome from the first day, or seen on one day: not followed.
    recordOf([
      [0, 'N18.3'],
      [50, 'I10'],
    ]),
    recordOf([[0, 'I10']]),
  ].map((one) => ({ ...one, birthDate: '1960-01-01' }));
  const { holdout } = await sidesOf(people, people);
  const found = followUps(holdout, kidneys);
  expect(found.map(({ days, hasOutcome, exposure }) => [days, hasOutcome, exposure])).toEqual([
    [50, true, 10],
    [50, true, undefined],
    [50, true, undefined],
    [70, false, 0],
  ]);
  expect(tableOf(found)).toEqual({ exposedWith: 1, exposedWithout: 1, otherWith: 2, otherWithout: 0 });
  expect(episodesOf(found).map(({ start, stop, event, covariates }) => [start, stop, event, covariates[0]])).toEqual([
    [0, 10, false, 0],
    [10, 50, true, 1],
    [0, 50, true, 0],
    [0, 50, true, 0],
    [0, 70, false, 1],
  ]);
});

it('effects that are there are found alike, and those that were removed differ', async () => {
  const [training, holdout] = [lives(2500, 1), lives(2500, 2)];
  const of = async (effect: number) =>
    effectsOf(await sidesOf(holdout, lives(2500, 3, { effect }), training), [kidneys], 11);
  const [same, removed] = [await of(6), await of(1)];
  const { odds, hazard, group } = same.effects[0].groups[0];
  expect(group).toBe('all');
  // Six times a visit's chance, of which some is lost: hypertension is recorded later than it begins.
  expect(hazard.holdout!.lower).toBeGreaterThan(1.5);
  expect(hazard.holdout!.upper).toBeLessThan(6);
  expect(hazard.synthetic!.lower).toBeLessThan(hazard.holdout!.upper);
  expect(same.hazards.overlap.synthetic!.value).toBe(1);
  const gone = removed.effects[0].groups[0];
  expect(gone.hazard.synthetic!.upper).toBeLessThan(hazard.holdout!.lower);
  expect(gone.odds.synthetic!.upper).toBeLessThan(odds.holdout!.lower);
  expect(removed.hazards.difference.synthetic!.lower).toBeGreaterThan(removed.hazards.difference.floor!.upper);
  expect(removed.hazards.overlap.synthetic!.value).toBeLessThan(0.5);
});

it('is not measured of few people', async () => {
  const few = lives(40, 1);
  const { effects, odds } = await effectsOf(await sidesOf(few, few), [kidneys], 11);
  expect(effects[0]).toMatchObject({ groups: [], notMeasured: expect.stringContaining('11 patients') });
  expect(odds.difference.notMeasured).toBeDefined();
});
