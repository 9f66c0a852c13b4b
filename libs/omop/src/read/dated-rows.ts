import { EVENT_TABLES } from '../cdm/events.ts';
import { dayOf } from './sql-days.ts';
import type { Source } from './source.ts';

/** SQL of person_id and day of the visits and events of all tables: the days of people's records. */
export function datedRows({ tables }: Source): string {
  const dated = [{ table: 'visit_occurrence', start: 'visit_start_date' }, ...EVENT_TABLES];
  const days = dated
    .filter(({ table }) => tables.has(table))
    .map(({ table, start }) => `SELECT t.person_id, ${dayOf('t', start)} AS day FROM ${table} t`);
  const none = 'SELECT CAST(NULL AS BIGINT) AS person_id, CAST(NULL AS DATE) AS day WHERE 1 = 0';
  return days.join(' UNION ALL ') || none;
}
