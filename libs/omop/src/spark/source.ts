import { placeIn, sparkName, SparkSession, type Traffic } from '@ehrsynth/spark';
import { type CdmType, isText, plainName, READ_TABLES, VOCABULARY_TABLES } from '../cdm/tables.ts';
import type { Inventory } from '../files/inventory.ts';
import { isOfPatients, unreadTable, unreadTogether } from '../files/other-tables.ts';
import { emptyOf } from '../read/cast.ts';
import { addEmptyTables, columnsOf, type Source, sourceOnServer } from '../read/source.ts';
import { timeZoneOf } from '../read/time-zone.ts';
import { type SparkCast, sparkCast } from './cast.ts';
import { placeOf, sparkSchema, type SparkSchema, type SparkTable } from './schema.ts';
import { SparkSql } from './server.ts';
import { watch } from './unchanged.ts';

export interface SparkSourceOptions {
  /** By default the session's own. */
  catalog?: string;
  /** By default the session's own. */
  schema?: string;
  /** Of the vocabulary tables, where it is another of the same catalog. */
  vocabularySchema?: string;
  /** In which times of Spark's TIMESTAMP are read: an IANA name, UTC by default. */
  timeZone?: string;
  /** The tables that are asked for; all by default. Others are named, and read as empty. */
  tables?: ReadonlySet<string>;
  /** Is given the session when it is open, before the long work, and may throw. */
  onSession?: (session: SparkSession) => Promise<void>;
  /** Hears at the end how many bytes went there, and came. */
  onTraffic?: (traffic: Traffic) => void;
  /** Ends what the server is doing. */
  signal?: AbortSignal;
  /** Hears how far the server is with what it is asked. */
  onServerProgress?: (doing: string) => void;
}

/**
 * Opens a CDM in a schema of a Spark Connect server: tables and views of any format. Nothing is written there but temporary views of
 * the session, and what the cluster keeps of their rows while it lasts.
 * @param url sc://host:port/;…
 * @throws SparkAddressError, SparkError, NoSparkSchemaError, MissingColumnError, UnknownTimeZoneError
 */
export async function openSpark(url: string, options: SparkSourceOptions = {}): Promise<Source> {
  const { tables: wanted, signal, onServerProgress: report } = options;
  const session = await SparkSession.open(url, {
    signal,
    settings: {
      'spark.sql.session.timeZone': timeZoneOf(options.timeZone),
      // What is no value of a type stops the query, but for where we ask for NULL: nothing turns to NULL unseen.
      'spark.sql.ansi.enabled': 'true',
    },
    onProgress: report && (({ tasks, doneTasks }) => report(`Spark: ${doneTasks} of ${tasks} tasks`)),
  });
  const database = new SparkSql(session);
  try {
    await options.onSession?.(session);
    const { catalog, schema } = await placeIn(session, options);
    const where = placeOf(session, catalog, schema);
    const source: Source = sourceOnServer(database);
    const read = new Map<string, { table: SparkTable; where: string }>();
    const isWanted = (table: string) => wanted?.has(table) ?? true;
    const own = await sparkSchema(session, { catalog, schema, needs: 'person', isAsked: isWanted });
    source.inventory = await inventoryOf(session, own, { where, wanted });
    await addTables(source, read, own, { where, isAsked: isWanted });
    if (options.vocabularySchema !== undefined) {
      const place = { catalog, schema: options.vocabularySchema };
      const isAsked = (table: string) => VOCABULARY_TABLES.includes(table) && isWanted(table);
      const others = await sparkSchema(session, { ...place, needs: 'concept', isAsked });
      await addTables(source, read, others, { where: placeOf(session, catalog, place.schema), isAsked });
    }
    source.tables = new Set(source.where.keys());
    await addEmptyTables(database, source.where, where, wanted);
    source.stillSame = await watch(session, read);
    source.close = async () => {
      options.onTraffic?.({ ...session.traffic });
      await database.close();
    };
    return source;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** raw_TABLE with the columns as they are, and TABLE with the CDM's types, of each table that is asked for. */
async function addTables(
  source: Source,
  read: Map<string, { table: SparkTable; where: string }>,
  { tables, denied }: SparkSchema,
  { where, isAsked }: { where: string; isAsked: (table: string) => boolean },
): Promise<void> {
  for (const [name, { fault }] of denied)
    if (isAsked(name))
      source.notes.push({ reason: 'table that cannot be read', resourceType: name, where, detail: fault.message });
  for (const [name, table] of tables) {
    if (!isAsked(name)) continue;
    const place = `${where}, table ${table.name}`;
    await addTable(source, name, table, place);
    read.set(name, { table, where: place });
  }
}

async function addTable(source: Source, name: string, table: SparkTable, where: string): Promise<void> {
  const found = columnsOf(
    name,
    table.columns.map((column) => column.name),
    where,
  );
  const types = new Map(table.columns.map((column) => [column.name, column.type]));
  const unreadable = new Map<string, string>();
  const [raw, typed]: [string[], string[]] = [[], []];
  let isCostly = false;
  for (const column of READ_TABLES[name].columns) {
    const own = found.get(plainName(column.name));
    raw.push(`${own === undefined ? emptyOf(column.type) : asItIs(own, column.type)} AS ${column.name}`);
    const cast: SparkCast =
      own === undefined ? { sql: column.name } : sparkCast(column.name, types.get(own)!, column.type);
    typed.push(`${cast.sql} AS ${column.name}`);
    isCostly ||= cast.isCostly ?? false;
    if (cast.unreadable) unreadable.set(plainName(column.name), cast.unreadable);
  }
  const { database } = source;
  await database.run(
    `CREATE TEMP VIEW raw_${name} AS SELECT ${raw.join(', ')} FROM ${table.from.replaceAll('`', '"')}`,
  );
  // Texts are read once, into rows that are kept: they are asked again and again.
  await database.run(
    `CREATE TEMP ${isCostly ? 'TABLE' : 'VIEW'} ${name} AS SELECT ${typed.join(', ')} FROM raw_${name}`,
  );
  source.where.set(name, where);
  source.columns.set(name, new Set(found.keys()));
  source.unreadable!.set(name, unreadable);
}

function asItIs(column: string, type: CdmType): string {
  const name = `"${column.replaceAll('"', '""')}"`;
  return isText(type) ? `nullif(CAST(${name} AS VARCHAR), '')` : name;
}

/** What of a schema is not read: tables of the CDM that nobody asks for, with their rows, and what is no table of it. */
async function inventoryOf(
  session: SparkSession,
  { tables, others }: SparkSchema,
  { where, wanted }: { where: string; wanted?: ReadonlySet<string> },
): Promise<Inventory> {
  const notRead = others.map((name) => unreadTable(name, `${where}, table ${sparkName(name)}`));
  const inventory: Inventory = { read: [], notRead, otherTables: new Map(), rows: new Map(), noted: [] };
  const derived: string[] = [];
  for (const [table, { name, from }] of tables) {
    if (!wanted || wanted.has(table)) continue;
    inventory.otherTables.set(table, [`${where}, table ${name}`]);
    if (!isOfPatients(table)) {
      derived.push(name);
      continue;
    }
    // A view that is broken is nothing to us where it is not read.
    const [{ rows }] = await session
      .all<{ rows: bigint }>(`SELECT count(*) AS rows FROM ${from}`)
      .catch(() => [{ rows: 0n }]);
    inventory.rows.set(table, Number(rows));
  }
  if (derived.length > 0) inventory.noted.push({ note: unreadTogether(derived, where), rows: 1 });
  return inventory;
}
