import { READ_TABLES } from '../cdm/tables.ts';
import { quote } from '@ehrsynth/duckdb';
import type { Sql } from '../read/source.ts';

/** What of a schema can be asked as a table of the CDM: a table, partitioned or not, a view, a materialized view or a foreign table. */
export interface Relation {
  /** Its name as the schema has it: PERSON, Person. */
  name: string;
  /** Its columns by their names there, with their types; those of a domain are of the type beneath. */
  columns: Map<string, string>;
  /** Columns that this user may not read. */
  denied: string[];
  /** Whether a policy of the server may hide rows from this user. */
  hasRowSecurity: boolean;
}

export interface Relations {
  /** By the CDM's names of the tables. */
  tables: Map<string, Relation>;
  /**
   * Other relations of the schema, and second ones of a name that differ in capitals alone; partitions and heirs are read with what they
   * are of.
   */
  others: string[];
}

/** The relations of a schema. information_schema has neither materialized views nor what the user may not read. */
export async function relationsOf(database: Sql, schema: string): Promise<Relations> {
  const rows = await database.all<{
    relation: string;
    column: string;
    type: string;
    readable: boolean;
    hidden: boolean;
  }>(`
    WITH RECURSIVE beneath AS (
      SELECT oid AS domain, typbasetype AS base FROM pg_type WHERE typtype = 'd'
      UNION ALL
      SELECT b.domain, t.typbasetype FROM beneath b JOIN pg_type t ON t.oid = b.base WHERE t.typtype = 'd'
    )
    SELECT c.relname AS relation, a.attname AS "column",
      format_type(coalesce((SELECT b.base FROM beneath b JOIN pg_type t ON t.oid = b.base WHERE b.domain = a.atttypid AND t.typtype <> 'd'), a.atttypid), NULL) AS type,
      has_schema_privilege(c.relnamespace, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'SELECT') AS readable, row_security_active(c.oid) AS hidden
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE (lower(c.relname) IN (${Object.keys(READ_TABLES).map(quote).join(', ')}) OR NOT EXISTS (SELECT 1 FROM pg_inherits i WHERE i.inhrelid = c.oid))
      AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = ${quote(schema)}) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    ORDER BY c.relname <> lower(c.relname), c.relname, a.attname = lower(a.attname), a.attnum`);
  const byName = new Map<string, Relation>();
  for (const { relation: name, column, type, readable, hidden } of rows) {
    if (!byName.has(name)) byName.set(name, { name, columns: new Map(), denied: [], hasRowSecurity: hidden });
    const { columns, denied } = byName.get(name)!;
    if (readable) columns.set(column, type);
    else denied.push(column);
  }
  const tables = new Map<string, Relation>();
  const others: string[] = [];
  for (const [name, relation] of byName) {
    const table = name.toLowerCase();
    if (READ_TABLES[table] && !tables.has(table)) tables.set(table, relation);
    else others.push(name);
  }
  return { tables, others };
}
