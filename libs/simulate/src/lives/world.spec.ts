import { Vocabulary } from '@ehrsynth/vocab';
import { expect, it } from 'vitest';
import { ORDERS } from './data/orders.ts';
import { ANALYTES } from './data/analytes.ts';
import { AT_ONSET, PROCEDURES } from './data/procedures.ts';
import { atAge, yearlyRates } from './by-age.ts';
import { creatinineOf, filtrationOf } from './kidneys.ts';
import type { WorldOverrides } from './types.ts';
import { WORLD, worldWith } from './world.ts';

it('is whole: shares add up, codes are billable, names are known', () => {
  const { icd10cm } = new Vocabulary();
  for (const [name, { codes, codesAgain }] of Object.entries(WORLD.conditions)) {
    for (const shares of [codes, codesAgain ?? {}]) {
      const total = Object.values(shares).reduce((sum, share) => sum + share, 0);
      if (Object.keys(shares).length > 0) expect(total, name).toBeCloseTo(1, 6);
      for (const code of Object.keys(shares)) expect(icd10cm.find(code)?.billable, code).toBe(true);
    }
  }
  for (const [name, months] of Object.entries(WORLD.seasons)) {
    expect(
      months.reduce((sum, factor) => sum + factor, 0),
      name,
    ).toBeCloseTo(12, 6);
  }
  for (const { options, condition } of WORLD.treatments) {
    expect(
      Object.values(options).reduce((sum, share) => sum + share, 0),
      condition,
    ).toBeCloseTo(1, 6);
  }
  for (const { members, conditions = {}, reasons = {} } of ORDERS) {
    for (const member of members) expect(Object.hasOwn(ANALYTES, member), member).toBe(true);
    for (const name of [...Object.keys(conditions), ...Object.keys(reasons)])
      expect(WORLD.conditions[name], name).toBeDefined();
  }
  for (const [name, procedures] of Object.entries(AT_ONSET)) {
    expect(WORLD.conditions[name], name).toBeDefined();
    for (const procedure of Object.keys(procedures)) expect(PROCEDURES[procedure], procedure).toBeDefined();
  }
});

it('changes what is asked for and nothing else', () => {
  const world = worldWith({ conditions: { stroke: { hazardRatios: { hypertension: 1 } } } });
  expect(world.conditions.stroke.hazardRatios).toEqual({
    ...WORLD.conditions.stroke.hazardRatios,
    hypertension: 1,
  });
  expect(worldWith({ conditions: { stroke: { men: { 50: 9 } } } }).conditions.stroke.men).toEqual({ 50: 9 });
  expect(world.conditions.dementia).toEqual(WORLD.conditions.dementia);
  expect(WORLD.conditions.stroke.hazardRatios!.hypertension).toBe(2.2);
});

it.each([
  [{ conditions: { strok: { deathRatio: 2 } } }, 'no parameter world.conditions.strok'],
  [{ condition: {} }, 'no parameter world.condition'],
  [{ conditions: { stroke: { hazardRatios: { hypertensio: 2 } } } }, 'stroke: no hypertensio'],
  [{ latents: { ldl: { drugs: { statin: -1 } } } }, 'ldl: no statin'],
  [{ latents: { alt: { shares: { liver: 1.2 } } } }, 'alt: squares of shares add up to more than 1'],
  [{ latents: { ast: { slowDays: 7 } } }, 'slowDays differ in liver'],
])('says what it does not know: %j', (overrides, message) => {
  expect(() => worldWith(overrides as WorldOverrides)).toThrow(message);
});

it('reads rates by age: straight between ages, none before the first, constant after the last', () => {
  const rates = yearlyRates({ 40: 1, 60: 3 });
  expect([rates[39], rates[50], rates[90]]).toEqual([0, atAge({ 40: 1, 60: 3 }, 50.5), 3]);
  expect(atAge({ 40: 1, 60: 3 }, 50)).toBe(2);
});

it('has the CKD-EPI equation of 2021: 1.0 mg/dL at 50 is 69 in a woman, 92 in a man', () => {
  expect(Math.round(filtrationOf(1, 'female', 50))).toBe(69);
  expect(Math.round(filtrationOf(1, 'male', 50))).toBe(92);
  for (const rate of [8, 30, 60, 95, 120]) {
    for (const sex of ['female', 'male'] as const)
      expect(filtrationOf(creatinineOf(rate, sex, 63), sex, 63)).toBeCloseTo(rate, 6);
  }
});
