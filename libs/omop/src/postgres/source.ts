import { type CdmType, isText, plainName, READ_TABLES, VOCABULARY_TABLES } from '../cdm/tables.ts';
import { quote } from '../database.ts';
import { emptyOf } from '../read/cast.ts';
import { addEmptyTables, columnsOf, hasRows, type Source } from '../read/source.ts';
import { castOf } from './cast.ts';
import { connect, identifier, withoutPassword } from './connection.ts';
import { NoCdmSchemaError, NoTemporaryTablesError, PermissionDeniedError } from './errors.ts';
import { type Relation, type Relations, relationsOf, schemasWith } from './relations.ts';
import { Postgres } from './server.ts';

export interface PostgresSourceOptions {
  /** public by default. */
  schema?: string;
  /** Of the vocabulary tables, where it is another. */
  vocabularySchema?: string;
  /** In which `timestamp with time zone` is read: an IANA name, UTC by default. */
  timeZone?: string;
}

/** A CDM on a server. */
export interface PostgresSource extends Source {
  database: Postgres;
}

/**
 * Opens a CDM in a schema of a PostgreSQL database: tables, views, materialized views and foreign tables. Nothing is written there but
 * temporary views and tables.
 * @param url postgres://user@host:port/database; the password may stand in PGPASSWORD
 * @throws PostgresError, NoCdmSchemaError, PermissionDeniedError, NoTemporaryTablesError, MissingColumnError, UnknownTimeZoneError
 */
export async function openPostgres(
  url: string,
  options: PostgresSourceOptions = {},
): Promise<PostgresSource> {
  const { schema = 'public', vocabularySchema, timeZone } = options;
  const where = `${withoutPassword(url)}, schema ${schema}`;
  const database = new Postgres(await connect(url, timeZone), where);
  try {
    await begin(database, where);
    const source: PostgresSource = {
      database,
      tables: new Set(),
      columns: new Map(),
      where: new Map(),
      hasTexts: false,
      unreadable: new Map(),
      isRemote: true,
      notes: [],
      close: () => database.close(),
    };
    await addSchema(source, { schema, where, needs: 'person' });
    if (vocabularySchema !== undefined && vocabularySchema !== schema) {
      const place = `${withoutPassword(url)}, schema ${vocabularySchema}`;
      await addSchema(source, { schema: vocabularySchema, where: place, needs: 'concept' });
    }
    source.tables = new Set(source.where.keys());
    await addEmptyTables(database, source.where, where);
    if (vocabularySchema === undefined) await hintAtVocabulary(source, schema, where);
    return source;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** One transaction, in which temporary tables may be made, and in which they come before tables of the same names. */
async function begin(database: Postgres, where: string): Promise<void> {
  const [{ standby, temporary, name }] = await database.all<{
    standby: boolean;
    temporary: boolean;
    name: string;
  }>(
    "SELECT pg_is_in_recovery() AS standby, has_database_privilege(current_database(), 'TEMPORARY') AS temporary, current_database() AS name",
  );
  if (standby || !temporary) throw new NoTemporaryTablesError(where, name, standby);
  await database.run('BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE');
  await database.run(
    "SELECT set_config('search_path', concat_ws(', ', 'pg_temp', nullif(current_setting('search_path'), '')), true)",
  );
}

/** Adds what a schema has: all tables, or those of the vocabularies, in place of tables of the same names that were added before. */
async function addSchema(
  source: PostgresSource,
  { schema, where, needs }: { schema: string; where: string; needs: 'person' | 'concept' },
): Promise<void> {
  const { database } = source;
  const found = await relationsOf(database, schema);
  await needed(database, found, { schema, where, needs });
  for (const [table, relation] of found.tables) {
    if (needs === 'concept' && !VOCABULARY_TABLES.includes(table)) continue;
    const place = `${where}, ${relation.name === table ? `table ${table}` : `table "${relation.name}"`}`;
    if (relation.denied.length > 0) noteDenied(source, table, relation, place);
    if (relation.columns.size === 0) continue;
    await addTable(source, table, { relation, schema, place });
  }
  if (needs === 'person')
    for (const name of found.others)
      if (READ_TABLES[name.toLowerCase()])
        source.notes.push({
          reason: 'another table of the same name, in other capitals: not read',
          resourceType: name.toLowerCase(),
          where: `${where}, table "${name}"`,
        });
}

/** @throws NoCdmSchemaError, PermissionDeniedError where the table that is needed is not there or not readable */
async function needed(
  database: Postgres,
  { tables }: Relations,
  { schema, where, needs }: { schema: string; where: string; needs: string },
): Promise<void> {
  const relation = tables.get(needs);
  if (!relation) {
    const others = await schemasWith(database, needs, schema);
    const isThere = await schemaIsThere(database, schema);
    throw new NoCdmSchemaError(needs, { where, schema, isThere, others });
  }
  if (relation.columns.size === 0) throw new PermissionDeniedError(where, schema, relation.name);
}

async function schemaIsThere(database: Postgres, schema: string): Promise<boolean> {
  return (await database.all(`SELECT 1 FROM pg_namespace WHERE nspname = ${quote(schema)}`)).length > 0;
}

function noteDenied({ notes }: Source, table: string, { columns, denied }: Relation, where: string): void {
  if (columns.size === 0)
    notes.push({ reason: 'permission denied: table not read', resourceType: table, where });
  else
    notes.push({
      reason: 'permission denied: columns not read',
      resourceType: table,
      where,
      detail: denied.join(', '),
    });
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
  for (const { name, type } of READ_TABLES[table].columns) {
    const own = columns.get(plainName(name));
    raw.push(`${own ? asItIs(own, type) : emptyOf(type)} AS ${name}`);
    if (!own) typed.push(name);
    else {
      const cast = castOf(name, relation.columns.get(own)!, type);
      typed.push(`${cast.sql} AS ${name}`);
      if (cast.unreadable) unreadable.set(plainName(name), cast.unreadable);
    }
  }
  const { database } = source;
  if (source.where.has(table)) await database.run(`DROP VIEW ${table}, raw_${table}`);
  const from = `${identifier(schema)}.${identifier(relation.name)}`;
  await database.run(`CREATE TEMP VIEW raw_${table} AS SELECT ${raw.join(', ')} FROM ${from}`);
  await database.run(`CREATE TEMP VIEW ${table} AS SELECT ${typed.join(', ')} FROM raw_${table}`);
  source.where.set(table, place);
  source.columns.set(table, new Set(columns.keys()));
  source.unreadable!.set(table, unreadable);
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
      reason: 'vocabulary tables in another schema: not read',
      resourceType: 'concept',
      where,
      detail: `to read them: --vocabulary-schema ${others.join(' or ')}`,
    });
}
