import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { peek } from '@ehrsynth/io';
import type { Problem } from '@ehrsynth/records';
import { READ_TABLES, VOCABULARY_TABLES } from '../cdm/tables.ts';
import { type Database, identifier, quote } from '@ehrsynth/duckdb';
import { DatabaseFileError } from './database-error.ts';
import { NoSuchSchemaError } from '../errors.ts';
import { OtherFormatError, SeveralSchemasError } from './errors.ts';
import type { UnreadFile } from './inventory.ts';
import { unreadTable } from './other-tables.ts';

/** A table of a DuckDB file, attached as `cdm`. */
export interface DuckDbTable {
  table: string;
  schema: string;
  /** SQL of all that it has. */
  select: string;
  /** What messages name. */
  where: string;
}

export interface SchemaOptions {
  schema?: string;
  vocabularySchema?: string;
}

/**
 * Attaches a DuckDB file and finds the tables of the CDM in it: those of the one schema that has persons, or that the user names. The
 * vocabularies may be in another.
 * @throws OtherFormatError, DatabaseFileError, SeveralSchemasError, NoSuchSchemaError
 */
export async function attachDuckDb(
  database: Database,
  path: string,
  options: SchemaOptions,
): Promise<{ tables: Map<string, DuckDbTable>; notes: Problem[]; notRead: UnreadFile[] }> {
  await refuseOthers(path);
  try {
    await database.run(`ATTACH ${quote(path)} AS cdm (READ_ONLY)`);
  } catch (error) {
    throw new DatabaseFileError(path, error as Error);
  }
  const rows = await database.all<{ schema: string; name: string }>(
    "SELECT table_schema AS schema, table_name AS name FROM information_schema.tables WHERE table_catalog = 'cdm' ORDER BY 1, 2",
  );
  const schemas = new Map<string, Map<string, string>>();
  for (const { schema, name } of rows) {
    const table = name.toLowerCase();
    if (!schemas.has(schema)) schemas.set(schema, new Map());
    if (READ_TABLES[table] && !schemas.get(schema)!.has(table)) schemas.get(schema)!.set(table, name);
  }
  const data = schemaWith('person', schemas, path, options.schema);
  const vocabularies = vocabularySchema(schemas, path, data, options.vocabularySchema);
  const notRead = rows
    .filter(({ schema, name }) => schema === data && schemas.get(data)?.get(name.toLowerCase()) !== name)
    .map(({ schema, name }) => unreadTable(name, `${path}, table ${schema}.${name}`));
  const tables = new Map<string, DuckDbTable>();
  const add = (schema: string, table: string, name: string) =>
    tables.set(table, {
      table,
      schema,
      select: `SELECT * FROM cdm.${identifier(schema)}.${identifier(name)}`,
      where: `${path}, table ${schema}.${name}`,
    });
  for (const [table, name] of schemas.get(data) ?? []) add(data, table, name);
  if (vocabularies !== data)
    for (const [table, name] of schemas.get(vocabularies)!)
      if (VOCABULARY_TABLES.includes(table)) add(vocabularies, table, name);
  return { tables, notRead, notes: notesOf(schemas, new Set([data, vocabularies]), path) };
}

/** The DuckDB file of a folder that has one, and no file called after persons; undefined where it is a folder of tables. */
export async function databaseOf(folder: string): Promise<string | undefined> {
  const names = await readdir(folder);
  const databases = names.filter((name) => /\.(duckdb|ddb|db)$/i.test(name));
  const isTables = names.some((name) => /person/i.test(name));
  return databases.length === 1 && !isTables ? join(folder, databases[0]) : undefined;
}

/** A file of another kind is refused in words of its own. */
async function refuseOthers(path: string): Promise<void> {
  const { bytes } = await peek(path, 16);
  if (bytes.toString('latin1', 8, 12) === 'DUCK') return;
  const todo =
    'Give a folder with person.csv or person.parquet and the other tables, a DuckDB file, or postgres://user@host/database.';
  if (bytes.toString('latin1').startsWith('SQLite format 3'))
    throw new OtherFormatError(
      path,
      'A SQLite file',
      "Copy it into a DuckDB file: ATTACH 'cdm.sqlite' (TYPE sqlite); ATTACH 'cdm.duckdb' AS d; COPY FROM DATABASE cdm TO d.",
    );
  if (/\.(csv|tsv|txt|parquet|gz)$/i.test(path)) throw new OtherFormatError(path, 'A single table file', todo);
  if (bytes.toString('latin1').startsWith('PK\x03\x04'))
    throw new OtherFormatError(path, 'A zip archive', 'Unpack it and give the folder.');
  throw new OtherFormatError(
    path,
    bytes.length === 0 ? 'A file of 0 bytes' : 'A file that is not a DuckDB database',
    todo,
  );
}

/** The schema that the user names, in any case, or the only one with the table. */
function schemaWith(
  table: 'person' | 'concept',
  schemas: Map<string, Map<string, string>>,
  where: string,
  named?: string,
): string {
  const having = [...schemas].filter(([, tables]) => tables.has(table)).map(([schema]) => schema);
  if (named !== undefined) {
    const found = schemas.has(named)
      ? named
      : [...schemas.keys()].find((schema) => schema.toLowerCase() === named.toLowerCase());
    if (found === undefined || !having.includes(found))
      throw new NoSuchSchemaError(table, {
        where,
        schema: named,
        isThere: found !== undefined,
        others: having,
      });
    return found;
  }
  if (having.length > 1) throw new SeveralSchemasError(where, table, having);
  // Without any, what asks for the table says what is missing.
  return having[0] ?? [...schemas.keys()][0] ?? 'main';
}

/** Where the concepts are: in the schema of the data, else in the only other that has them, or where the user says. */
function vocabularySchema(
  schemas: Map<string, Map<string, string>>,
  where: string,
  data: string,
  named?: string,
): string {
  if (named !== undefined) return schemaWith('concept', schemas, where, named);
  if (schemas.get(data)?.has('concept')) return data;
  return [...schemas.values()].some((tables) => tables.has('concept')) ? schemaWith('concept', schemas, where) : data;
}

/** Schemas with tables of the CDM that are not read. */
function notesOf(schemas: Map<string, Map<string, string>>, read: Set<string>, path: string): Problem[] {
  return [...schemas]
    .filter(([schema, tables]) => !read.has(schema) && tables.size > 0)
    .map(([schema, tables]) => ({
      reason: `schema ${schema} has tables of the CDM and is not read`,
      resourceType: 'schema',
      where: `${path}, schema ${schema}`,
      detail: [...tables.keys()].join(', '),
    }));
}
