import { expect, it } from 'vitest';
import { classGivenCode } from './class-given-code.ts';
import { firstAge } from './first-age.ts';
import { GROUPS } from './figure.ts';
import { recurrence } from './recurrence.ts';
import { recordOf, sidesOf } from './testing.ts';
import { timeFit } from './time.ts';
import { agesAtVisit, codesPerVisit, gaps, lengthsOfStay, spans, type Values, visitsPerRecord } from './time-values.ts';

/** As many copies. */
function times<T>(count: number, made: () => T): T[] {
  return Array.from({ length: count }, made);
}

it('what is counted of a record', async () => {
  const record = recordOf(
    [
      [10, 'a b a', 'IMP', 14],
      [30, ''],
      [31, 'c'],
    ],
    { birthDate: '2019-12-31' },
  );
  const { holdout } = await sidesOf([record, recordOf([])], [record]);
  const given = (values: Values) => {
    const found: number[][] = [];
    values(holdout, (...pair) => found.push(pair));
    return found;
  };
  expect(given(visitsPerRecord)).toEqual([
    [0, 3],
    [1, 0],
  ]);
  expect(given(spans)).toEqual([[0, 21]]);
  expect(given(gaps)).toEqual([
    [0, 20],
    [0, 1],
  ]);
  expect(given(codesPerVisit)).toEqual([
    [0, 2],
    [0, 0],
    [0, 1],
  ]);
  expect(given(agesAtVisit)).toEqual([
    [0, 11],
    [0, 31],
    [0, 32],
  ]);
  const stay = holdout.histories.dictionary.classes.find('IMP')!;
  expect(given(lengthsOfStay(stay))).toEqual([[0, 4]]);
});

it('distances of time, worked by hand; few people are not measured', async () => {
  // 2020-01-01 was a Wednesday.
  const holdout = times(20, () =>
    recordOf([
      [0, 'a', 'IMP', 2],
      [7, 'a'],
    ]),
  );
  const synthetic = times(20, () =>
    recordOf([
      [0, 'a', 'IMP', 3],
      [39, 'a'],
    ]),
  );
  const found = await timeFit(await sidesOf(holdout, synthetic), 11);
  expect(found.gaps.synthetic!.value).toBe(1);
  expect(found.gaps.floor!.value).toBe(0);
  expect(found.span.synthetic!.value).toBe(1);
  expect(found.visitsPerRecord.synthetic!.value).toBe(0);
  // Half of the visits in February; half on a Sunday.
  expect(found.months.synthetic!.value).toBe(0.5);
  expect(found.weekdays.synthetic!.value).toBe(0.5);
  expect(found.byMonth.synthetic.slice(0, 3)).toEqual([0.5, 0.5, 0]);
  expect(found.byWeekday.holdout).toEqual([0, 0, 1, 0, 0, 0, 0]);
  // All stays differ, no other visit does: one in two.
  expect(found.lengthOfStay.synthetic!.value).toBe(0.5);
  expect(found.lengthOfStayByClass.map((one) => [one.class, one.distance.synthetic!.value])).toEqual([
    ['IMP', 1],
    ['AMB', 0],
  ]);
  expect(found.ageAtVisit).toEqual({
    notMeasured: 'fewer than 11 patients of one of the groups have a visit and a birth date',
  });
  const few = await timeFit(await sidesOf(holdout.slice(0, 10), synthetic), 11);
  expect(few.gaps).toEqual({ notMeasured: 'fewer than 11 patients of one of the groups have two visits' });
  expect(few.byMonth.holdout.every((share) => share === 0 || share === null)).toBe(true);
});

it('recurrence: shares of carriers with the code on a later day, and days until then', async () => {
  const again = (code: string, share: number, gap: number) =>
    times(40, () => 0).map((_, i) =>
      recordOf([[0, code], ...(i < 40 * share ? ([[gap, `${code} ${code}`]] as [number, string][]) : [])]),
    );
  const holdout = [...again('a', 1, 10), ...again('b', 0.5, 10)];
  const synthetic = [...again('a', 0.75, 20), ...again('b', 0, 0), ...again('c', 1, 5)];
  const found = await recurrence(await sidesOf(holdout, synthetic));
  // 1 and ½ against ¾ and 0: r 1, differences ¼ and ½. Days of a only: b does not come again in 20.
  expect(found.r.synthetic![GROUPS]).toBeCloseTo(1, 12);
  expect(found.difference.synthetic![GROUPS]).toBeCloseTo(0.375, 12);
  expect(found.days.synthetic![GROUPS]).toBe(1);
  expect(found.codes.synthetic).toBe(2);
  expect(found.codesWithDays).toEqual({ synthetic: 1, floor: 2 });
  expect(found.difference.floor![GROUPS]).toBe(0);
});

it('age when a code is first there, and the class of its visits: means over codes of 20 carriers', async () => {
  const people = (count: number, code: string, day: number, visitClass: string) =>
    times(count, () =>
      recordOf(
        [
          [day, code, visitClass],
          [999, code, visitClass],
        ],
        { birthDate: '1990-01-01' },
      ),
    );
  const holdout = [...people(40, 'a', 0, 'AMB'), ...people(40, 'b', 0, 'AMB'), ...people(19, 'c', 0, 'AMB')];
  const synthetic = [
    ...people(20, 'a', 0, 'AMB'),
    ...people(20, 'a', 9, 'EMER'),
    ...people(40, 'b', 0, 'AMB'),
    ...people(40, 'c', 5, 'IMP'),
  ];
  const sides = await sidesOf(holdout, synthetic);
  const age = await firstAge(sides);
  // Half of a's are later, none of b's; c has 19 held-out carriers.
  expect(age.distance.synthetic![GROUPS]).toBeCloseTo(0.25, 12);
  expect(age.codes).toEqual({ synthetic: 2, floor: 2 });
  const classes = await classGivenCode(sides);
  expect(classes.variation.synthetic![GROUPS]).toBeCloseTo(0.25, 12);
  expect(classes.variation.floor![GROUPS]).toBe(0);
});
