import type { Tally } from '@ehrsynth/records';
import { EVENT_TABLES } from '../cdm/events.ts';
import { quote } from '@ehrsynth/duckdb';
import { NO_CODE } from './rules.ts';
import type { Source } from './source.ts';

/** Share of a table's rows without a code above which its standard concepts are what there is to read. */
const MOST = 0.5;

/** Says so where most rows of a table have a standard concept and nothing of the source's: they can be read as `--codes standard`. */
export async function hintAtStandardConcepts({ database }: Source, tally: Tally): Promise<void> {
  for (const { table, prefix } of EVENT_TABLES) {
    const without = tally.skipped.get(table)?.get(NO_CODE) ?? 0;
    if (without <= MOST * (tally.rows.get(table) ?? 0)) continue;
    const [{ rows }] = await database.all<{ rows: bigint | number }>(
      `SELECT count(*) AS rows FROM fated_${table} WHERE fate = ${quote(NO_CODE)} AND coalesce(${prefix}_concept_id, 0) <> 0`,
    );
    if (Number(rows) > 0)
      tally.hints.add(
        `${Number(rows).toLocaleString('en-US')} rows of ${table} have a standard concept, and neither a source value nor a source concept: read the standard concepts with --codes standard`,
      );
  }
}
