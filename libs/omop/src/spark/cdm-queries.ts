import { sparkName, sparkText } from '@ehrsynth/spark';
import type { Row } from '../cdm/own-concepts.ts';
import { type CdmType, type Column, plainName, TABLES } from '../cdm/tables.ts';
import { keyColumns } from '../write/parts.ts';

/** What the rows of parts need to be those of a whole. */
export interface Parts {
  /** A query of columns part and row: a number, and a row of the table as JSON with its columns as keys. */
  rows: string;
  /** A view of columns part and keys: the keys of each table that the parts before have, as MAP<STRING, BIGINT>. */
  offsets: string;
  /** A view of columns own and id: the ids of our own concepts by their numbers in parts. */
  ids: string;
  /** Columns of the table that name concepts of our own. */
  ownColumns: readonly string[];
  /** The largest key of each table: above what an INT holds, keys are BIGINT. */
  lastKeys: Readonly<Record<string, number>>;
}

const MOST_INT = 2 ** 31 - 1;

/** The rows of a table, with the CDM's types. */
export function partsQuery(table: string, { rows, offsets, ids, ownColumns, lastKeys }: Parts): string {
  const keys = new Map(keyColumns(table).filter(([, of]) => lastKeys[of]));
  const selected = TABLES[table].columns.map((column) => {
    const name = plainName(column.name);
    const of = keys.get(name);
    if (of !== undefined) {
      const type = lastKeys[of] > MOST_INT ? 'BIGINT' : 'INT';
      return `CAST(${field(name)} + coalesce(o.keys[${sparkText(of)}], 0) AS ${type}) AS ${sparkName(name)}`;
    }
    const place = ownColumns.indexOf(name);
    if (place < 0) return typed(column, field(name));
    return typed(column, `coalesce(d${place}.id, ${field(name)})`);
  });
  const joins = ownColumns.map((name, i) => `LEFT JOIN ${ids} d${i} ON d${i}.own = ${field(name)}`);
  return `SELECT /*+ BROADCAST(o) */ ${selected.join(', ')} FROM (SELECT part, ${parsed(table)} AS r FROM (${rows})) JOIN ${offsets} o USING (part) ${joins.join(' ')}`;
}

/** Some rows of a table, with the CDM's types; none as well. */
export function rowsQuery(table: string, rows: readonly Row[]): string {
  const values = rows.length > 0 ? rows : [{}];
  const texts = values.map((row) => `(${sparkText(JSON.stringify(row))})`).join(', ');
  const selected = TABLES[table].columns.map((column) => typed(column, field(plainName(column.name))));
  const none = rows.length > 0 ? '' : ' WHERE false';
  return `SELECT ${selected.join(', ')} FROM (SELECT ${parsed(table)} AS r FROM VALUES ${texts} AS t(row))${none}`;
}

/** Our own concepts' ids as a query. */
export function idsQuery(ids: readonly (readonly [inParts: number, id: number])[]): string {
  const values = ids.length > 0 ? ids : [[0, 0]];
  return `SELECT CAST(own AS BIGINT) AS own, CAST(id AS BIGINT) AS id FROM VALUES ${values.map(([own, id]) => `(${own}L, ${id}L)`).join(', ')} AS t(own, id)`;
}

/** Columns that have a value in every row of the table. */
export function requiredColumns(table: string): string[] {
  return TABLES[table].columns.filter(({ required }) => required).map(({ name }) => plainName(name));
}

function field(name: string): string {
  return `r.${sparkName(name)}`;
}

function parsed(table: string): string {
  const fields = TABLES[table].columns.map(({ name, type }) => `${sparkName(plainName(name))} ${inJson(type)}`);
  return `from_json(row, ${sparkText(fields.join(', '))}, map('mode', 'FAILFAST'))`;
}

/** Whole numbers may be those of parts; days and times are read by a cast, which says what cannot be read. */
function inJson(type: CdmType): string {
  return type === 'integer' ? 'BIGINT' : type === 'numeric' ? 'DOUBLE' : 'STRING';
}

function typed({ name, type }: Column, sql: string): string {
  return `CAST(${sql} AS ${sparkType(type)}) AS ${sparkName(plainName(name))}`;
}

function sparkType(type: CdmType): string {
  if (type === 'integer') return 'INT';
  if (type === 'numeric') return 'DOUBLE';
  if (type === 'date') return 'DATE';
  return type === 'datetime' ? 'TIMESTAMP_NTZ' : 'STRING';
}
