import { Int32, Int64, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';

/** Values of a column that goes to the server, of one of SQL's types. */
export type LocalColumn =
  | { type: 'BIGINT'; values: readonly (bigint | null)[] }
  | { type: 'INTEGER'; values: readonly (number | null)[] }
  | { type: 'VARCHAR'; values: readonly (string | null)[] };

/** Columns by their names, all of the same length. */
export type LocalColumns = Record<string, LocalColumn>;

/** Rows as a stream of Arrow's, which the protocol takes as a relation. */
export function arrowOf(columns: LocalColumns): Uint8Array {
  const vectors = Object.entries(columns).map(([name, column]) => [name, vectorOf(column)] as const);
  return tableToIPC(new Table(Object.fromEntries(vectors)), 'stream');
}

/** The same rows in parts of no more than so many. */
export function* partsOf(columns: LocalColumns, rows: number): Generator<LocalColumns> {
  const count = Math.max(0, ...Object.values(columns).map(({ values }) => values.length));
  for (let from = 0; from === 0 || from < count; from += rows)
    yield Object.fromEntries(
      Object.entries(columns).map(([name, { type, values }]) => [
        name,
        { type, values: values.slice(from, from + rows) } as LocalColumn,
      ]),
    );
}

function vectorOf(column: LocalColumn) {
  if (column.type === 'BIGINT') return vectorFromArray(column.values, new Int64());
  if (column.type === 'INTEGER') return vectorFromArray(column.values, new Int32());
  return vectorFromArray(column.values, new Utf8());
}
