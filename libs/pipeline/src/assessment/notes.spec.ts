import { type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { expect, it } from 'vitest';
import { systemNotes } from './notes.ts';

const columns = ['icd', 'snomed'].flatMap((system) =>
  Array.from({ length: 6 }, (_, i): Column => ({ kind: 'condition', system, code: `C${i}`, level: 'code' })),
);

/** Three rows that have each code of these systems. */
function rowsWith(...systems: string[]) {
  const builder = new MatrixBuilder(columns);
  const own = columns.filter(({ system }) => systems.includes(system));
  const entries = own.map((column): [Column, number] => [column, 1]);
  for (const id of ['a', 'b', 'c']) builder.add(id, entries);
  return builder.build();
}

it('a side without any code of a system is named, with how many codes are of it', () => {
  const both = rowsWith('icd', 'snomed');
  expect(systemNotes({ holdout: both, synthetic: both })).toEqual([]);
  expect(systemNotes({ holdout: both, synthetic: rowsWith('snomed') })).toEqual([
    expect.stringMatching(
      /^The synthetic records have no codes of icd, the system of 6 of the 12 codes of the training records/,
    ),
  ]);
  expect(systemNotes({ holdout: rowsWith('icd'), synthetic: both })).toEqual([
    expect.stringMatching(/^The held-out records have no codes of snomed/),
  ]);
});
