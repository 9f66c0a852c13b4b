import { type CodeMatrix, type Column, MatrixBuilder, stacked } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audit, AUDIT_STEPS } from './audit.ts';
import { closestOf, nearest, nearestByGroup } from './nearest.ts';

const columns = (count: number): Column[] => [
  { kind: 'demographic', system: 'sex', code: 'female', level: 'code' },
  ...Array.from({ length: count }, (_, i): Column => ({
    kind: 'condition',
    system: 'urn:test',
    code: `c${i}`,
    level: 'code',
  })),
];

/** Rows of counts, one for each code. */
function matrix(rows: number[][]): CodeMatrix {
  const all = columns(rows[0].length);
  const builder = new MatrixBuilder(all);
  rows.forEach((counts, row) =>
    builder.add(String(row), [
      // Every other row has the demographic column, which must not count.
      ...(row % 2 ? [[all[0], 1] as [Column, number]] : []),
      ...counts.flatMap((count, i): [Column, number][] => (count > 0 ? [[all[i + 1], count]] : [])),
    ]),
  );
  return builder.build();
}

describe('nearest', () => {
  it('gives distances worked by hand', () => {
    const queries = matrix([
      [1, 2, 0, 0],
      [0, 0, 0, 0],
    ]);
    const targets = matrix([
      [1, 0, 0, 5],
      [3, 1, 0, 0],
      [0, 0, 1, 0],
    ]);
    // Sets {0,1} and {}: 2, 0, 3 and 2, 2, 1. Counts: 2+5, 2+1, 1+2+1 and 6, 4, 1.
    expect(nearest(queries, targets)).toEqual({
      first: Float64Array.of(0, 1),
      second: Float64Array.of(2, 2),
      index: Int32Array.of(1, 2),
    });
    expect(nearest(queries, targets, { measure: 'counts' })).toEqual({
      first: Float64Array.of(3, 1),
      second: Float64Array.of(4, 4),
      index: Int32Array.of(1, 2),
    });
  });

  it('is what comparing every pair gives', () => {
    const rows = fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 6, maxLength: 6 }), {
      minLength: 2,
      maxLength: 12,
    });
    fc.assert(
      fc.property(
        rows,
        rows,
        fc.constantFrom('sets' as const, 'counts' as const),
        fc.boolean(),
        (a, b, measure, isSame) => {
          const to = isSame ? a : b;
          const distance = (x: number[], y: number[]) =>
            x.reduce(
              (sum, value, i) => sum + (measure === 'sets' ? Number(value > 0 !== y[i] > 0) : Math.abs(value - y[i])),
              0,
            );
          const found = nearest(matrix(a), matrix(to), { measure, isSame });
          a.forEach((row, i) => {
            const sorted = to
              .map((other, j) => (isSame && i === j ? Infinity : distance(row, other)))
              .sort((x, y) => x - y);
            expect([found.first[i], found.second[i]]).toEqual(
              isSame && to.length === 2 ? [sorted[0], Infinity] : [sorted[0], sorted[1]],
            );
          });
        },
      ),
    );
  });
});

it('the distances to all groups together are those to all rows', () => {
  const [queries, targets] = [draw(40, 'queries'), draw(110, 'targets')];
  const { first, second } = nearest(queries, targets);
  const groups = nearestByGroup(queries, targets);
  expect(groups.length).toBe(20);
  expect(closestOf(groups)).toEqual({ first, second });
  const without = targets.pick([...Array(110).keys()].filter((row) => row % 20 !== 3));
  expect(closestOf(groups, 3).first).toEqual(nearest(queries, without).first);
});

/** Patients of a few habits, so that some are near each other. */
function draw(rows: number, seed: string): CodeMatrix {
  const rng = new Rng(seed);
  return matrix(
    Array.from({ length: rows }, () => {
      const habit = rng.int(4);
      return Array.from({ length: 60 }, (_, i) => (rng.chance(i % 4 === habit ? 0.4 : 0.05) ? 1 + rng.int(3) : 0));
    }),
  );
}

describe('the audit at its two extremes', () => {
  const training = draw(900, 'training');
  const holdout = draw(450, 'holdout');

  it('finds nothing in an independent draw', () => {
    const { membership, closestRecord, closestPeople, adversarialAccuracy, copies, attributeInference } = audit(
      training,
      holdout,
      draw(900, 'new'),
    );
    for (const { codes, gain } of attributeInference.bands.filter((band) => band.codes > 0)) {
      expect(codes).toBeGreaterThan(10);
      expect(gain.lower).toBeLessThan(0);
      expect(gain.upper).toBeGreaterThan(0);
    }
    for (const { value, lower, upper } of [membership.sets, membership.counts]) {
      expect(value).toBeGreaterThan(0.44);
      expect(lower).toBeLessThan(0.5);
      expect(upper).toBeGreaterThan(0.5);
    }
    expect(closestRecord.closerToTraining.lower).toBeLessThan(0.5);
    expect(closestRecord.closerToTraining.upper).toBeGreaterThan(0.5);
    expect(Math.abs(adversarialAccuracy.privacyLoss.value)).toBeLessThan(0.06);
    expect(adversarialAccuracy.training).toBeGreaterThan(0.42);
    expect(copies.near.excess.upper).toBeLessThan(0.01);
    expect(closestPeople.excess.lower).toBeLessThan(0);
    expect(closestPeople.excess.upper).toBeGreaterThan(0);
  });

  it('shouts at a copy of the training rows', () => {
    const { membership, closestRecord, closestPeople, adversarialAccuracy, copies, attributeInference } = audit(
      training,
      holdout,
      training,
    );
    expect(attributeInference.knownCodes).toBe(15);
    for (const { gain } of attributeInference.bands.filter((band) => band.codes > 0))
      expect(gain.lower).toBeGreaterThan(0);
    for (const { lower } of [membership.sets, membership.counts]) expect(lower).toBeGreaterThan(0.95);
    expect(closestRecord.closerToTraining.lower).toBeGreaterThan(0.6);
    expect(adversarialAccuracy.privacyLoss.lower).toBeGreaterThan(0.2);
    expect(closestPeople.excess.lower).toBeGreaterThan(0.4);
    expect(copies.exact.excess.lower).toBeGreaterThan(0.9);
    expect(copies.near.excess.lower).toBeGreaterThan(0.9);
    expect(copies.exact.holdout.successes).toBeLessThan(10);
  });

  it('names its steps', () => {
    const steps: string[] = [];
    audit(training, holdout, draw(100, 'few'), { onStep: (name) => steps.push(name) });
    expect(new Set(steps).size).toBe(AUDIT_STEPS);
    expect(steps).toHaveLength(AUDIT_STEPS);
  });

  it('gives the same figures for the same seed', () => {
    expect(audit(training, holdout, training, { seed: 3 })).toEqual(audit(training, holdout, training, { seed: 3 }));
  });
});

describe('an audit that looks at a part of many people', () => {
  const [training, holdout, synthetic] = [draw(600, 'R'), draw(300, 'H'), draw(500, 'S')];
  const all = { training: 600, holdout: 300, synthetic: 500 };

  it('is what it is without a bound where nobody is left out', () => {
    const bounded = audit(training, holdout, synthetic, { most: { people: 600, synthetic: 500 } });
    expect(bounded).toEqual(audit(training, holdout, synthetic));
    expect(bounded.rows).toEqual({ members: 300, nonMembers: 300, ...all, looked: all });
  });

  it('says at how many it looked, counts among these, and finds the one copy of a training patient among all', () => {
    // The last training patient and the last row: a sample of a tenth has hardly both.
    const stolen = stacked(synthetic, training.pick([599]));
    const { rows, copies, closestPeople } = audit(training, holdout, stolen, { most: { people: 60, synthetic: 50 } });
    const looked = { training: 60, holdout: 60, synthetic: 50 };
    expect(rows).toEqual({ members: 60, nonMembers: 60, ...all, synthetic: 501, looked });
    expect([copies.near, closestPeople].map(({ training, holdout }) => [training.trials, holdout.trials])).toEqual([
      [60, 60],
      [60, 60],
    ]);
    expect(copies.exact.training).toEqual({ successes: 1, trials: 600 });
    expect(audit(training, holdout, synthetic).copies.exact.training.successes).toBe(0);
  });

  it('says of everybody what it finds in the sample: near copies per synthetic row, beside the next of all people', () => {
    // Every fifth row is a training patient: of 600, 100 are given back.
    const leaking = stacked(synthetic.pick([...Array(400).keys()]), training.pick([...Array(100).keys()]));
    const { near, people } = audit(training, holdout, leaking, { most: { people: 300, synthetic: 250 } }).copies;
    const whole = audit(training, holdout, leaking).copies;
    expect(whole.near.excess.value).toBeGreaterThan(0.15);
    for (const [sample, everybody] of [
      [near.excess, whole.near.excess],
      [people, whole.people],
    ]) {
      expect(sample.lower).toBeLessThan(everybody.value);
      expect(sample.upper).toBeGreaterThan(everybody.value);
      expect(sample.lower).toBeGreaterThan(0.05);
    }
  });
});
