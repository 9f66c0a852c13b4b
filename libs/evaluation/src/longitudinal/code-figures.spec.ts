import type { PatientRecord } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { eachSide } from '../sides.ts';
import { GROUPS, type Jackknifed } from './figure.ts';
import { order } from './order.ts';
import type { Sides } from './side.ts';
import { singleCodes } from './single-codes.ts';
import { successions } from './successions.ts';
import { lives, recordOf, sidesOf } from './testing.ts';
import { faulty, shuffledVisits } from './testing-faults.ts';
import { totalsOf } from './totals.ts';
import { visitPairs } from './visit-pairs.ts';

async function figuresOf(sides: Sides) {
  const totals = eachSide((name) => totalsOf(sides[name]));
  const single = singleCodes(sides, totals);
  const pairs = await visitPairs(sides, totals);
  const next = await successions(sides, totals, single.visits, 1);
  return { single, pairs, next };
}

function all(values: Jackknifed): number {
  return values![GROUPS];
}

it("HALO's six, worked by hand", async () => {
  const holdout = [
    // The visit without a code is none, and so is the record without one.
    recordOf([
      [1, 'a b'],
      [5, ''],
      [9, 'c'],
    ]),
    recordOf([[3, 'a']]),
    recordOf([[3, '']]),
    recordOf([]),
  ];
  const synthetic = [
    recordOf([[1, 'a b']]),
    recordOf([
      [2, 'c c'],
      [4, 'a c'],
    ]),
  ];
  const { single, pairs, next } = await figuresOf(await sidesOf(holdout, synthetic));
  // Of 2 records each: a 1, b ½, c ½ on both sides.
  expect(all(single.recordCodes.synthetic)).toBe(1);
  // Of 3 visits each: a ⅔, b ⅓, c ⅓ against ⅔, ⅓, ⅔. Mean 4/9, squares 6/81; error 1/9.
  expect(all(single.visitCodes.synthetic)).toBeCloseTo(-0.5, 12);
  // ab ½, ac 0 against ½, ½: error ¼, squares 1/8. Of visits in thirds.
  expect(all(pairs.recordBigrams.synthetic)).toBeCloseTo(-1, 12);
  expect(all(pairs.visitBigrams.synthetic)).toBeCloseTo(-1, 12);
  // a→c and b→c ½ against c→a and c→c ½: error 1, squares ¼. Of one succession each: error 4, squares 1.
  expect(all(next.recordBigrams.synthetic)).toBeCloseTo(-3, 12);
  expect(all(next.visitBigrams.synthetic)).toBeCloseTo(-3, 12);
  // The training histories are the held-out ones.
  for (const one of [single.recordCodes, single.visitCodes]) expect(all(one.floor)).toBe(1);
  // Where all keys are as common there is nothing to explain.
  expect(all(pairs.visitBigrams.floor)).toBeNaN();
  expect(next.commonest).toEqual([
    { from: 0, to: 2, holdout: 0.5, synthetic: 0 },
    { from: 1, to: 2, holdout: 0.5, synthetic: 0 },
  ]);
});

/** Visits' codes of records, in order, without visits that have none. */
function setsOf({ encounters, events }: PatientRecord): string[][] {
  const sets = encounters.map((_, i) => [
    ...new Set(events.filter(({ encounter }) => encounter === i).map(({ kind, code }) => `${kind}${code.code}`)),
  ]);
  return sets.filter((own) => own.length > 0);
}

/** Shares of what may follow, counted key by key. */
function sequentialShares(records: PatientRecord[]): Map<string, number> {
  const counts = new Map<string, number>();
  let successive = 0;
  for (const sets of records.map(setsOf)) {
    sets.slice(1).forEach((own, i) => {
      successive++;
      for (const a of sets[i]) for (const b of own) counts.set(`${a} ${b}`, (counts.get(`${a} ${b}`) ?? 0) + 1);
    });
  }
  return new Map([...counts].map(([key, count]) => [key, count / successive]));
}

function rSquared(reference: Map<string, number>, other: Map<string, number>): number {
  const keys = [...new Set([...reference.keys(), ...other.keys()])];
  const x = keys.map((key) => reference.get(key) ?? 0);
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  const error = keys.reduce((sum, key, i) => sum + (x[i] - (other.get(key) ?? 0)) ** 2, 0);
  return 1 - error / x.reduce((sum, one) => sum + (one - mean) ** 2, 0);
}

it('is what counting key by key gives, of all patients and without a group', async () => {
  const holdout = lives(60, 1);
  const synthetic = faulty(lives(50, 2), shuffledVisits);
  const sides = await sidesOf(holdout, synthetic);
  const { next } = await figuresOf(sides);
  const without = (records: PatientRecord[], groups: Uint8Array, group: number) =>
    records.filter((_, row) => groups[row] !== group);
  for (const group of [GROUPS, 0, 7]) {
    const [a, b] = [without(holdout, sides.holdout.groups, group), without(synthetic, sides.synthetic.groups, group)];
    expect(next.visitBigrams.synthetic![group]).toBeCloseTo(rSquared(sequentialShares(a), sequentialShares(b)), 9);
  }
});

it("a pair's lift: how much commoner it is than if visits did not depend on each other", async () => {
  // 40 times a→b, 40 times c→d, 20 times a→d.
  const two = (from: string, to: string, times: number) =>
    Array.from({ length: times }, () =>
      recordOf([
        [1, from],
        [9, to],
      ]),
    );
  const holdout = [...two('a', 'b', 40), ...two('c', 'd', 40), ...two('a', 'd', 20)];
  const reversed = [...two('a', 'b', 20), ...two('c', 'd', 40), ...two('a', 'd', 40)];
  const same = await figuresOf(await sidesOf(holdout, holdout));
  expect(same.next.pairs).toBe(3);
  expect(all(same.next.lift.synthetic)).toBeCloseTo(1, 12);
  // Of 100 successions and 200 visits. Lifts: ab .4 / (.3 · .2), cd .4 / (.2 · .3), ad .2 / (.3 · .3);
  // reversed ab .2 / (.3 · .1), cd .4 / (.2 · .4), ad .4 / (.3 · .4).
  const [x, y] = [
    [0.4 / 0.06, 0.4 / 0.06, 0.2 / 0.09].map(Math.log),
    [0.2 / 0.03, 0.4 / 0.08, 0.4 / 0.12].map(Math.log),
  ];
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / 3;
  const product = (a: number[], b: number[]) => a.reduce((sum, one, i) => sum + (one - mean(a)) * (b[i] - mean(b)), 0);
  const r = product(x, y) / Math.sqrt(product(x, x) * product(y, y));
  const other = await figuresOf(await sidesOf(holdout, reversed));
  expect(all(other.next.lift.synthetic)).toBeCloseTo(r, 9);
});

it('order: shares of people in whom one code comes first, of pairs that 20 people have', async () => {
  const people = (codes: [string, string], times: number, day = 9) =>
    Array.from({ length: times }, () =>
      recordOf([
        [1, codes[0]],
        [day, codes[1]],
      ]),
    );
  const holdout = [
    ...people(['a', 'b'], 15),
    ...people(['b', 'a'], 5),
    ...people(['c', 'd'], 30),
    ...people(['a', 'e'], 19),
  ];
  const again = await order(await sidesOf(holdout, holdout));
  expect(again.pairs).toEqual({ synthetic: 2, floor: 2 });
  expect(all(again.r.synthetic)).toBeCloseTo(1, 12);
  // ab ¾, ba ¼, cd 1, dc 0 against the other way round: x + y = 1.
  const back = [...people(['b', 'a'], 15), ...people(['a', 'b'], 5), ...people(['d', 'c'], 30)];
  expect(all((await order(await sidesOf(holdout, back))).r.synthetic)).toBeCloseTo(-1, 12);
  // On one day neither is first: x = ¾, ¼, 1, 0 against nothing at all.
  const together = [...people(['a', 'b'], 20, 1), ...people(['c', 'd'], 30, 1)];
  expect(all((await order(await sidesOf(holdout, together))).r.synthetic)).toBeNaN();
});
