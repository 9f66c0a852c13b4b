import { expect, it } from 'vitest';
import { conversions, editorPeriods, formerRows, groupedTitles, releaseOf } from './icd10cm-former.ts';

/** The editor's table as bytes, behind another table of the same make. */
function editorFile(records: [code: string, from: number, to: number][], first = 'A000'): Buffer {
  const table = (rows: [string, number, number][]) => {
    const bytes = Buffer.alloc(32 + 24 * rows.length);
    bytes.write('DECM');
    bytes.writeUInt32LE(rows.length, 4);
    rows.forEach(([code, from, to], i) => {
      bytes.write(code, 32 + 24 * i);
      bytes.writeUInt32LE(from, 40 + 24 * i);
      bytes.writeUInt32LE(to, 44 + 24 * i);
    });
    return bytes;
  };
  const procedures = table([['0016070', 20151001, 20270331]]);
  return Buffer.concat([Buffer.from('other'), procedures, table([[first, 20151001, 20270331], ...records])]);
}

it('reads the days of every code, joined where a code has several periods', () => {
  const periods = editorPeriods(
    editorFile([
      ['A1814', 20151001, 20240930],
      ['A1814', 20241001, 20270331],
      ['T404X1A', 20151001, 20200930],
    ]),
  );
  expect(periods.get('A1814')).toEqual({ from: 20151001, to: 20270331 });
  expect(periods.get('T404X1A')).toEqual({ from: 20151001, to: 20200930 });
});

it('says what it cannot read', () => {
  const gap = editorFile([
    ['A1814', 20151001, 20230930],
    ['A1814', 20241001, 20270331],
  ]);
  expect(() => editorPeriods(gap)).toThrow('A1814');
  expect(() => editorPeriods(editorFile([], '0010'))).toThrow('No diagnosis table');
});

it('puts days, titles and successors together', () => {
  const tree = (children: object[]) => releaseOf({ id: 'root', children } as never);
  const rows = formerRows({
    periods: editorPeriods(
      editorFile([
        ['N183', 20151001, 20200930],
        ['N1830', 20201001, 20270331],
        ['S060X2A', 20151001, 20160930],
        ['T404X1A', 20151001, 20200930],
      ]),
    ),
    conversions: conversions('2018,2019,2020\nN183,N183,N1830\nN183,N183,N18TYPO\nUNDEF2018,N20,N20\n'),
    titles: groupedTitles(`'S060X2A ','233',"Concussion sequela",'x'\n`),
    releases: new Map([
      [
        2019,
        tree([
          {
            id: 'T40.4X',
            description: 'Old header',
            children: [{ id: 'T40.4X1A', description: 'Poisoning initial encounter' }],
          },
        ]),
      ],
      [
        2020,
        tree([
          { id: 'N18.3', description: 'Stage 3' },
          {
            id: 'T40.4X',
            description: 'Header',
            children: [{ id: 'T40.4X1A', description: 'Poisoning, initial encounter' }],
          },
        ]),
      ],
    ]),
    current: new Set(['A000', 'N183', 'N1830']),
    currentFrom: 20260401,
  });
  expect(rows).toEqual([
    {
      code: 'N183',
      title: 'Stage 3',
      billable: true,
      validFrom: '2015-10-01',
      validTo: '2020-09-30',
      successors: ['N1830'],
    },
    {
      code: 'S060X2A',
      title: 'Concussion, sequela',
      billable: true,
      validFrom: '2015-10-01',
      validTo: '2016-09-30',
      successors: [],
    },
    { code: 'T404X', title: 'Header', billable: false, validFrom: '', validTo: '2020-09-30', successors: [] },
    {
      code: 'T404X1A',
      title: 'Poisoning, initial encounter',
      billable: true,
      validFrom: '2015-10-01',
      validTo: '2020-09-30',
      successors: [],
    },
  ]);
});
