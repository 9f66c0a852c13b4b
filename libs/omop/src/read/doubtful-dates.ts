import { addDays, APART_DAYS } from '@ehrsynth/records';
import { datedRows } from './dated-rows.ts';
import type { Source } from './source.ts';
import { date, daysBetween, isDoubtful, standsForNone } from './sql-days.ts';

/** What of a source's dates is not as it should be. */
export interface Doubts {
  /** Whether some days of the table doubtful_days stand for none. */
  hasDoubtfulDays: boolean;
  /** YYYY-MM-DD: a later day is in the future; undefined where nearly all days are, as in records that were shifted into a coming century. */
  lastDay?: string;
}

/** Share of the days in the future from which on a source is one that was shifted. */
const SHIFTED = 0.9;

/**
 * Looks for days in the future, and for days that databases write for none; after `addLives`. Where there are such, makes the table
 * doubtful_days of those of a person whose other days are all more than five years away. A birth on that day is what happened on it.
 * @param today YYYY-MM-DD
 */
export async function findDoubts(source: Source, today: string): Promise<Doubts> {
  const { database } = source;
  // In a time zone that is ahead of ours it is tomorrow.
  const lastDay = addDays(today, 1);
  const isDay = `day IS NOT NULL AND NOT ${standsForNone('day')}`;
  const [{ days, future, doubtful }] = await database.all<Record<'days' | 'future' | 'doubtful', bigint>>(`
    SELECT count(*) FILTER (WHERE ${isDay}) AS days, count(*) FILTER (WHERE ${isDay} AND day > ${date(lastDay)}) AS future,
      count(*) FILTER (WHERE is_of_row AND ${isDoubtful('day')}) AS doubtful
    FROM (SELECT day, true AS is_of_row FROM (${datedRows(source)}) e UNION ALL SELECT born, false FROM births) d`);
  const isShifted = Number(future) > 0 && Number(future) >= SHIFTED * Number(days);
  const hasDoubtfulDays = Number(doubtful) > 0;
  if (hasDoubtfulDays) await addDoubtfulDays(source);
  return { hasDoubtfulDays, lastDay: isShifted ? undefined : lastDay };
}

async function addDoubtfulDays(source: Source): Promise<void> {
  const { database } = source;
  const rows = datedRows(source);
  await database.run(`
    CREATE ${database.temporary}TABLE doubtful_days AS
    SELECT s.person_id, s.day
    FROM (SELECT DISTINCT person_id, day FROM (${rows}) a WHERE ${isDoubtful('day')}) s
      JOIN births b ON b.person_id = s.person_id
      JOIN (${rows}) e ON e.person_id = s.person_id
    WHERE b.born IS DISTINCT FROM s.day AND NOT ${isDoubtful('e.day')} AND NOT ${standsForNone('e.day')}
    GROUP BY s.person_id, s.day HAVING min(abs(${daysBetween('s.day', 'e.day')})) > ${APART_DAYS}`);
}

/** SQL that is true for a row `t` on such a day, beside the join of these days. */
export const IS_ON_DOUBTFUL_DAY = 'n.day IS NOT NULL';
export const DOUBTFUL_DAYS_JOIN = 'LEFT JOIN doubtful_days n ON n.person_id = t.person_id AND n.day = t.start_day';
