import pg from 'pg';
import { PostgresError } from '../errors.ts';

/** Type ids of PostgreSQL that are read otherwise than pg reads them. */
const BIGINT = 20;
const NUMERIC = 1700;
const DATE = 1082;

/** A connection of its own, counted by nobody: its end is told of by the query that meets it. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'ehrsynth',
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query("SET datestyle = 'ISO'");
  } catch (error) {
    throw new PostgresError('No connection', withoutPassword(url), error as Error);
  }
  return client;
}

/** True for the URL of a database. */
export function isPostgres(source: string): boolean {
  return /^postgres(ql)?:\/\//.test(source);
}

/** The URL as it may be shown. */
export function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/[^:@/]*):[^@]*@/, '$1@');
}

/** A name in SQL. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function parserOf(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === BIGINT) return BigInt;
  if (oid === NUMERIC) return Number;
  if (oid === DATE) return String;
  return pg.types.getTypeParser(oid, format as 'text') as (text: string) => unknown;
}
