import type pg from 'pg';
import { type CdmType, isText, plainName, READ_TABLES } from '../cdm/tables.ts';
import { quote } from '../database.ts';
import { PostgresError, WrongColumnTypeError } from '../errors.ts';
import { emptyOf } from '../read/cast.ts';
import { addEmptyTables, columnsOf, type Source, type Sql } from '../read/source.ts';
import { connect, identifier, withoutPassword } from './connection.ts';

/** Rows that a cursor gives at once. */
const FETCHED = 5000;

/** SQL on a server, in one transaction that sees one state of the data; what it makes is temporary and gone with the connection. */
class Postgres implements Sql {
  readonly temporary = 'TEMP ';
  private cursors = 0;

  constructor(
    private readonly client: pg.Client,
    private readonly where: string,
  ) {}

  async run(sql: string): Promise<void> {
    await this.query(sql);
  }

  async all<T>(sql: string): Promise<T[]> {
    return (await this.query(sql)).rows as T[];
  }

  async *stream<T extends unknown[]>(sql: string): AsyncGenerator<T> {
    const cursor = `rows_${++this.cursors}`;
    await this.query(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${sql}`);
    while (true) {
      const { rows } = await this.query({ text: `FETCH ${FETCHED} FROM ${cursor}`, rowMode: 'array' });
      yield* rows as T[];
      if (rows.length < FETCHED) break;
    }
    await this.query(`CLOSE ${cursor}`);
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => {}); // It may be gone already.
  }

  private async query(query: string | pg.QueryArrayConfig): Promise<pg.QueryResult> {
    try {
      return await this.client.query(query as string);
    } catch (error) {
      throw new PostgresError('The server could not read', this.where, error as Error);
    }
  }
}

/**
 * Opens a CDM in a schema of a PostgreSQL database. Nothing is written there but temporary views and tables.
 * @param url postgres://user@host:port/database; the password may stand in PGPASSWORD
 * @throws PostgresError, MissingTableError, MissingColumnError, WrongColumnTypeError
 */
export async function openPostgres(url: string, schema = 'public'): Promise<Source> {
  const where = `${withoutPassword(url)}, schema ${schema}`;
  const database = new Postgres(await connect(url), where);
  try {
    await database.run('BEGIN ISOLATION LEVEL REPEATABLE READ');
    const columns = new Map<string, Set<string>>();
    const places = await addViews(database, schema, where, columns);
    await addEmptyTables(database, places, where);
    const tables = new Set(places.keys());
    return {
      database,
      tables,
      columns,
      where: places,
      hasTexts: false,
      isRemote: true,
      notes: [],
      close: () => database.close(),
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function addViews(
  database: Postgres,
  schema: string,
  where: string,
  has: Source['columns'],
): Promise<Map<string, string>> {
  const found = await database.all<{ table: string; column: string; type: string }>(`
    SELECT table_name AS "table", column_name AS "column", data_type AS type FROM information_schema.columns
    WHERE table_schema = ${quote(schema)} ORDER BY table_name, ordinal_position`);
  const places = new Map<string, string>();
  for (const own of new Set(found.map(({ table }) => table))) {
    const name = own.toLowerCase();
    if (!READ_TABLES[name] || places.has(name)) continue;
    const place = `${where}, table ${own}`;
    const types = new Map(found.filter(({ table }) => table === own).map(({ column, type }) => [column, type]));
    const columns = columnsOf(name, [...types.keys()], place);
    const select = READ_TABLES[name].columns.map(({ name: column, type }) => {
      const its = columns.get(plainName(column));
      return `${its ? castOf(its, types.get(its)!, { table: name, type, place }) : emptyOf(type)} AS ${column}`;
    });
    await database.run(
      `CREATE TEMP VIEW ${name} AS SELECT ${select.join(', ')} FROM ${identifier(schema)}.${identifier(own)}`,
    );
    places.set(name, place);
    has.set(name, new Set(columns.keys()));
  }
  return places;
} // prettier-ignore

const SQL_TYPES = { integer: 'bigint', numeric: 'double precision', date: 'date', datetime: 'timestamp' };
/** What each of the CDM's types may be read from. */
const READABLE = {
  integer: /^(smallint|integer|bigint|numeric)$/,
  numeric: /^(smallint|integer|bigint|numeric|real|double precision)$/,
  date: /^(date|timestamp.*)$/,
  datetime: /^(date|timestamp.*)$/,
};

function castOf(
  column: string,
  found: string,
  { table, type, place }: { table: string; type: CdmType; place: string },
): string {
  if (isText(type)) return `nullif(CAST(${identifier(column)} AS text), '')`;
  const kind = type as keyof typeof SQL_TYPES;
  if (!READABLE[kind].test(found)) throw new WrongColumnTypeError(table, column, found, type, place);
  return `CAST(${identifier(column)} AS ${SQL_TYPES[kind]})`;
}
