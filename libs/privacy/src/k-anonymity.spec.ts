import { type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { expect, it } from 'vitest';
import { kAnonymity } from './k-anonymity.ts';

it('counts classes of the same demographics, whatever their codes', () => {
  const sexes: Column[] = ['female', 'male'].map((code) => ({
    kind: 'demographic',
    system: 'sex',
    code,
    level: 'code',
  }));
  const age: Column = { kind: 'demographic', system: 'age', code: '18-24', level: 'band' };
  const code: Column = { kind: 'condition', system: 'urn:test', code: 'c', level: 'code' };
  const builder = new MatrixBuilder([...sexes, age, code]);
  let row = 0;
  const add = (times: number, ...own: Column[]) => {
    for (let i = 0; i < times; i++)
      builder.add(
        String(row++),
        [...own, ...(i % 2 ? [code] : [])].map((column): [Column, number] => [column, 1]),
      );
  };
  add(12, sexes[0], age);
  add(6, sexes[1], age);
  add(3, sexes[0]); // Their age is not known.
  expect(kAnonymity(builder.build())).toEqual({
    quasiIdentifiers: ['sex', 'age'],
    k: 3,
    classes: 3,
    smaller: [
      { than: 5, classes: 1, rows: 3 },
      { than: 11, classes: 2, rows: 9 },
    ],
  });
});
