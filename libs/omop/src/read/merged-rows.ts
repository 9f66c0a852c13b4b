import type { Tally } from '@ehrsynth/records';
import { quote } from '@ehrsynth/duckdb';
import { PLACED_EVENTS } from './code-row.ts';
import type { Source } from './source.ts';

/** Why a row is no event of its own. */
export const SAME_SOURCE_ROW = 'further standard concept of the same source row';
/**
 * Makes the table `merged_events` of the codes that an ETL wrote several rows of, one for each standard concept of one source row: one
 * event for each source row. A standard concept that stands there twice is of two of them. Rows without a standard concept, and of
 * different places (tables, kinds, codes), stay what they are. Rows that are no events of their own are counted.
 */
export async function mergeSourceRows({ database }: Source, tally: Tally): Promise<void> {
  const tables = await database.all<{ tab: string; rows: bigint | number }>(
    'SELECT tab, sum(rows) AS rows FROM code_places WHERE is_several GROUP BY tab ORDER BY tab',
  );
  const isHere = `tab IN (${tables.map(({ tab }) => quote(tab)).join(', ') || "''"})`;
  await database.run(`
    CREATE ${database.temporary}TABLE merged_events AS
    SELECT * FROM (
      SELECT s.*, row_number() OVER (PARTITION BY place, same, nth ORDER BY standard) AS of_row FROM (
        SELECT e.*, row_number() OVER (PARTITION BY place, same, standard ORDER BY row_key NULLS LAST) AS nth
        FROM ${PLACED_EVENTS} e WHERE is_several AND ${isHere}
      ) s
    ) r WHERE of_row = 1`);
  const left = await database.all<{ tab: string; rows: bigint | number }>(
    'SELECT tab, count(*) AS rows FROM merged_events GROUP BY tab',
  );
  const events = new Map(left.map(({ tab, rows }) => [tab, Number(rows)]));
  for (const { tab, rows } of tables) {
    const further = Number(rows) - (events.get(tab) ?? 0);
    if (further > 0) tally.skip(tab, SAME_SOURCE_ROW, further);
  }
}
