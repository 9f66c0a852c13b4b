import { fixed } from '@ehrsynth/statistics';
import { expect, it } from 'vitest';
import { cellsOf, headOf, rangeOf, rangesOf } from './ranges.ts';
import { type Row, rowOf } from './row.ts';

const row = (name: string, value: number | undefined) =>
  rowOf(name, [String(value), 'floor'], value, (one) => fixed(one, 2));

it.each([
  [[3, 1, 2], { median: 2, least: 1, most: 3 }],
  [[4, 1, 2, 3], { median: 2.5, least: 1, most: 4 }],
  [[undefined, 5, 1], { values: [null, 5, 1], median: 3, least: 1, most: 5 }],
  [[-0.5], { median: -0.5, least: -0.5, most: -0.5 }],
])('of %j it is %j', (values, range) => expect(rangeOf(values)).toMatchObject(range));

it('of nothing measured there is none', () => expect(rangeOf([undefined, undefined])).toBeUndefined());

it('stands beside the figure of the first run', () => {
  const runs = [0.9, 0.7, 0.8].map((r) => [row('r', r), row('gap', undefined)]);
  expect(cellsOf(...runs)).toEqual([
    ['r', '0.9', 'floor', '0.80 (0.70 – 0.90)'],
    ['gap', 'undefined', 'floor', ''],
  ]);
  expect(headOf(['', 'synthetic', 'real'], 3)).toEqual(['', 'synthetic, run 1', 'real', 'median of 3 runs (range)']);
  expect(cellsOf(runs[0])).toEqual([
    ['r', '0.9', 'floor'],
    ['gap', 'undefined', 'floor'],
  ]);
});

it('says how many runs could measure it', () =>
  expect(cellsOf([row('r', undefined)], [row('r', 0.5)], [row('r', 0.7)])[0][3]).toBe(
    '0.60 (0.50 – 0.70; 2 of 3 runs)',
  ));

it('is of the same figure in every run, also where names are counts apart or the same, and where one has fewer', () => {
  const first: Row[] = [
    row('exact', 1),
    row('  beyond chance', 2),
    row('near', 3),
    row('  beyond chance', 4),
    row('lift, 12 pairs', 5),
    row('codes of 5 patients', 6),
    row('codes of 20 patients', 7),
    row('class AMB', 8),
  ];
  const second = first
    .filter(([name]) => name !== 'class AMB')
    .map(([name, , , number]) => row(name.replace('12', '1,034'), 10 * number!.value));
  expect(rangesOf([first, second]).map((range) => range!.values)).toEqual([
    ...[1, 2, 3, 4, 5, 6, 7].map((value) => [value, 10 * value]),
    [8, null],
  ]);
});
