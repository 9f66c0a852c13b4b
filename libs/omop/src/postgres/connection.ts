import { fromSystemError, isSystemError } from '@ehrsynth/io';
import pg from 'pg';
import { quote } from '@ehrsynth/duckdb';
import { PostgresError } from '../errors.ts';
import { timeZoneOf } from '../read/time-zone.ts';
import { postgresUrl, withoutPassword } from './address.ts';
import { DatabaseAddressError } from './errors.ts';

/** Type ids of PostgreSQL that are read otherwise than pg reads them. */
const BIGINT = 20;
const NUMERIC = 1700;
/** date, timestamp, timestamptz: pg would make them moments in this machine's time zone. */
const TIMES = [1082, 1114, 1184];
/** Until the system asks whether a silent server is still there. */
const KEEP_ALIVE_MS = 60_000;

/**
 * A connection of its own, whose end is reported by the query that meets it. What the server, the database or the user has set for how
 * dates, numbers and texts are written plays no part.
 * @param timeZone in which `timestamp with time zone` becomes a day and a time
 * @throws PostgresError, DatabaseAddressError, UnknownTimeZoneError
 */
export async function connect(url: string, timeZone?: string): Promise<pg.Client> {
  const set = settings(timeZone);
  const client = clientOf(url);
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(set);
  } catch (error) {
    await client.end().catch(() => {}); // It may be gone already.
    throw new PostgresError('No connection', withoutPassword(url), error as Error);
  }
  return client;
}

/** @throws DatabaseAddressError; UserError where a file cannot be read that the URL names */
function clientOf(url: string): pg.Client {
  const connectionString = postgresUrl(url);
  try {
    return new pg.Client({
      connectionString,
      application_name: 'ehrsynth',
      types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    });
  } catch (error) {
    if (isSystemError(error)) throw fromSystemError(error, error.path ?? withoutPassword(url), 'read');
    throw new DatabaseAddressError(withoutPassword(url), 'url', error as Error);
  }
}

/** What a session has to be set to, as SQL. @throws UnknownTimeZoneError */
export function settings(timeZone?: string): string {
  return `SET datestyle = 'ISO'; SET TIME ZONE ${quote(timeZoneOf(timeZone))}; SET extra_float_digits = 3; SET standard_conforming_strings = on`;
}

function parserOf(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === BIGINT) return BigInt;
  if (oid === NUMERIC) return Number;
  if (TIMES.includes(oid)) return String;
  return pg.types.getTypeParser(oid, format as 'text') as (text: string) => unknown;
}
