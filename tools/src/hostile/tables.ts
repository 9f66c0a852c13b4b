import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  statSync,
  writeFileSync,
  copyFileSync,
} from 'node:fs';
import type { HostileFile, Prepared } from './case.ts';

const INGEST = 'ingest omop omop --min-patients 1 -o out';
const PARQUET = 'ingest omop parquet --min-patients 1 -o out';
const DUCKDB = 'ingest omop omop-duckdb/omop.duckdb --min-patients 1 -o out';
const REFUSED = [1, 2, 3];

/** Changes the text of a table. */
const edited =
  (table: string, change: (text: string) => string | Buffer) =>
  ({ at }: Prepared) => {
    const path = at('omop', `${table}.csv`);
    writeFileSync(path, change(readFileSync(path, 'utf8')));
  };

/** Puts the value into a column of the first row. */
const cell = (table: string, column: string, value: string) =>
  edited(table, (text) => {
    const lines = text.split('\n');
    const index = lines[0].split(',').indexOf(column);
    lines[1] = lines[1]
      .split(',')
      .map((old, i) => (i === index ? value : old))
      .join(',');
    return lines.join('\n');
  });

const CSV: Omit<HostileFile, 'group' | 'commands' | 'needs'>[] = [
  {
    name: 'a quote that does not end',
    prepare: cell('person', 'person_source_value', '"open'),
    exitCodes: [0, ...REFUSED],
  },
  {
    name: 'quotes within a cell',
    prepare: cell('condition_occurrence', 'condition_source_value', 'a"b"c'),
    exitCodes: [0, ...REFUSED],
  },
  {
    name: 'a NUL in a cell',
    prepare: cell('person', 'person_source_value', 'a\0b'),
    exitCodes: [0, ...REFUSED],
  },
  {
    name: 'a cell of 64 MB',
    prepare: cell('person', 'person_source_value', 'x'.repeat(1 << 26)),
    exitCodes: [0, ...REFUSED],
    heapMb: 512,
  },
  {
    name: 'no column person_id',
    prepare: edited('person', (text) => text.replace('person_id', 'someone')),
    exitCodes: REFUSED,
    expects: /person_id/,
  },
  {
    name: 'a column twice',
    prepare: edited('person', (text) => text.replace('year_of_birth', 'person_id')),
    exitCodes: [0, ...REFUSED],
  },
  {
    name: 'SQL in the name of a column',
    prepare: edited('person', (text) => text.replace('location_id', '"x""); DROP TABLE person; --"')),
    exitCodes: [0, ...REFUSED],
  },
  {
    name: 'SQL in a cell',
    prepare: cell('person', 'person_source_value', "'); DROP TABLE person; --"),
    exitCodes: [0],
  },
  {
    name: 'more cells than columns',
    prepare: edited('person', (text) => text.replace(/$/m, ',more,and,more')),
    exitCodes: [0, ...REFUSED],
  },
  {
    name: 'a person_id that is text',
    prepare: cell('person', 'person_id', 'somebody'),
    exitCodes: [0, ...REFUSED],
  },
  {
    name: 'a person_id beyond 64 bits',
    prepare: cell('person', 'person_id', '99999999999999999999999'),
    exitCodes: [0, ...REFUSED],
  },
  {
    name: 'a year of birth that is none',
    prepare: cell('person', 'year_of_birth', '-99999'),
    exitCodes: [0, ...REFUSED],
  },
  {
    name: 'a date that is none',
    prepare: cell('condition_occurrence', 'condition_start_date', '2021-13-45'),
    exitCodes: [0, ...REFUSED],
  },
  {
    name: 'a terminal escape in a cell',
    prepare: cell('condition_occurrence', 'condition_source_value', '\u001b[2J'),
    exitCodes: [0],
  },
  {
    name: 'invalid UTF-8 in a cell',
    prepare: edited('person', (text) => Buffer.from(text.replace('sim-1', '\xff\xfe'), 'latin1')),
    exitCodes: [0, ...REFUSED],
  },
  {
    name: 'UTF-16',
    prepare: edited('person', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')),
    exitCodes: REFUSED,
    expects: /person/,
  },
  { name: 'an empty table', prepare: edited('person', () => ''), exitCodes: REFUSED, expects: /person/ },
  {
    name: 'a table that is a folder',
    prepare: ({ at }) => {
      rmSync(at('omop', 'person.csv'));
      mkdirSync(at('omop', 'person.csv'));
    },
    exitCodes: REFUSED,
    expects: /person/,
  },
];

const FILES: Omit<HostileFile, 'group'>[] = [
  {
    name: 'Parquet cut off',
    needs: ['parquet'],
    prepare: ({ at }) => half(at('parquet', 'person.parquet')),
    commands: [PARQUET],
    exitCodes: REFUSED,
    expects: /person/,
  },
  {
    name: 'Parquet of another table',
    needs: ['parquet'],
    prepare: ({ at }) => copyFileSync(at('parquet', 'concept.parquet'), at('parquet', 'person.parquet')),
    commands: [PARQUET],
    exitCodes: REFUSED,
    expects: /person/,
  },
  {
    name: 'Parquet that is text',
    needs: ['parquet'],
    prepare: ({ at }) => writeFileSync(at('parquet', 'person.parquet'), 'PAR1 and no more PAR1'),
    commands: [PARQUET],
    exitCodes: REFUSED,
    expects: /person/,
  },
  {
    name: 'DuckDB that is text',
    needs: ['omop-duckdb'],
    prepare: ({ at }) => writeFileSync(at('omop-duckdb', 'omop.duckdb'), 'CREATE TABLE person (x int);\n'.repeat(1000)),
    commands: [DUCKDB],
    exitCodes: REFUSED,
    expects: /omop/,
  },
  {
    name: 'DuckDB cut off',
    needs: ['omop-duckdb'],
    prepare: ({ at }) => half(at('omop-duckdb', 'omop.duckdb')),
    commands: [DUCKDB],
    exitCodes: REFUSED,
    expects: /omop/,
  },
  {
    name: 'DuckDB with bytes changed',
    needs: ['omop-duckdb'],
    prepare: ({ at, rng }) => {
      const path = at('omop-duckdb', 'omop.duckdb');
      const bytes = readFileSync(path);
      for (let i = 0; i < 2000; i++) bytes[4096 + rng.int(bytes.length - 4096)] ^= 1 << rng.int(8);
      writeFileSync(path, bytes);
    },
    commands: [DUCKDB],
    exitCodes: REFUSED,
    expects: /omop/,
  },
  ...["it's", '"; DROP TABLE person; --', '*.csv', "a' b", '$(touch x)'].map((name): Omit<HostileFile, 'group'> => ({
    name: `OMOP in a folder called ${name}`,
    needs: ['omop'],
    prepare: ({ at }) => renameSync(at('omop'), at(name)),
    commands: [['ingest', 'omop', name, '--min-patients', '3', '-o', 'out']],
    exitCodes: [0],
  })),
];

/** OMOP tables that are broken, or made to do harm. */
export const TABLES: HostileFile[] = [
  ...CSV.map((hostile): HostileFile => ({ ...hostile, group: 'OMOP', needs: ['omop'], commands: [INGEST] })),
  ...FILES.map((hostile): HostileFile => ({ ...hostile, group: 'OMOP' })),
];

function half(path: string): void {
  truncateSync(path, Math.floor(statSync(path).size / 2));
}
