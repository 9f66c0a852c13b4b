import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSmall, joinSmallCells, mutualInformation } from './join-small-cells.ts';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('mutual information', () => {
  it('is that worked by hand', () => {
    // 40, 10, 10, 40 of 100: 2 (0.4 log 1.6 + 0.1 log 0.4) = 0.192745.
    expect(
      mutualInformation([
        [40, 10],
        [10, 40],
      ]),
    ).toBeCloseTo(0.192745, 6);
    expect(
      mutualInformation([
        [25, 25],
        [25, 25],
      ]),
    ).toBeCloseTo(0, 12);
  });
});

describe('joinSmallCells', () => {
  it('leaves a table without small cells as it is, zeros with it', () => {
    expect(joinSmallCells([40, 0, 10, 50], 2, 10)).toEqual({
      rowGroups: [0, 1],
      columnGroups: [0, 1],
      cells: [
        [40, 0],
        [10, 50],
      ],
    });
  });

  it('of two values each, one small cell leaves only the margins', () => {
    const { cells } = joinSmallCells([40, 9, 21, 30], 2, 10);
    expect(cells.length * cells[0].length).toBe(2);
    expect(mutualInformation(cells)).toBeCloseTo(0, 12);
  });

  it('joins the rows that are most alike', () => {
    // The third row's 4 goes to the second, which has a share of a fifth too, not to the first, which has none.
    const { rowGroups, cells } = joinSmallCells([100, 0, 80, 20, 16, 4], 2, 10);
    expect(rowGroups).toEqual([0, 1, 1]);
    expect(cells).toEqual([
      [100, 0],
      [96, 24],
    ]);
  });

  /** Tables of two columns whose margins are 0 or at least k, as nodes have them. */
  const tables = fc
    .tuple(fc.integer({ min: 2, max: 12 }), fc.array(fc.tuple(fc.nat(60), fc.nat(25)), { minLength: 2, maxLength: 13 }))
    .filter(
      ([k, rows]) =>
        rows.every((row) => !isSmall(sum(row), k)) &&
        [0, 1].every((column) => !isSmall(sum(rows.map((row) => row[column])), k)),
    );

  it('has no small cell, and what a small cell was stays open between bounds that are k or more apart', () => {
    fc.assert(
      fc.property(tables, ([k, rows]) => {
        const { rowGroups, columnGroups, cells } = joinSmallCells(rows.flat(), 2, k);
        expect(cells.flat().filter((count) => isSmall(count, k))).toEqual([]);
        expect(sum(cells.flat())).toBe(sum(rows.flat()));
        const isOneColumn = columnGroups[0] === columnGroups[1];
        rows.forEach((row, r) => {
          if (!row.some((count) => isSmall(count, k)) || isOneColumn) return;
          // Given its own margin and the cells of its group, by Fréchet's bounds.
          const group = rows.filter((_, other) => rowGroups[other] === rowGroups[r]);
          const [own, all, having] = [sum(row), sum(group.flat()), sum(group.map(([first]) => first))];
          const [least, most] = [Math.max(0, having - (all - own)), Math.min(having, own)];
          expect(most - least).toBeGreaterThanOrEqual(k);
        });
      }),
      { numRuns: 500 },
    );
  });
});
