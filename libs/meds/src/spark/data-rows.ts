import type { Tally } from '@ehrsynth/records';
import { SparkError, sparkName, type SparkSession } from '@ehrsynth/spark';
import { EXTRA_COLUMNS } from '../standard.ts';
import type { TableFacts } from '../read/rows.ts';
import { WITHOUT_SUBJECT } from '../read/subjects.ts';
import type { MedsTable } from './tables.ts';

/** How the rows of a table of Spark are read. @param types DuckDB's name of each column's type */
export function factsOf(types: Map<string, string>): TableFacts {
  return { types, empty: new Set(), isOwn: EXTRA_COLUMNS.every(([name]) => types.has(name)), minutesOf };
}

/** Of times without a zone, and of those with one in UTC. Spark has no infinite ones. */
function minutesOf(column: string): string {
  return `CAST(unix_micros(CAST("${column}" AS TIMESTAMP_LTZ)) AS DOUBLE) / 6E7`;
}

/** Counts the rows as they come, and those of nobody. */
export async function* counted(
  blocks: AsyncIterable<unknown[][]>,
  where: string,
  tally: Tally,
): AsyncGenerator<unknown[][]> {
  let nobodys = 0;
  for await (const block of blocks) {
    tally.row('data', block[0].length);
    nobodys += block[0].filter((subject) => subject === null).length;
    yield block;
  }
  if (nobodys > 0) tally.fault({ reason: WITHOUT_SUBJECT, resourceType: 'data', where }, nobodys);
}

/**
 * The columns by which the rows of a table are in order: subject, time, and then as its files have them, where Spark says where in one a row is;
 * otherwise by all that can be compared.
 */
export async function orderOf(session: SparkSession, { from, types }: MedsTable): Promise<string[]> {
  const first = ['subject_id', 'time'];
  const places = ['_metadata.file_path', '_metadata.row_index'];
  try {
    await session.columns(`SELECT ${places.join(', ')} FROM ${from}`);
    return [...first, ...places];
  } catch (error) {
    if (!(error instanceof SparkError)) throw error;
  }
  return [...first, ...[...types].filter(([, type]) => type !== 'VARCHAR[]').map(([name]) => sparkName(name))];
}

/** Names as DuckDB quotes them: what is translated as a whole has one way. */
export function quoted(sql: string): string {
  return sql.replaceAll('`', '"');
}
