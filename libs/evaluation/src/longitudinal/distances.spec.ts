import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ksDistance, packed, totalVariation, unpacked } from './distances.ts';
import { figureOf, GROUPS, intervalOf, WITHOUT } from './figure.ts';

const values = fc.array(fc.tuple(fc.integer({ min: -30, max: 30 }), fc.integer({ min: 0, max: GROUPS - 1 })), {
  minLength: 1,
  maxLength: 40,
});

function pack(pairs: [number, number][]): Int32Array {
  return Int32Array.from(pairs, ([value, group]) => packed(value, group)).sort();
}

it('values stand with their groups, negative ones too', () => {
  expect([-1000, -1, 0, 5].map((value) => unpacked(packed(value, 19)))).toEqual([-1000, -1, 0, 5]);
});

it('KS: worked by hand, and by definition without each group', () => {
  const of = (...own: number[]) => pack(own.map((value) => [value, 0]));
  // Shares up to 1: 2/4 against 0; up to 2: 3/4 against 1/2.
  expect(ksDistance(of(1, 1, 2, 5), of(2, 5))[GROUPS]).toBe(0.5);
  expect(ksDistance(of(1, 2), of(3))[GROUPS]).toBe(1);
  fc.assert(
    fc.property(values, values, (a, b) => {
      const found = ksDistance(pack(a), pack(b));
      for (const group of [GROUPS, 0, 3]) {
        const own = [a, b].map((pairs) => pairs.filter((one) => one[1] !== group).map(([value]) => value));
        if (own.some((one) => one.length === 0)) continue;
        const below = (list: number[], limit: number) => list.filter((one) => one <= limit).length / list.length;
        const apart = Array.from({ length: 61 }, (_, i) => Math.abs(below(own[0], i - 30) - below(own[1], i - 30)));
        expect(found[group]).toBeCloseTo(Math.max(...apart), 12);
      }
    }),
  );
});

it('total variation, without each group', () => {
  const counts = (cells: [cls: number, group: number, count: number][]) => {
    const all = new Int32Array(2 * WITHOUT);
    for (const [one, group, count] of cells) {
      all[one * WITHOUT + group] += count;
      all[one * WITHOUT + GROUPS] += count;
    }
    return all;
  };
  const [a, b] = [
    counts([
      [0, 0, 3],
      [1, 1, 1],
    ]),
    counts([
      [0, 0, 1],
      [1, 2, 1],
    ]),
  ];
  const found = totalVariation(a, b, 2);
  expect(found[GROUPS]).toBeCloseTo(0.25, 12);
  // Without group 2: ¾, ¼ against 1, 0. Without group 1: 1, 0 against ½, ½.
  expect(found[2]).toBeCloseTo(0.25, 12);
  expect(found[1]).toBeCloseTo(0.5, 12);
});

it('an interval by the jackknife; none where a group has all that can be measured', () => {
  const values = Float64Array.from({ length: WITHOUT }, (_, i) => (i === GROUPS ? 0.5 : i % 2 === 0 ? 0.49 : 0.51));
  // Variance of the 20 is 0.0001 · 20/19, times 19²/20 of it.
  const { lower } = intervalOf(values)!;
  expect(0.5 - lower).toBeCloseTo(1.959964 * Math.sqrt((0.0001 * 20 * 19 ** 2) / (19 * 20)), 9);
  expect(intervalOf(values.with(3, NaN))).toBeUndefined();
  expect(figureOf({ synthetic: undefined, floor: values }, 'why')).toMatchObject({
    notMeasured: 'why',
    floor: { value: 0.5 },
  });
});
