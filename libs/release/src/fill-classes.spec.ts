import { kAnonymity } from '@ehrsynth/privacy';
import { describe, expect, it } from 'vitest';
import { type Candidate, fillClasses } from './fill-classes.ts';
import { matrix } from './testing.ts';

describe('k-anonymity by addition', () => {
  /** Candidates of the numbers of columns; the record of one in three turns out to be of the other sex. */
  async function* candidates(rows: number[][]): AsyncGenerator<Candidate<number[]>> {
    for (const [i, row] of rows.entries()) {
      const repaired = i % 3 === 2 ? [1 - row[0], ...row.slice(1)] : row;
      const entries = repaired.map((column): [number, number] => [column, 1]);
      yield { columns: row, decode: () => ({ entries, value: repaired }) };
    }
  }
  const rows = [
    [0, 2, 5],
    [0, 2, 6],
    [0, 2, 7],
    [1, 2, 5],
    [1, 3, 5],
    [1, 3, 6],
  ];

  it('takes of small classes alone, until each has k', async () => {
    // Women of 18–24 are three; men of 18–24 one, of 25–34 two; there are no women of 25–34, and none are made.
    const offered = [
      [1, 2, 8],
      [0, 3, 9],
      [1, 2, 9],
      [0, 2, 9],
      [1, 3, 9],
      [1, 3, 8],
      [1, 2, 10],
      [1, 3, 11],
      [1, 2, 12],
    ];
    const { filling, added } = await fillClasses(
      matrix(rows),
      { k: 3, quasiIdentifiers: ['sex', 'age'] },
      candidates(offered),
    );
    // The third turns out a woman. Nothing is drawn after the last class is full.
    expect(added).toEqual([
      [1, 2, 8],
      [1, 2, 10],
      [1, 3, 9],
    ]);
    expect(filling).toEqual({
      k: 3,
      quasiIdentifiers: ['sex', 'age'],
      added: 3,
      drawn: 7,
      classes: [
        { members: ['male', '18-24'], before: 1, found: 2 },
        { members: ['male', '25-34'], before: 2, found: 1 },
      ],
      left: [],
    });
    expect(kAnonymity(matrix([...rows, ...added]), ['sex', 'age']).k).toBe(3);
  });

  it('says which rows are of classes that stay small, and adds nothing to them', async () => {
    const { filling, added } = await fillClasses(
      matrix(rows),
      { k: 3, quasiIdentifiers: ['sex', 'age'] },
      candidates([
        [1, 2, 8],
        [1, 3, 9],
      ]),
    );
    expect(added).toEqual([[1, 3, 9]]);
    expect(filling.left).toEqual([3]);
  });

  it('draws nothing where every class is large enough, and counts codes as asked', async () => {
    const none = await fillClasses(matrix(rows), { k: 3, quasiIdentifiers: ['sex'] }, candidates([[0, 2]]));
    expect(none.filling).toMatchObject({ added: 0, drawn: 0, classes: [] });
    const byCode = await fillClasses(matrix(rows), { k: 2, quasiIdentifiers: ['sex', 'C1'] }, candidates([[0, 2, 5]]));
    // One woman with C1, and one man without.
    expect(byCode.filling.classes).toEqual([
      { members: ['female', 'C1'], before: 1, found: 1 },
      { members: ['male'], before: 1, found: 0 },
    ]);
    await expect(fillClasses(matrix(rows), { k: 2, quasiIdentifiers: ['region'] }, candidates([]))).rejects.toThrow(
      'Unknown quasi-identifier: region',
    );
  });
});
