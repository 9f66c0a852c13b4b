import { date, daysBetween, isNoBirth } from './sql-days.ts';

/** What is worth knowing of births; `born` is what was read. */
export const BirthNote = {
  impossible: 'impossible birth date, read as far as it is possible',
  placeholder: 'placeholder birth date, dropped',
  contradiction: 'birth_datetime contradicts the year, month or day of birth, not read',
  dayAlone: 'day of birth without a month, not read',
  fromDatetime: 'no year of birth, birth_datetime read',
  tooLongAgo: 'birth date too long ago, dropped',
  inFuture: 'birth date in the future, dropped',
  none: 'no birth date',
} as const;

/**
 * SQL of persons with the columns born and birth_note: born on birth_datetime where it agrees with year, month and day of birth or
 * these are missing, else on what they say, the first where month or day are missing. The official check of births takes
 * birth_datetime first in any case; here the year is first, which the CDM requires and which analyses count ages from.
 * @param persons SQL of rows of person, as in FROM
 */
export function withBirths(persons: string): string {
  return `
  SELECT r.*, ${BORN} AS born, CASE ${NOTES.map(([note, where]) => `WHEN ${where} THEN '${note}'`).join(' ')} END AS birth_note
  FROM (
    SELECT q.*, ${AGREES} AS agrees, make_date(y, coalesce(m, 1), coalesce(d, 1)) AS of_parts FROM (
      SELECT z.*, ${POSSIBLE_DAY} AS d FROM (
        SELECT p.*, ${intBetween('p.year_of_birth', 1, 9999)} AS y, ${intBetween('p.month_of_birth', 1, 12)} AS m,
          CASE WHEN NOT ${isNoBirth('CAST(p.birth_datetime AS DATE)')} AND CAST(p.birth_datetime AS DATE) < ${date('9999-12-31')}
            THEN CAST(p.birth_datetime AS DATE) END AS of_datetime
        FROM ${persons} p
      ) z
    ) q
  ) r`;
}

const intBetween = (column: string, from: number, to: number) =>
  `CASE WHEN ${column} BETWEEN ${from} AND ${to} THEN CAST(${column} AS INTEGER) END`;

const IS_LEAP = '(z.y % 4 = 0 AND (z.y % 100 <> 0 OR z.y % 400 = 0))';
const DAYS_OF_MONTH = `CASE WHEN z.m IN (4, 6, 9, 11) THEN 30 WHEN z.m <> 2 THEN 31 WHEN ${IS_LEAP} THEN 29 ELSE 28 END`;
/** Only of a month that is possible. */
const POSSIBLE_DAY = `CASE WHEN z.m IS NOT NULL AND z.day_of_birth BETWEEN 1 AND ${DAYS_OF_MONTH} THEN CAST(z.day_of_birth AS INTEGER) END`;
const AGREES = `coalesce(EXTRACT(YEAR FROM of_datetime) = y AND (m IS NULL OR EXTRACT(MONTH FROM of_datetime) = m)
  AND (d IS NULL OR EXTRACT(DAY FROM of_datetime) = d), false)`;
const PARTS = `CASE WHEN NOT ${isNoBirth('r.of_parts')} THEN r.of_parts END`;
const BORN = `CASE WHEN r.agrees THEN r.of_datetime ELSE coalesce(${PARTS}, r.of_datetime) END`;

/** The first that holds. */
const NOTES: [note: string, where: string][] = [
  [
    BirthNote.impossible,
    '(r.year_of_birth IS NOT NULL AND r.y IS NULL) OR (r.month_of_birth IS NOT NULL AND r.m IS NULL) OR (r.m IS NOT NULL AND r.day_of_birth IS NOT NULL AND r.d IS NULL)',
  ],
  [
    BirthNote.placeholder,
    `${isNoBirth('r.of_parts')} OR (r.of_parts IS NULL AND r.birth_datetime IS NOT NULL AND r.of_datetime IS NULL)`,
  ],
  // A day apart is one day in two time zones.
  [
    BirthNote.contradiction,
    `NOT r.agrees AND NOT coalesce(r.d IS NOT NULL AND ${daysBetween('r.of_parts', 'r.of_datetime')} BETWEEN -1 AND 1, false) AND r.of_parts IS NOT NULL AND r.of_datetime IS NOT NULL`,
  ],
  [BirthNote.dayAlone, 'r.month_of_birth IS NULL AND r.day_of_birth IS NOT NULL AND NOT r.agrees'],
  [BirthNote.fromDatetime, 'r.year_of_birth IS NULL AND r.of_datetime IS NOT NULL'],
  [BirthNote.none, 'r.of_parts IS NULL AND r.of_datetime IS NULL'],
];
