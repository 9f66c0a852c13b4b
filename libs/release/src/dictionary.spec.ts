import { type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { dictionaryCsv } from './dictionary.ts';

it('begins no formula with a code or a title, unless it is to be raw; numbers are left alone', () => {
  const column = (code: string, display: string): Column => ({
    kind: 'condition',
    system: 's',
    code,
    display,
    level: 'code',
  });
  const columns = [column('=1+1', '-2'), column('I10', '@SUM(A1)\r\n|x')];
  const builder = new MatrixBuilder(columns);
  builder.add(
    'a',
    columns.map((one): [Column, number] => [one, 1]),
  );
  const rows = (raw: boolean) =>
    parse(dictionaryCsv(builder.build(), { raw }), { columns: true }) as Record<string, string>[];
  expect(rows(false)).toMatchObject([
    { code: "'=1+1", title: "'-2", patients: '1', prevalence: '1' },
    { code: 'I10', title: "'@SUM(A1)\r\n|x" },
  ]);
  expect(rows(true)).toMatchObject([{ code: '=1+1', title: '-2' }, { title: '@SUM(A1)\r\n|x' }]);
});
