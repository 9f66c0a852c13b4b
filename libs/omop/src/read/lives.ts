import { addDays, AFTER_DEATH_DAYS, DOUBTFUL_YEARS, ZONE_DAYS } from '@ehrsynth/records';
import { BirthNote, withBirths } from './births.ts';
import { datedRows } from './dated-rows.ts';
import { orderOf, ranked, type Repeated } from './duplicates.ts';
import { date, dayOf, isDoubtful, standsForNone, yearsLater } from './sql-days.ts';
import { type Source, update } from './source.ts';

/** Why another id than person_source_value is a record's. */
export const IdNote = {
  shared: 'person_source_value of several persons, person_id read',
  taken: 'person_source_value that is the person_id of another, person_id read',
} as const;

/** Why a row of death is not read. */
export const DeathFault = {
  unknown: 'person unknown',
  none: 'no date',
  placeholder: 'placeholder date',
  beforeBirth: 'date before birth',
  tooLate: 'date after the longest life',
  further: 'further death of the person',
} as const;

/**
 * Makes the table `lives`, a row for each person_id: its record_id, when the person was born (and birth_note, id_note), the last day
 * of the longest life, and died: the latest date of death that can be. And `deaths`, the rows of death with their fate.
 */
export async function addLives(source: Source, repeated: Repeated, today: string): Promise<void> {
  const { database } = source;
  const create = `CREATE ${database.temporary}TABLE`;
  await database.run(`${create} births AS ${births(repeated)}`);
  await checkBirths(source, today);
  await database.run(`${create} deaths AS ${deaths(today)}`);
  await dropDoubtfulDeaths(source);
  await database.run(`
    ${create} lives AS SELECT b.*, ${yearsLater('b.born')} AS last_day, d.day AS died
    FROM births b LEFT JOIN (SELECT person_id, max(day) AS day FROM deaths WHERE fate IS NULL GROUP BY person_id) d ON d.person_id = b.person_id`);
  await database.run('ANALYZE lives');
}

/** Who has a source value that is nobody else's, and no other's person_id, is called so; others by their person_id. */
function births(repeated: Repeated): string {
  const persons = `(SELECT * FROM ${ranked('person', repeated)} o WHERE nth = 1 AND person_id IS NOT NULL)`;
  const id = 'CAST(p.person_id AS VARCHAR)';
  const source = 'p.person_source_value';
  return `
  SELECT person_id, CASE WHEN id_note IS NULL THEN coalesce(person_source_value, pid) ELSE pid END AS record_id, id_note,
    born, birth_note
  FROM (
    SELECT p.*, ${id} AS pid, CASE
      WHEN ${source} IS NULL THEN NULL
      WHEN count(*) OVER (PARTITION BY ${source}) > 1 THEN '${IdNote.shared}'
      WHEN o.person_id <> p.person_id THEN '${IdNote.taken}' END AS id_note
    FROM (${withBirths(persons)}) p LEFT JOIN (SELECT person_id FROM ${persons} a) o ON CAST(o.person_id AS VARCHAR) = ${source}
  ) r`;
}

/** Drops births that are in the future or too long ago, as the first date of the person's record shows. */
async function checkBirths(source: Source, today: string): Promise<void> {
  const { database } = source;
  const tomorrow = date(addDays(today, 1));
  const isOld = (years: string) => `${years} < ${date(today)}`;
  const suspects = `born > ${tomorrow} OR ${isOld(yearsLater('born'))} OR (${isDoubtful('born')} AND ${isOld(yearsLater('born', DOUBTFUL_YEARS))})`;
  if (!(await seen(source, 'births', suspects, 'min', 'day >= born'))) return;
  const first = `CASE WHEN day <= ${date(today)} OR born > ${date(today)} THEN day ELSE ${date(today)} END`;
  const most = `CASE WHEN ${isDoubtful('born')} THEN ${yearsLater('born', DOUBTFUL_YEARS)} ELSE ${yearsLater('born')} END`;
  const drop = (note: string, where: string) =>
    update(
      database,
      'births',
      { born: 'NULL', birth_note: `'${note}'` },
      `person_id IN (SELECT person_id FROM seen_births WHERE ${where})`,
    );
  await drop(BirthNote.inFuture, `born > ${tomorrow} AND day IS NULL`);
  await drop(BirthNote.tooLongAgo, `born <= ${tomorrow} AND coalesce(${first}, ${date(today)}) > ${most}`);
}

/** Where deaths are several, the latest that can be is read, which OHDSI takes for the most reliable; one in the future only where all are. */
function deaths(today: string): string {
  const isInFuture = `day > ${date(addDays(today, 1))}`;
  const fate = `CASE
    WHEN b.person_id IS NULL THEN '${DeathFault.unknown}'
    WHEN t.day IS NULL THEN '${DeathFault.none}'
    WHEN ${standsForNone('t.day')} THEN '${DeathFault.placeholder}'
    WHEN t.day < b.born - ${ZONE_DAYS} THEN '${DeathFault.beforeBirth}'
    WHEN t.day > ${yearsLater('b.born')} THEN '${DeathFault.tooLate}' END`;
  return `
  SELECT person_id, day, is_of_datetime, CASE WHEN fate IS NULL AND nth > 1 THEN '${DeathFault.further}' ELSE fate END AS fate
  FROM (
    SELECT r.*, row_number() OVER (PARTITION BY person_id, fate IS NULL ORDER BY ${isInFuture}, day DESC, ${orderOf('death')}) AS nth FROM (
      SELECT t.*, ${fate} AS fate
      FROM (SELECT d.*, ${dayOf('d', 'death_date')} AS day, d.death_date IS NULL AND d.death_datetime IS NOT NULL AS is_of_datetime FROM death d) t
      LEFT JOIN births b ON b.person_id = t.person_id
    ) r
  ) q`;
}

/** A day of death that may stand for none does so where the record goes on for long. */
async function dropDoubtfulDeaths(source: Source): Promise<void> {
  if (!(await seen(source, 'deaths', `fate IS NULL AND ${isDoubtful('day')}`, 'max'))) return;
  await update(
    source.database,
    'deaths',
    { fate: `'${DeathFault.placeholder}'` },
    `fate IS NULL AND person_id IN (SELECT person_id FROM seen_deaths WHERE day > died + ${AFTER_DEATH_DAYS})`,
  );
}

/**
 * Makes seen_TABLE of the persons of births or deaths that fulfil `where`, with the first or last day of their record. Gives false
 * where there are none, as is usual.
 */
async function seen(
  source: Source,
  table: 'births' | 'deaths',
  where: string,
  which: 'min' | 'max',
  isCounted = 'true',
): Promise<boolean> {
  const { database } = source;
  const [{ count }] = await database.all<{ count: bigint }>(`SELECT count(*) AS count FROM ${table} WHERE ${where}`);
  if (Number(count) === 0) return false;
  const of = table === 'births' ? 'born' : 'died';
  const suspects = `SELECT person_id, ${table === 'births' ? 'born' : 'day AS died'} FROM ${table} WHERE ${where}`;
  await database.run(`
    CREATE ${database.temporary}TABLE seen_${table} AS
    SELECT s.person_id, s.${of}, ${which}(CASE WHEN ${isCounted} AND NOT ${standsForNone('e.day')} THEN e.day END) AS day
    FROM (${suspects}) s LEFT JOIN (${datedRows(source)}) e ON e.person_id = s.person_id
    GROUP BY s.person_id, s.${of}`);
  return true;
}
