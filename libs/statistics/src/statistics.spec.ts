import { type CodeMatrix, type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boostedTrees } from './boosted-trees.ts';
import { topColumns } from './classifier.ts';
import { auc } from './auc.ts';
import { meanOf, proportion } from './intervals.ts';
import { intervalText } from './format.ts';
import { logisticRegression } from './logistic-regression.ts';
import { bestF1Threshold, f1At, rocCurve } from './roc.ts';
import { studentQuantile } from './student.ts';

const columns = Array.from({ length: 6 }, (_, i): Column => ({
  kind: 'condition',
  system: 'urn:test',
  code: `c${i}`,
  level: 'code',
}));

function matrix(rows: number[][]): CodeMatrix {
  const builder = new MatrixBuilder(columns);
  rows.forEach((own, row) =>
    builder.add(
      String(row),
      own.map((column): [Column, number] => [columns[column], 1]),
    ),
  );
  return builder.build();
}

describe('intervals', () => {
  it("Wilson's, as published: 81 of 263 (Newcombe 1998, table I)", () => {
    const { value, lower, upper } = proportion(81, 263);
    expect([value, lower, upper].map((x) => x.toFixed(4))).toEqual(['0.3080', '0.2553', '0.3662']);
    expect(proportion(0, 20).lower).toBe(0);
    expect(proportion(0, 20).upper).toBeCloseTo(0.1611, 4);
  });
});

it("a mean by Student's t: the quantiles of its table, and no interval of one value", () => {
  const quantiles = [1, 2, 3, 4, 5, 10, 30, 100].map(studentQuantile);
  const published = [12.706, 4.303, 3.182, 2.776, 2.571, 2.228, 2.042, 1.984];
  quantiles.forEach((found, i) => expect(Math.abs(found / published[i] - 1)).toBeLessThan(0.001));
  // Mean 3, variance 1, of 3: error √(1/3).
  const { value, upper } = meanOf([2, 3, 4]);
  expect(value).toBe(3);
  expect(upper - 3).toBeCloseTo(4.3027 / Math.sqrt(3), 3);
  expect(meanOf([5])).toEqual({ value: 5, lower: -Infinity, upper: Infinity });
  expect(intervalText(meanOf([5]), 1)).toBe('5.0 (interval not measured)');
});

describe('ROC and F1, worked by hand', () => {
  it('curve: a tie is one step', () => {
    // From the top: 3 (positive), 2 2 (positives) 2 2 (negatives), 1 (negative).
    expect(rocCurve([3, 2, 2], [1, 2, 2])).toEqual([
      { falsePositives: 0, truePositives: 0 },
      { falsePositives: 0, truePositives: expect.closeTo(1 / 3, 12) },
      { falsePositives: expect.closeTo(2 / 3, 12), truePositives: 1 },
      { falsePositives: 1, truePositives: 1 },
    ]);
  });

  it('curve: few points, whose area is about the AUC', () => {
    const rng = new Rng(1);
    const [up, across] = [1, 0].map((shift) => Array.from({ length: 5000 }, () => rng.normal() + shift));
    const curve = rocCurve(up, across, 50);
    expect(curve.length).toBeLessThan(60);
    const area = curve
      .slice(1)
      .reduce(
        (sum, { falsePositives: x, truePositives: y }, i) =>
          sum + ((x - curve[i].falsePositives) * (y + curve[i].truePositives)) / 2,
        0,
      );
    expect(area).toBeCloseTo(auc(up, across).value, 2);
  });

  it('F1 and its best threshold', () => {
    // Called from the top: 1 right of 1 (F1 2/3), 1 of 2 (1/2), 2 of 3 (4/5), 2 of 4 (2/3).
    const [scores, labels] = [
      [4, 3, 2, 1],
      [1, 0, 1, 0],
    ];
    expect(bestF1Threshold(scores, labels)).toBe(2);
    expect(f1At(2, scores, labels)).toBeCloseTo(0.8, 12);
    expect(f1At(5, scores, labels)).toBe(0);
  });
});

describe('logistic regression', () => {
  it('of no column gives the log odds', () => {
    const labels = Uint8Array.of(1, 1, 1, 0);
    expect(logisticRegression(matrix([[], [], [], []]), labels).score(matrix([[]]))[0]).toBeCloseTo(Math.log(3), 2);
  });

  it('stands where the slope of likelihood less penalty is 0', () => {
    const row = fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { maxLength: 4 });
    const rows = fc.array(fc.tuple(row, fc.boolean()), { minLength: 8, maxLength: 60 });
    fc.assert(
      fc.property(rows, (drawn) => {
        fc.pre(new Set(drawn.map(([, label]) => label)).size === 2);
        const labels = Uint8Array.from(drawn, ([, label]) => Number(label));
        const model = logisticRegression(matrix(drawn.map(([own]) => own)), labels);
        const scores = model.score(matrix(drawn.map(([own]) => own)));
        const [intercept, ...alone] = model.score(matrix([[], ...columns.map((_, i) => [i])]));
        const errors = Array.from(scores, (score, i) => labels[i] - 1 / (1 + Math.exp(-score)));
        expect(errors.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 1);
        columns.forEach((_, column) => {
          const slope = drawn.reduce((sum, [own], i) => sum + (own.includes(column) ? errors[i] : 0), 0);
          expect(slope - (alone[column] - intercept)).toBeCloseTo(0, 1);
        });
      }),
    );
  });
});

describe('boosted trees', () => {
  it('first leaf and gain, worked by hand', () => {
    // 8 rows, half of each label: base 0, gradients ±½, Hessians ¼. Those with column 2 are those of label 1: on either side the
    // gradients sum to ±2, the Hessians to 1. Gain ½ (4/2 + 4/2 − 0) = 2, leaves ±0.1 · 2 / 2. Then p is no longer ½, the Hessians
    // are under 1, and no other tree grows.
    const rows = matrix([[2], [2], [2], [2], [3], [], [3], []]);
    const labels = Uint8Array.of(1, 1, 1, 1, 0, 0, 0, 0);
    const model = boostedTrees(rows, labels);
    expect(topColumns(model, 3)).toEqual([2]);
    expect(model.importance[2]).toBeCloseTo(2, 12);
    const [there, absent] = model.score(matrix([[2], []]));
    expect(there).toBeCloseTo(0.1, 12);
    expect(absent).toBeCloseTo(-0.1, 12);
    // The right half's Hessian, 3 · ¼, is under 1: no split.
    const few = boostedTrees(matrix([[2], [2], [2], [], [], []]), Uint8Array.of(1, 1, 1, 0, 0, 0));
    expect(topColumns(few, 3)).toEqual([]);
  });

  it('learns what no column shows alone', () => {
    const rng = new Rng(3);
    const draw = (count: number) => {
      const rows = Array.from({ length: count }, () => columns.map((_, i) => i).filter(() => rng.chance(0.5)));
      const labels = Uint8Array.from(rows, (own) => Number(own.includes(1) !== own.includes(4) && own.includes(0)));
      return { rows: matrix(rows), labels };
    };
    const [training, test] = [draw(2000), draw(1000)];
    const area = (learn: typeof boostedTrees) => {
      const scores = learn(training.rows, training.labels).score(test.rows);
      return auc(
        scores.filter((_, i) => test.labels[i] === 1),
        scores.filter((_, i) => test.labels[i] === 0),
      ).value;
    };
    expect(area(boostedTrees)).toBeGreaterThan(0.99);
    expect(area(logisticRegression)).toBeLessThan(0.85);
    expect(topColumns(boostedTrees(training.rows, training.labels), 3).sort()).toEqual([0, 1, 4]);
    const blind = boostedTrees(training.rows, training.labels, new Set([0, 1, 4]));
    expect(topColumns(blind, 6).some((column) => [0, 1, 4].includes(column))).toBe(false);
  });
});
