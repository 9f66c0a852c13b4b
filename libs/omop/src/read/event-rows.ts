import { PLACED_EVENTS } from './code-row.ts';
import { daysBetween } from './sql-days.ts';
import type { Source } from './source.ts';

/** Days since 1970; what stands in many rows alike is named by its place in the list of source codes. */
export type EventRow = [
  person: bigint,
  code: number,
  start: number,
  /** Minutes since midnight. */
  startMinute: number | null,
  end: number | null,
  endMinute: number | null,
  visit: bigint | null,
  number: number | null,
  /** The place of its panel's code. */
  panel: number | null,
  times: bigint | number,
  /** The rest of the value. */
  others: string | null,
];

/** SQL of all events, each once, with the places of their codes; after `mergeSourceRows`. @param columns of `events`, and `place` */
export function allEvents(columns: string): string {
  return `
    SELECT ${columns} FROM ${PLACED_EVENTS} e WHERE NOT is_several
    UNION ALL SELECT ${columns} FROM merged_events`;
}

/**
 * SQL of the events in the order of their persons and times. Where they travel from a server, the ones that are alike travel as one row
 * with their number.
 * @param hasPanels whether there is the table panel_places
 * @param isOrdered false: in any order
 */
export function eventRows({ isRemote }: Source, hasPanels: boolean, isOrdered = true): string {
  const day = (column: string) => `${daysBetween("DATE '1970-01-01'", column)} AS ${column}`;
  const columns = `person_id, place, ${day('start_day')}, start_minute, ${day('end_day')}, end_minute, visit, number, others`;
  const rows = hasPanels
    ? `SELECT a.*, p.place AS panel FROM (${allEvents(`${columns}, panel_key, form`)}) a
       LEFT JOIN panel_places p ON p.person_id = a.person_id AND p.row_key = a.panel_key WHERE a.form <> 'panel'`
    : `SELECT a.*, CAST(NULL AS INTEGER) AS panel FROM (${allEvents(columns)}) a`;
  // Spark would have those that are empty first.
  const last = ['visit', 'end_day', 'number', 'others', 'end_minute', 'panel']
    .map((name) => `${name} NULLS LAST`)
    .join(', ');
  const order = isOrdered ? ` ORDER BY person_id, start_day, start_minute NULLS FIRST, place, ${last}` : '';
  const named = 'person_id, place, start_day, start_minute, end_day, end_minute, visit, number, panel';
  if (!isRemote) return `SELECT ${named}, 1 AS times, others FROM (${rows}) a${order}`;
  return `SELECT ${named}, count(*) AS times, others FROM (${rows}) a GROUP BY ${named}, others${order}`;
}
