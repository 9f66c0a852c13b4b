import { type Database, identifier } from '@ehrsynth/duckdb';
import { knownColumns } from './csv-columns.ts';

/**
 * The columns of a table, and SQL of its rows. Where DuckDB has made a table of a CSV file with nothing but a header, it has taken the
 * header for a row and named the columns column0, column1 …: they get their names back, and the row goes.
 */
export async function withHeaderRow(
  database: Database,
  table: string,
  select: string,
): Promise<{ select: string; names: string[] }> {
  const described = await database.all<{ column_name: string }>(`DESCRIBE ${select}`);
  const names = described.map(({ column_name }) => column_name);
  if (!names.every((name) => /^column\d+$/.test(name))) return { select, names };
  const [first] = await database.all<Record<string, unknown>>(`SELECT * FROM (${select}) LIMIT 1`);
  const header = names.map((name) => String(first?.[name] ?? ''));
  if (knownColumns(table, header).length < names.length) return { select, names };
  const columns = names.map((name, i) => `${identifier(name)} AS ${identifier(header[i])}`);
  const where = `${identifier(names[0])} IS DISTINCT FROM '${header[0]}'`;
  return { select: `SELECT ${columns.join(', ')} FROM (${select}) WHERE ${where}`, names: header };
}
