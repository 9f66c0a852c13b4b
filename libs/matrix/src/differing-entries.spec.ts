import { describe, expect, it } from 'vitest';
import { MatrixBuilder } from './builder.ts';
import { CodeMatrix, type Column } from './code-matrix.ts';
import { differingEntries } from './differing-entries.ts';

const columns = [...'abc'].map((code): Column => ({ kind: 'condition', system: 's', code, level: 'code' }));
const matrix = (rows: Record<string, string>) => {
  const builder = new MatrixBuilder(columns);
  const entry = (code: string): [Column, number] => [columns.find((column) => column.code === code)!, 1];
  for (const [id, codes] of Object.entries(rows)) builder.add(id, [...codes].map(entry));
  return builder.build();
};

const twice = new CodeMatrix(
  columns,
  ...([
    [0, 2, 4],
    [0, 1, 0, 1],
    [1, 1, 1, 1],
  ].map((all) => Int32Array.from(all)) as [Int32Array, Int32Array, Int32Array]),
  ['x', 'x'],
);

describe('entries in which matrices differ', () => {
  const first = matrix({ x: 'ab', y: 'aac', z: '' });

  it('none, whatever the order of the rows and the writing of the ids', () => {
    expect(differingEntries(first, matrix({ z: '', y: 'aac', x: 'ab' }))).toBe(0);
    expect(differingEntries(first, matrix({ q: 'aac', x: 'ab', r: '' }))).toBe(0);
  });

  it('counts that differ, entries that one lacks, rows that one lacks', () => {
    expect(differingEntries(first, matrix({ x: 'ab', y: 'ac', z: '' }))).toBe(1);
    expect(differingEntries(first, matrix({ x: 'bc', y: 'aac', z: '' }))).toBe(2);
    expect(differingEntries(first, matrix({ x: 'ab', z: '' }))).toBe(2);
    expect(differingEntries(matrix({ x: 'ab', z: '' }), first)).toBe(2);
    // An id that is there twice has two rows.
    expect(differingEntries(matrix({ x: 'ab', y: 'ab' }), twice)).toBe(0);
    expect(differingEntries(twice, matrix({ x: 'ab' }))).toBe(2);
    // The same rows of two patients, where only one has them elsewhere.
    expect(differingEntries(matrix({ x: 'a', y: 'a' }), matrix({ q: 'a', r: 'b' }))).toBe(2);
  });
});
