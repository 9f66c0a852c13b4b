import type { Histories } from '@ehrsynth/histories';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearest } from '../nearest.ts';
import { alignedRows } from './aligned-rows.ts';
import { heldAlone, type KeysOf } from '../held-alone.ts';
import { likelihoodAttack, likelihoodAttacks } from './likelihood-attack.ts';
import { SequenceHash } from '../sequence-hash.ts';
import { histories, type TestHistory } from './testing.ts';
import { valueTrajectories } from './value-keys.ts';
import { LONG_RUN, runsOfVisits, SHORT_RUN, wholeSequences } from './visit-keys.ts';

/** A visit a month, of these codes. */
const visits = (...codes: number[][]): TestHistory => codes.map((own, i) => ({ day: 30 * i, codes: own }));

/** People given back, training patients first. */
function found(
  keysOf: KeysOf<Histories>,
  training: TestHistory[],
  holdout: TestHistory[],
  synthetic: TestHistory[],
): number[] {
  return heldAlone(...histories(training, holdout, synthetic), keysOf, ({ patients }) => patients);
}

describe('visit-aligned Hamming distance', () => {
  it('is worked by hand: a visit that only one has counts whole', () => {
    const [a, b] = histories([visits([1, 2], [3])], [visits([1], [3, 4], [5, 6]), visits([3], [1, 2])]);
    const [queries, targets] = alignedRows([a, b]);
    // {2}, {4}, {5, 6}: 1 + 1 + 2; the same visits in another order: 3 + 3.
    expect(nearest(queries, targets)).toMatchObject({
      first: Float64Array.of(4),
      second: Float64Array.of(6),
    });
  });

  it('is what comparing every pair gives', () => {
    const visit = fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 });
    const sides = fc.array(fc.array(visit, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    const distance = (x: number[][], y: number[][]) =>
      Array.from({ length: Math.max(x.length, y.length) }, (_, i) => {
        const [own, other] = [new Set(x[i] ?? []), new Set(y[i] ?? [])];
        return [...own].filter((code) => !other.has(code)).length + [...other].filter((code) => !own.has(code)).length;
      }).reduce((a, b) => a + b, 0);
    fc.assert(
      fc.property(sides, sides, (x, y) => {
        const [queries, targets] = alignedRows(
          histories(
            x.map((own) => visits(...own)),
            y.map((own) => visits(...own)),
          ),
        );
        const { first } = nearest(queries, targets);
        expect([...first]).toEqual(x.map((own) => Math.min(...y.map((other) => distance(own, other)))));
      }),
    );
  });
});

describe('copies of visit sequences, worked by hand', () => {
  const life = visits([1, 2], [3, 4], [5]);

  it('a person is given back whom no other real person is like', () => {
    const twins = visits([7, 8], [9, 10], [11]);
    const held = visits([20, 21], [22, 23], [24]);
    expect(found(wholeSequences(false), [life, twins, twins], [held], [held, life, twins, life])).toEqual([0, 3]);
  });

  it('order, sets and length count; days do not, unless gaps do', () => {
    const other = visits([3, 4], [1, 2], [5]);
    const less = visits([1, 2], [3, 4]);
    expect(found(wholeSequences(false), [life], [], [other, less])).toEqual([]);
    const late = life.map((visit) => ({ ...visit, day: visit.day + 400 }));
    const slow = life.map((visit) => ({ ...visit, day: 2 * visit.day }));
    expect(found(wholeSequences(true), [life], [], [late])).toEqual([0]);
    expect(found(wholeSequences(true), [life], [], [slow])).toEqual([]);
    expect(found(wholeSequences(false), [life], [], [slow])).toEqual([0]);
  });

  it('four codes are too few, and one visit is', () => {
    const [four, single] = [visits([1, 2], [3, 4]), visits([1, 2, 3, 4, 5, 6])];
    expect(found(wholeSequences(false), [four, single], [], [four, single])).toEqual([]);
  });

  it('three visits in a row count wherever they stand', () => {
    const part = visits([30, 31], [1, 2], [3, 4], [5, 6], [7, 8]);
    const long = visits([1, 2], [3, 4], [5, 6], [9, 10]);
    expect(found(runsOfVisits(SHORT_RUN), [long], [], [part])).toEqual([0]);
    expect(found(runsOfVisits(SHORT_RUN), [long], [], [visits([1, 2], [3, 4], [9, 10])])).toEqual([]);
    // Five codes are too few.
    expect(found(runsOfVisits(SHORT_RUN), [life], [], [life])).toEqual([]);
  });

  it('five visits in a row with ten different codes are a long run; a code that comes again counts once', () => {
    const run = [
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
      [9, 10],
    ] as const;
    const long = visits([40], ...run.map((own) => [...own]), [41]);
    const found5 = (...synthetic: TestHistory[]) => found(runsOfVisits(LONG_RUN), [long], [], synthetic);
    expect(found5(visits([50, 51], ...run.map((own) => [...own])))).toEqual([0]);
    expect(found5(visits([1, 2], [3, 4], [5, 6], [7, 8], [9, 11]))).toEqual([]);
    const again = visits([1, 2], [1, 2, 3], [1, 2, 4], [1, 2, 5], [1, 2, 6]);
    expect(found(runsOfVisits(LONG_RUN), [again], [], [again])).toEqual([]);
  });
});

it('copies of value trajectories: the same values of one code in order, at least three', () => {
  const lab = (code: number, ...values: number[]): TestHistory =>
    values.map((value, i) => ({ day: i, codes: [code], values: [value] }));
  const trajectory = valueTrajectories();
  expect(
    found(trajectory, [lab(1, 5, 6, 7), lab(1, 9, 9, 9)], [lab(1, 9, 9, 9)], [lab(1, 5, 6, 7), lab(1, 9, 9, 9)]),
  ).toEqual([0]);
  for (const other of [lab(2, 5, 6, 7), lab(1, 6, 5, 7), lab(1, 5, 6), lab(1, 5, 6, 7, 8)])
    expect(found(trajectory, [lab(1, 5, 6, 7)], [], [other])).toEqual([]);
  expect(found(trajectory, [lab(1, 5, 6)], [], [lab(1, 5, 6)])).toEqual([]);
});

it('keys of different sequences differ', () => {
  const hash = new SequenceHash();
  const keys = new Set<number>();
  for (let i = 0; i < 200; i++) for (let j = 0; j < 200; j++) keys.add(hash.reset().add(i).add(j).key());
  for (let i = 1; i <= 10_000; i++)
    keys.add(
      hash
        .reset()
        .addNumber(i / 10)
        .key(),
    );
  expect(keys.size).toBe(50_000);
});

describe('the likelihood attack', () => {
  it('is the share of pairs in which the member is likelier, worked by hand', () => {
    const attack = likelihoodAttack([-1, -2, -Infinity], [-3, -2]);
    // −1 above both, −2 above one and as likely as the other, −∞ above none: 3.5 of 6.
    expect(attack.auc.value).toBeCloseTo(3.5 / 6, 12);
    expect([attack.members, attack.nonMembers]).toEqual([3, 2]);
  });

  it('is not misled by the length of a record where it counts by the token', () => {
    // Members are long, and each of their tokens is likelier.
    const members = { nats: [-100, -90], tokens: [100, 90] };
    const others = { nats: [-20, -40], tokens: [10, 20] };
    const { record, token } = likelihoodAttacks(members, others);
    expect([record.auc.value, token.auc.value]).toEqual([0, 1]);
  });

  it('refuses what is not a number', () => {
    expect(() => likelihoodAttack([-1], [-1, NaN])).toThrow('patient 1 of the nonMembers');
  });
});
