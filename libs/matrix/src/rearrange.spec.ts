import { expect, it } from 'vitest';
import { MatrixBuilder } from './builder.ts';
import type { Column } from './code-matrix.ts';
import { byColumn, onlyColumns, stacked } from './rearrange.ts';
import { appended, rowsInMemory } from './rows.ts';

it('rows of a source and, after them, of a matrix, in any order', async () => {
  const columns = ['a', 'b', 'c'].map((code): Column => ({
    kind: 'condition',
    system: 'urn:test',
    code,
    level: 'code',
  }));
  const rows = (...own: [number, number][][]) => {
    const builder = new MatrixBuilder(columns);
    own.forEach((entries, row) =>
      builder.add(
        String(row),
        entries.map(([column, count]): [Column, number] => [columns[column], count]),
      ),
    );
    return builder.build();
  };
  const [first, second] = [
    rows(
      [[0, 1]],
      [
        [1, 2],
        [2, 3],
      ],
      [],
    ),
    rows(
      [[2, 9]],
      [
        [0, 4],
        [1, 5],
      ],
    ),
  ];
  const source = appended(rowsInMemory(first), second);
  expect(source.rows).toBe(5);
  expect([...(await source.carriers(Int32Array.of(0, 1, 2, 3, 4)))]).toEqual([2, 2, 2]);
  const { indptr, indices, values } = await source.take(Int32Array.of(4, 1, 3, 0));
  expect([...indptr]).toEqual([0, 2, 4, 5, 6]);
  expect([...indices]).toEqual([0, 1, 1, 2, 2, 0]);
  expect([...values]).toEqual([4, 5, 2, 3, 9, 1]);
  const both = stacked(first, second);
  expect([both.entries(1), both.entries(2), both.entries(4)]).toEqual([first.entries(1), [], second.entries(1)]);
  expect(onlyColumns(both, (column) => column > 0).entries(4)).toEqual([[1, 5]]);
  const lists = byColumn(both);
  expect([...lists.rows.subarray(lists.starts[2], lists.starts[3])]).toEqual([1, 3]);
});
