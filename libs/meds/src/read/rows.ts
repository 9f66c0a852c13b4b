import { identifier, quote } from '@ehrsynth/duckdb';
import { type ColumnName, EXTRA_COLUMNS } from '../standard.ts';
import type { DataFile } from './dataset.ts';

/** A row of data. Times are minutes since 1970 by the clock on the wall, infinite where they are none. */
export interface Row {
  minutes: number | null;
  code: string | null;
  number: number | null;
  text: string | null;
  end: number | null;
  unit: string | null;
  /** Of the visit in which it happened, as the source numbers it. */
  visit: string | null;
  /** The table of the source that it comes from. */
  table: string | null;
  gender: string | null;
  race: string | null;
  ethnicity: string | null;
  /** Our own columns, where the dataset is ours. */
  own?: OwnColumns;
}

/** Columns of ours that say more than those that other datasets have too. */
export interface OwnColumns {
  source_id: string | null;
  kind: string | null;
  time_precision: string | null;
  end_precision: string | null;
  encounter: number | null;
  numeric_value_double: number | null;
  unit_system: string | null;
  unit_code: string | null;
  comparator: string | null;
  range_low: number | null;
  range_high: number | null;
  interpretation: string | null;
  category: string | null;
  panel: string | null;
  answer: string | null;
  source_text: string | null;
  dose_value: number | null;
  dose_unit: string | null;
  dose_unit_system: string | null;
  dose_unit_code: string | null;
  dose_comparator: string | null;
  times_per_day: number | null;
  days_supply: number | null;
  refills: number | null;
  route: string | null;
  route_text: string | null;
  verbatim_end: string | null;
  active: boolean | null;
}

/** Columns by which datasets number visits, those that are meant most narrowly last. */
const VISIT_COLUMNS = ['visit_id', 'hadm_id', 'encounter_id', 'visit_occurrence_id'];
/** The first of these that is there is read. */
const OTHER_COLUMNS: [field: keyof Row, columns: string[]][] = [
  ['unit', ['unit', 'units', 'valueuom']],
  ['visit', VISIT_COLUMNS],
  ['table', ['table', 'omop_table', 'source_table']],
  ['gender', ['gender', 'sex']],
  ['race', ['race']],
  ['ethnicity', ['ethnicity']],
];
const OWN_NAMES = EXTRA_COLUMNS.map(([name]) => name).filter(
  (name): name is keyof OwnColumns & ColumnName => name !== 'unit' && name !== 'end',
);

/** The values of some rows, column by column. */
export type Columns = unknown[][];
/** What a column's values are: an integer of 64 bits, another number, a text, true or false. */
export type Kind = 'id' | 'number' | 'text' | 'boolean';

export interface FileRows {
  sql: string;
  /** SQL of each column that is read, and what its values are. */
  columns: readonly { sql: string; kind: Kind }[];
  /** The subject of each of some rows. */
  subjectsOf: (columns: Columns) => (bigint | null)[];
  toRow: (columns: Columns, index: number) => Row;
  /** Whether there is a column that numbers visits. */
  hasVisits: boolean;
}

/** How the rows of a file are read, in their order. */
export function rowsOf({ path, types, empty }: DataFile, isOwn: boolean): FileRows {
  return rowsFrom(`read_parquet(${quote(path)}, hive_partitioning = false)`, { types, empty, isOwn, minutesOf });
}

/** What is known of a table of events, and how its database says minutes. */
export interface TableFacts {
  /** DuckDB's type of each column. */
  types: Map<string, string>;
  /** Columns without a value, which are not read at all. */
  empty: Set<string>;
  isOwn: boolean;
  /** SQL of the minutes since 1970 of a column of times. */
  minutesOf: (column: string) => string;
}

/** How the rows of a table are read. @param from SQL of it, with the order of its rows if it has one */
export function rowsFrom(from: string, { types, empty, isOwn, minutesOf }: TableFacts): FileRows {
  const has = (name: string) => types.has(name) && !empty.has(name);
  const text = (name: string) => `CAST(${identifier(name)} AS VARCHAR)`;
  const columns: { sql: string; kind: Kind }[] = [
    { sql: 'CAST(subject_id AS BIGINT)', kind: 'id' },
    { sql: minutesOf('time'), kind: 'number' },
    { sql: text('code'), kind: 'text' },
  ];
  const [number, value, end] = [
    has('numeric_value') && numberOf(types.get('numeric_value')!),
    has('text_value') && text('text_value'),
    has('end') && /^(?:TIMESTAMP|DATE)/.test(types.get('end')!) && minutesOf('end'),
  ];
  /** Gives the value of an expression in a row; null where there is none. */
  const reader = (sql: string | false | undefined, kind: Kind) => {
    const place = sql ? columns.push({ sql, kind }) - 1 : -1;
    return (values: Columns, index: number) => (place < 0 ? null : values[place][index]);
  };
  const fields: [keyof Row, (values: Columns, index: number) => unknown][] = [
    ['number', reader(number, 'number')],
    ['text', reader(value, 'text')],
    ['end', reader(end, 'number')],
    ...OTHER_COLUMNS.map(([field, names]): [keyof Row, ReturnType<typeof reader>] => {
      const name = names.find((one) => types.has(one));
      return [field, reader(name && has(name) && text(name), 'text')];
    }),
  ];
  const own = isOwn ? OWN_NAMES.filter(has).map((name) => [name, reader(ownColumn(name), ownKind(name))] as const) : [];
  return {
    sql: `SELECT ${columns.map(({ sql }) => sql).join(', ')} FROM ${from}`,
    columns,
    subjectsOf: ([subjects]) => subjects as (bigint | null)[],
    toRow: (values, index) => {
      const row: Row = {
        ...NOTHING,
        minutes: values[1][index] as number | null,
        code: values[2][index] as string | null,
      };
      for (const [field, read] of fields) row[field] = read(values, index) as never;
      if (!isOwn) return row;
      const ownColumns: OwnColumns = { ...NOTHING_OWN };
      for (const [name, read] of own) ownColumns[name] = read(values, index) as never;
      row.own = ownColumns;
      return row;
    },
    hasVisits: VISIT_COLUMNS.some((name) => types.has(name)),
  };
}

const NOTHING: Row = {
  minutes: null,
  code: null,
  number: null,
  text: null,
  end: null,
  unit: null,
  visit: null,
  table: null,
  gender: null,
  race: null,
  ethnicity: null,
};
const NOTHING_OWN = Object.fromEntries(OWN_NAMES.map((name) => [name, null])) as unknown as OwnColumns;

function minutesOf(column: string): string {
  const time = `CAST(${identifier(column)} AS TIMESTAMP)`;
  return `CASE WHEN isfinite(${time}) THEN epoch_us(${time}) / 60000000.0 WHEN ${identifier(column)} IS NOT NULL THEN 'infinity'::DOUBLE END`;
}

/** A float as it is, so that its shortest decimal can be found; others as a double. */
function numberOf(type: string): string {
  return type === 'FLOAT' ? 'numeric_value' : 'CAST(numeric_value AS DOUBLE)';
}

function ownColumn(name: string): string {
  const type = EXTRA_COLUMNS.find(([one]) => one === name)![1];
  const as = type === 'BIGINT' ? 'DOUBLE' : type === 'DATE' ? 'VARCHAR' : type;
  return `CAST(${identifier(name)} AS ${as})`;
}

function ownKind(name: string): Kind {
  const type = EXTRA_COLUMNS.find(([one]) => one === name)![1];
  if (type === 'BOOLEAN') return 'boolean';
  return type === 'VARCHAR' || type === 'DATE' ? 'text' : 'number';
}
