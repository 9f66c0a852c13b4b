import { type CodeMatrix, type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { expect, it } from 'vitest';
import { attributeInference } from './attribute-inference.ts';

const columns = Array.from({ length: 10 }, (_, i): Column => ({
  kind: 'condition',
  system: 'urn:test',
  code: `c${i}`,
  level: 'code',
}));

function matrix(rows: number[][]): CodeMatrix {
  const builder = new MatrixBuilder(columns);
  rows.forEach((codes, row) =>
    builder.add(
      String(row),
      codes.map((code): [Column, number] => [columns[code], 1]),
    ),
  );
  return builder.build();
}

it('infers what the closest synthetic row has, worked by hand', () => {
  // Code 0 is the commonest, and the one of ten that is known.
  const reference = matrix([[0, 1], [0, 2], [0], [1, 3]]);
  const synthetic = matrix([
    [0, 1, 2],
    [3, 4],
  ]);
  // Members: 0 → {1, 2}, right 1 and wrong 2, missed 5; not 0 → {3, 4}, both right. Right 3, wrong 1, missed 1: F1 6/8.
  const members = matrix([
    [0, 1, 5],
    [3, 4],
  ]);
  // Others: 0 → {1, 2}, both wrong, missed 4; none → {3, 4}, both wrong. F1 0.
  const others = matrix([[0, 4], []]);
  const found = attributeInference(reference, members, others, synthetic, new Rng(1), 0.1);
  expect(found.knownCodes).toBe(1);
  // Codes 1, 2, 3 are common; 4 to 9 nobody of the reference has. Common: right 2 (1, 3), wrong 1 (2): 4/5. Rare: right 4, missed 5: 2/3.
  const [rare, , common] = found.bands;
  expect([common.codes, common.members, common.others]).toEqual([3, 0.8, 0]);
  expect([rare.codes, rare.members, rare.others]).toEqual([6, 2 / 3, 0]);
  expect(common.gain.value).toBeCloseTo(0.8, 12);
  expect(common.gain.lower).toBeGreaterThanOrEqual(0);
  expect(common.gain.upper).toBeLessThanOrEqual(1);
});
