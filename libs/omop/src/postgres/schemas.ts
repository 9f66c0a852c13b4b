import { quote } from '@ehrsynth/duckdb';
import type { Sql } from '../read/source.ts';
import { NoSuchSchemaError } from '../errors.ts';
import { PermissionDeniedError } from './errors.ts';
import { type Relations, relationsOf } from './relations.ts';

export interface FoundSchema extends Relations {
  /** Its name as the database has it. */
  schema: string;
}

/**
 * A schema by its name, in any case where none has it as it stands.
 * @param needs the table without which it is none to read
 * @throws NoSuchSchemaError, PermissionDeniedError where that table is not there or may not be read
 */
export async function findSchema(
  database: Sql,
  { schema, needs, where }: { schema: string; needs: 'person' | 'concept'; where: string },
): Promise<FoundSchema> {
  const found = await database.all<{ name: string }>(
    `SELECT nspname AS name FROM pg_namespace WHERE lower(nspname) = ${quote(schema.toLowerCase())}`,
  );
  const exact = found.find(({ name }) => name === schema) ?? (found.length === 1 ? found[0] : undefined);
  const name = exact?.name ?? schema;
  const relations = await relationsOf(database, name);
  const relation = relations.tables.get(needs);
  if (!relation) {
    const others = await schemasWith(database, needs, name);
    throw new NoSuchSchemaError(needs, { where, schema, isThere: exact !== undefined, others });
  }
  if (relation.columns.size === 0) throw new PermissionDeniedError(where, name, relation.name);
  return { schema: name, ...relations };
}

/** Schemas that have a table, but for the one given and PostgreSQL's own. */
export async function schemasWith(database: Sql, table: string, but: string): Promise<string[]> {
  const found = await database.all<{ schema: string }>(`
    SELECT DISTINCT n.nspname AS schema FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE lower(c.relname) = ${quote(table)} AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> ${quote(but)}
      AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
    ORDER BY 1`);
  return found.map(({ schema }) => schema);
}
