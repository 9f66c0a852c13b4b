import { plainName, READ_TABLES } from '../cdm/tables.ts';
import { cast } from '../read/cast.ts';
import { columnsOf } from '../read/source.ts';

/**
 * SQL that gives the columns of a file or table by the CDM's names, as texts; columns that are missing are empty.
 * @param names of the columns that `select` gives
 * @param constants texts of columns that are the same in all rows, as the folders of partitions say
 * @throws MissingColumnError
 */
export function asTexts(
  table: string,
  select: string,
  { names, where, constants = {} }: { names: string[]; where: string; constants?: Record<string, string | null> },
): { sql: string; columns: Set<string> } {
  const fixed = Object.keys(constants).filter((name) => !names.some((own) => own.toLowerCase() === name));
  const own = columnsOf(table, [...names, ...fixed], where);
  const columns = READ_TABLES[table].columns.map(({ name }) => {
    const found = own.get(plainName(name));
    if (found === undefined) return `CAST(NULL AS VARCHAR) AS ${name}`;
    const value = fixed.includes(found) ? textOf(constants[found]) : quoted(found);
    return `CAST(${value} AS VARCHAR) AS ${name}`;
  });
  return { sql: `SELECT ${columns.join(', ')} FROM (${select})`, columns: new Set(own.keys()) };
} // prettier-ignore

/** SQL of a table with the CDM's types, from its texts. */
export function typed(table: string, from: string): string {
  const columns = READ_TABLES[table].columns.map(({ name, type }) => `${cast(name, type)} AS ${name}`);
  return `SELECT ${columns.join(', ')} FROM ${from}`;
}

/** A name in SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function textOf(value: string | null): string {
  return value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`;
}
