import { Vocabulary } from '@ehrsynth/vocab';
import type { CodedEvent, PatientRecord } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import type { Estimate } from './estimates/estimate.ts';
import { estimateHazardRatio } from './estimates/hazard-ratio.ts';
import { byMonth, refillLateness, survival, visitsAfterDischarge } from './estimates/rhythms.ts';
import { autocorrelation, changeAfter, semivariance, withinCorrelation } from './estimates/values.ts';
import { simulateLives } from './simulate-lives.ts';
import { truthOf } from './truth.ts';
import type { WorldOverrides } from './types.ts';

const vocabulary = new Vocabulary();
const truth = truthOf();
/** From 45 to 85 years and seen for ten years: more happens to them. */
const OLDER: WorldOverrides = {
  population: {
    ages: [
      [45, 0],
      [85, 1],
    ],
    wholeWindowShare: 1,
  },
};
/** The same people with some of the effects turned off. */
const OFF: WorldOverrides = {
  ...OLDER,
  conditions: { 'chronic kidney disease 3': { hazardRatios: { 'type 2 diabetes': 1 } } },
  seasons: { influenza: Array<number>(12).fill(1) },
  latents: {
    ldl: { drugs: { atorvastatin: 0, simvastatin: 0, rosuvastatin: 0 } },
    systolic: {
      slow: 0,
      between: 0,
      drugs: { lisinopril: 0, losartan: 0, amlodipine: 0, hydrochlorothiazide: 0 },
    },
    glucose: { slow: 0, noise: 12 },
    ...Object.fromEntries(
      ['sodium', 'chloride', 'bicarbonate', 'alt', 'ast', 'hdl', 'triglycerides', 'heart rate', 'temperature'].map(
        (name) => [name, { shares: { water: 0, acid: 0, liver: 0, lipids: 0, heat: 0 } }],
      ),
    ),
  },
  visits: { followUps: [], fillLate: 9 },
};
const simulated = (patients: number, world: WorldOverrides, seed = 5) => [
  ...simulateLives({ patients, seed, world }, vocabulary),
];
const on = simulated(1500, OLDER);
const off = simulated(1500, OFF);
/** Seen for ten years, so that each has enough visits. */
const ofAllAges = simulated(800, { population: { wholeWindowShare: 1 } });

const hazardRatio = (cause: string, outcome: string) =>
  truth.hazardRatios.find((one) => one.cause === cause && one.outcome === outcome)!;
const holds = ({ low, high }: Estimate, value: number) => low <= value && value <= high;
const isOf =
  (...ingredients: string[]) =>
  ({ code }: CodedEvent) =>
    ingredients.some((name) => code.display!.startsWith(name));

describe('hazard ratios', () => {
  const diabetes = hazardRatio('type 2 diabetes', 'chronic kidney disease 3');

  it('are found in the records, within sampling error', () => {
    expect(diabetes.ratio).toBe(2.6);
    expect(estimateHazardRatio(on, diabetes)).toSatisfy((found: Estimate) => holds(found, 2.6) && found.low > 1.2);
  });

  it('are not found where the effect is turned off', () => {
    expect(holds(estimateHazardRatio(off, diabetes), 2.6)).toBe(false);
  });

  it('hold for nearly all of those that records show', () => {
    const found = truth.hazardRatios
      .filter(({ isShown }) => isShown)
      .flatMap((one) => {
        const estimate = estimateHazardRatio(on, one);
        return estimate.cases >= 40 ? [holds(estimate, one.ratio)] : [];
      });
    expect(found.length).toBeGreaterThan(12);
    expect(found.filter((isHeld) => !isHeld).length).toBeLessThanOrEqual(1);
  });
});

describe('values', () => {
  it('HbA1c and glucose of a patient go together, r > 0.7', () => {
    expect(withinCorrelation(on, '4548-4', '2345-7').low).toBeGreaterThan(0.7);
    expect(withinCorrelation(off, '4548-4', '2345-7').high).toBeLessThan(0.7);
  });

  it('of one sample go together as their shared parts say', () => {
    expect(truth.correlations.length).toBe(5);
    for (const { a, b, r } of truth.correlations) {
      const found = withinCorrelation(on, a, b).value;
      // Vital signs and electrolytes are rounded; diseases and drugs add to liver enzymes and lipids.
      expect(Math.abs(found - r), `${a} ${b} ${found}`).toBeLessThan(0.15);
      if (Math.abs(r) > 0.25) expect(Math.abs(withinCorrelation(off, a, b).value - r)).toBeGreaterThan(0.15);
    }
  });

  describe('systolic pressure from visit to visit', () => {
    const { noise, slow, slowDays, spread } = truth.repeats.systolic;
    const expected = noise ** 2 + slow ** 2 * (1 - Math.exp(-100 / slowDays));
    // Rounding to tens and twos, and the starts and stops of drugs, come on top.
    const isExpected = ({ value }: Estimate) => value / expected > 0.93 && value / expected < 1.15;

    it('differs as the slow part and the noise say, in the young less by the spread of their age', () => {
      expect(semivariance(on, '8480-6', [80, 120])).toSatisfy(isExpected);
      expect(semivariance(off, '8480-6', [80, 120])).not.toSatisfy(isExpected);
      expect(semivariance(ofAllAges, '8480-6', [80, 120], spread)).toSatisfy(isExpected);
      expect(semivariance(ofAllAges, '8480-6', [80, 120])).not.toSatisfy(isExpected);
    });

    it('correlates by 0.4 to 0.8, in the old and at all ages', () => {
      const isWithin = ({ low, high }: Estimate) => low > 0.4 && high < 0.8;
      expect(autocorrelation(on, '8480-6', [60, 130])).toSatisfy(isWithin);
      expect(autocorrelation(ofAllAges, '8480-6', [60, 130])).toSatisfy(isWithin);
      const steady = simulated(400, { latents: { systolic: { noise: 4 } } });
      expect(autocorrelation(steady, '8480-6', [60, 130])).not.toSatisfy(isWithin);
    });
  });

  it('fall after treatment: systolic pressure, LDL', () => {
    const pressure = isOf('lisinopril', 'losartan', 'amlodipine', 'hydrochlorothiazide');
    expect(holds(changeAfter(on, '8480-6', pressure), truth.repeats.systolic.drugs.lisinopril)).toBe(true);
    expect(holds(changeAfter(off, '8480-6', pressure), truth.repeats.systolic.drugs.lisinopril)).toBe(false);
    const statins = isOf('atorvastatin', 'rosuvastatin');
    const effect = truth.repeats.ldl.drugs.atorvastatin;
    expect(holds(changeAfter(on, '13457-7', statins, { log: true }), effect)).toBe(true);
    expect(holds(changeAfter(off, '13457-7', statins, { log: true }), effect)).toBe(false);
  });

  it('heap: half of the pressures are taken by hand, a third of those in tens', () => {
    const { byHand, tens } = truth.heaping;
    const last = Array.from({ length: 10 }, () => 0);
    for (const { events } of on)
      for (const { code, quantity } of events) if (code.code === '8480-6') last[quantity!.value! % 10]++;
    const share = last[0] / last.reduce((sum, count) => sum + count, 0);
    expect(share).toBeCloseTo((1 - byHand) / 10 + byHand * (tens + (1 - tens) / 5), 1);
  });
});

describe('time', () => {
  const influenza = truth.seasons.influenza;
  const winter = (shares: number[]) => shares[11] + shares[0] + shares[1];

  it('influenza has its months', () => {
    const found = winter(byMonth(on, influenza.codes));
    expect(Math.abs(found - winter(influenza.months))).toBeLessThan(0.06);
    expect(Math.abs(winter(byMonth(off, influenza.codes)) - winter(influenza.months))).toBeGreaterThan(0.3);
  });

  it('supplies are refilled when they have run out, two days late', () => {
    const { mean, sd } = refillLateness(on);
    expect(holds(mean, truth.refills.lateDays)).toBe(true);
    expect(sd).toBeCloseTo(truth.refills.sdDays, 0);
    expect(holds(refillLateness(off).mean, truth.refills.lateDays)).toBe(false);
  });

  it('patients come two weeks after discharge', () => {
    const [{ kept }] = truth.followUps;
    // Other visits fall into these days too.
    expect(visitsAfterDischarge(on, [8, 20])).toSatisfy(
      ({ value, high }: Estimate) => high > kept && value < kept + 0.12,
    );
    expect(visitsAfterDischarge(off, [8, 20]).high).toBeLessThan(kept - 0.2);
  });

  it('cancer of the lung is survived for five years by as many as its excess deaths leave', () => {
    const cases = {
      population: OLDER.population,
      conditions: {
        // Common, and new to everybody who is seen.
        'lung cancer': {
          firstDay: '2016-06-01',
          men: { 35: 80 },
          women: { 35: 80 },
          hazardRatios: { smoking: 1, 'former smoking': 1 },
        },
      },
    };
    const codes = ['C34.90', 'C34.11'];
    const excess = truth.mortality.excess['lung cancer'];
    const harmless: WorldOverrides = {
      ...cases,
      conditions: { 'lung cancer': { ...cases.conditions['lung cancer'], excessDeath: 0 } },
    };
    const others = survival(simulated(600, harmless, 6), codes, 5);
    const expected = others.value * Math.exp(-5 * excess);
    expect(holds(survival(simulated(600, cases, 6), codes, 5), expected)).toBe(true);
    expect(holds(others, expected)).toBe(false);
  });
});

it('what a test turns on is the same person: an effect that is off changes no birth and no sex', () => {
  const born = ({ id, sex, birthDate }: PatientRecord) => [id, sex, birthDate];
  expect(off.map(born)).toEqual(on.map(born));
});
