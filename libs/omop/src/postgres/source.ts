import { type CdmType, isText, plainName, READ_TABLES, VOCABULARY_TABLES } from '../cdm/tables.ts';
import { identifier } from '@ehrsynth/duckdb';
import { emptyOf } from '../read/cast.ts';
import { addEmptyTables, columnsOf, hasRows, type Source, sourceOnServer } from '../read/source.ts';
import { withoutPassword } from './address.ts';
import { castOf } from './cast.ts';
import { connect, settings } from './connection.ts';
import { NoTemporaryTablesError } from './errors.ts';
import type { Relation } from './relations.ts';
import { findSchema, type FoundSchema, schemasWith } from './schemas.ts';
import { Postgres } from './server.ts';
import { inventoryOf } from './unread.ts';

export interface PostgresSourceOptions {
  /** public by default. */
  schema?: string;
  /** Of the vocabulary tables, where it is another. */
  vocabularySchema?: string;
  /** In which `timestamp with time zone` is read: an IANA name, UTC by default. */
  timeZone?: string;
  /** The tables that are asked for; all by default. Others are named, and read as empty. */
  tables?: ReadonlySet<string>;
}

/** A CDM on a server. */
export interface PostgresSource extends Source {
  database: Postgres;
}

/**
 * Opens a CDM in a schema of a PostgreSQL database: tables, views, materialized views and foreign tables. Nothing is written there but
 * temporary views and tables.
 * @param url postgres://user@host:port/database; the password may stand in PGPASSWORD
 * @throws PostgresError, NoSuchSchemaError, PermissionDeniedError, NoTemporaryTablesError, MissingColumnError, UnknownTimeZoneError
 */
export async function openPostgres(url: string, options: PostgresSourceOptions = {}): Promise<PostgresSource> {
  const { schema = 'public', vocabularySchema, timeZone, tables: wanted } = options;
  const where = `${withoutPassword(url)}, schema ${schema}`;
  const database = new Postgres(await connect(url, timeZone), where);
  try {
    await begin(database, where, timeZone);
    // What is only counted may fail.
    await database.keep();
    const source: PostgresSource = sourceOnServer(database);
    database.places = source.where;
    const own = await findSchema(database, { schema, needs: 'person', where });
    source.inventory = await inventoryOf(database, own, { where, wanted });
    const asked = [...own.tables].filter(([table]) => wanted?.has(table) ?? true);
    await addTables(source, { ...own, tables: new Map(asked) }, where);
    if (vocabularySchema !== undefined) await addVocabulary(source, vocabularySchema, url);
    source.tables = new Set(source.where.keys());
    await addEmptyTables(database, source.where, where);
    if (vocabularySchema === undefined) await hintAtVocabulary(source, own.schema, where);
    return source;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** One transaction, in which temporary tables may be made, and in which they come before tables of the same names. */
async function begin(database: Postgres, where: string, timeZone?: string): Promise<void> {
  const [{ standby, temporary, name }] = await database.all<{
    standby: boolean;
    temporary: boolean;
    name: string;
  }>(
    "SELECT pg_is_in_recovery() AS standby, has_database_privilege(current_database(), 'TEMPORARY') AS temporary, current_database() AS name",
  );
  if (standby || !temporary) throw new NoTemporaryTablesError(where, name, standby);
  await database.run('BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE');
  // A pooler may have given the transaction another connection to the server than the one before.
  await database.run(settings(timeZone));
  await database.run(
    "SELECT set_config('search_path', concat_ws(', ', 'pg_temp', nullif(current_setting('search_path'), '')), true)",
  );
}

/** The vocabulary tables of a schema, in place of those that the schema of the data has. */
async function addVocabulary(source: PostgresSource, schema: string, url: string): Promise<void> {
  const where = `${withoutPassword(url)}, schema ${schema}`;
  const found = await findSchema(source.database, { schema, needs: 'concept', where });
  const tables = [...found.tables].filter(([table]) => VOCABULARY_TABLES.includes(table));
  await addTables(source, { ...found, tables: new Map(tables) }, where);
}

async function addTables(source: PostgresSource, { schema, tables }: FoundSchema, where: string): Promise<void> {
  for (const [table, relation] of tables) {
    const { name, columns, denied, hasRowSecurity } = relation;
    const place = `${where}, table ${name === table ? name : identifier(name)}`;
    const note = (reason: string, detail?: string) =>
      source.notes.push({ reason, resourceType: table, where: place, detail });
    if (columns.size === 0) {
      note('permission denied: table not read');
      continue;
    }
    if (denied.length > 0) note('permission denied: columns not read', denied.join(', '));
    if (hasRowSecurity) note('row security: the server may hide rows from this user');
    await addTable(source, table, { relation, schema, place });
  }
}

/** raw_TABLE with the columns as they are, and TABLE with the CDM's types. */
async function addTable(
  source: PostgresSource,
  table: string,
  { relation, schema, place }: { relation: Relation; schema: string; place: string },
): Promise<void> {
  const columns = columnsOf(table, [...relation.columns.keys()], place);
  const unreadable = new Map<string, string>();
  const raw: string[] = [];
  const typed: string[] = [];
  let isCostly = false;
  for (const { name, type } of READ_TABLES[table].columns) {
    const own = columns.get(plainName(name));
    raw.push(`${own ? asItIs(own, type) : emptyOf(type)} AS ${name}`);
    if (!own) typed.push(name);
    else {
      const cast = castOf(name, relation.columns.get(own)!, type);
      typed.push(`${cast.sql} AS ${name}`);
      isCostly ||= cast.isCostly ?? false;
      if (cast.unreadable) unreadable.set(plainName(name), cast.unreadable);
    }
  }
  const { database } = source;
  if (source.where.has(table)) await dropTable(database, table);
  const from = `${identifier(schema)}.${identifier(relation.name)}`;
  await database.run(`CREATE TEMP VIEW raw_${table} AS SELECT ${raw.join(', ')} FROM ${from}`);
  // Texts are read once, into a table: it is asked again and again.
  await database.run(
    `CREATE TEMP ${isCostly ? 'TABLE' : 'VIEW'} ${table} AS SELECT ${typed.join(', ')} FROM raw_${table}`,
  );
  if (isCostly) await database.run(`ANALYZE ${table}`);
  source.where.set(table, place);
  source.columns.set(table, new Set(columns.keys()));
  source.unreadable!.set(table, unreadable);
}

/** Removes what of ours stands under the name of a table, to be made anew; with one of the two the other may go. */
export async function dropTable(database: Postgres, table: string): Promise<void> {
  const made = await database.all<{ name: string; kind: string }>(`
    SELECT relname AS name, CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END AS kind FROM pg_class
    WHERE relnamespace = pg_my_temp_schema() AND relname IN ('${table}', 'raw_${table}')`);
  for (const { name, kind } of made) await database.run(`DROP ${kind} IF EXISTS pg_temp.${name} CASCADE`);
}

function asItIs(column: string, type: CdmType): string {
  return isText(type) ? `nullif(CAST(${identifier(column)} AS text), '')` : identifier(column);
}

/** Many CDMs have their vocabularies in a schema of their own. */
async function hintAtVocabulary(source: PostgresSource, schema: string, where: string): Promise<void> {
  if (await hasRows(source.database, 'concept')) return;
  const others = await schemasWith(source.database, 'concept', schema);
  if (others.length > 0)
    source.notes.push({
      reason: `vocabulary tables not read, in another schema: --vocabulary-schema ${others.join(' or ')}`,
      resourceType: 'concept',
      where,
    });
}
