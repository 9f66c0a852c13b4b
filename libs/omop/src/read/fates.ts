import { type Problem, sampleOf, type Tally } from '@ehrsynth/records';
import { datetimeOf, EVENT_TABLES } from '../cdm/events.ts';
import { TABLES } from '../cdm/tables.ts';
import { quote } from '@ehrsynth/duckdb';
import { DOUBTFUL_DAYS_JOIN, type Doubts, findDoubts } from './doubtful-dates.ts';
import { findRepeated, ranked, type Repeated } from './duplicates.ts';
import { addLives } from './lives.ts';
import { type CodeChoice, isNoEnd, leftOutRules, noteRules, type Rule, spanOf, VISIT_OF_ANOTHER } from './rules.ts';
import { panelRules } from './panels.ts';
import { dayOf } from './sql-days.ts';
import { isOnOtherDay, timed } from './sql-times.ts';
import type { Source } from './source.ts';
import { unreadable } from './unreadable.ts';

/** Rows of each reason that are listed one by one. */
const LISTED = 100;
/** Tables that records are made of. */
const READ = ['person', 'death', 'visit_occurrence', ...EVENT_TABLES.map(({ table }) => table)];

/** The rows of a table that may be read, as SQL; after `settleFates`. Days and times are settled: an end that cannot be is NULL, and so is a datetime that says no time of its date. */
export function readable(table: string): string {
  return `SELECT * FROM fated_${table} WHERE fate IS NULL`;
}

/**
 * Makes the table lives, and a view fated_TABLE of each table that records are made of, whose `fate` is why a row is not read, and
 * NULL where it may be. Counts the rows of each table, those that are not read by reason, and what else is wrong, and lists the
 * first of each.
 * @param today YYYY-MM-DD
 * @throws BadInputError where the tally stops
 */
export async function settleFates(
  source: Source,
  tally: Tally,
  codes: CodeChoice,
  today = new Date().toISOString().slice(0, 10),
): Promise<void> {
  const { database, tables } = source;
  for (const note of source.notes) tally.note(note);
  const repeated = await findRepeated(source, READ);
  await addLives(source, repeated, today);
  const doubts = await findDoubts(source, today);
  for (const table of READ) {
    await database.run(`CREATE ${database.temporary}VIEW fated_${table} AS ${fated(table, codes, repeated, doubts)}`);
    if (!tables.has(table)) continue;
    await countFates(table, source, tally, doubts);
    if (EVENT_TABLES.some((one) => one.table === table))
      for (const rule of [VISIT_OF_ANOTHER, ...panelRules(table, source)]) await countNote(table, rule, source, tally);
    await countWrongTypes(table, source, tally);
  }
}

/** SQL of all rows of a table with their fate. */
function fated(table: string, codes: CodeChoice, repeated: Repeated, doubts: Doubts): string {
  if (table === 'death') return 'SELECT * FROM deaths';
  const rules = leftOutRules(table, codes, doubts);
  const cases = rules.map(({ reason, where }) => `WHEN ${where} THEN ${quote(reason)}`);
  const fate = `CASE ${cases.join(' ')} END AS fate`;
  const lives = 'LEFT JOIN lives l ON l.person_id = t.person_id';
  const joins = doubts.hasDoubtfulDays ? `${lives} ${DOUBTFUL_DAYS_JOIN}` : lives;
  const span = spanOf(table);
  if (!span) return `SELECT t.*, l.birth_note, l.id_note, ${fate} FROM ${ranked(table, repeated)} t ${lives}`;
  const { start, end } = span;
  const columns = TABLES[table].columns.map(({ name }) => {
    if (name === start) return `t.start_day AS ${start}`;
    if (name === datetimeOf(start)) return `${timed('t', name, 't.start_day')} AS ${name}`;
    if (end && name === datetimeOf(end)) return `${timed('t', name, 't.end_day')} AS ${name}`;
    return name === end ? `CASE WHEN NOT ${isNoEnd()} THEN t.end_day END AS ${end}` : `t.${name}`;
  });
  const otherDays = [isOnOtherDay('t', start, 't.start_day'), end && isOnOtherDay('t', end, 't.end_day')];
  const days = `${dayOf('o', start)} AS start_day, ${end ? dayOf('o', end) : 'CAST(NULL AS DATE)'} AS end_day`;
  return `
  SELECT ${columns.join(', ')}, t.is_of_datetime, t.is_shared, ${isNoEnd()} AS is_no_end,
    (${otherDays.filter(Boolean).join(' OR ')}) AS is_on_other_day, ${fate}
  FROM (SELECT o.*, ${days}, o.${start} IS NULL AND o.${start}time IS NOT NULL AS is_of_datetime FROM ${ranked(table, repeated)} o) t
  ${joins}`;
}

/** Counts the rows of a table by their fate, and of those that are read what is noted of them. */
async function countFates(table: string, source: Source, tally: Tally, doubts: Doubts): Promise<void> {
  const { database } = source;
  const notes = noteRules(table, doubts);
  const noted = notes.map((rule, i) => `, count(*) FILTER (WHERE ${rule.where}) AS note_${i}`).join('');
  const fates = await database.all<Record<string, bigint> & { fate: string | null; rows: bigint }>(
    `SELECT fate, count(*) AS rows${noted} FROM fated_${table} t GROUP BY fate ORDER BY fate NULLS LAST`,
  );
  for (const { fate, rows, ...counts } of fates) {
    tally.row(table, Number(rows));
    if (fate !== null) {
      const rule = { reason: fate, where: `fate = ${quote(fate)}` };
      await list(table, rule, Number(rows), source, (problem, times) => tally.fault(problem, times));
      continue;
    }
    if (table === 'death') tally.use('death', Number(rows));
    for (const [i, rule] of notes.entries())
      await list(table, ofRead(rule), Number(counts[`note_${i}`]), source, (problem, times) =>
        tally.note(problem, times),
      );
  }
}

async function countNote(table: string, rule: Rule, source: Source, tally: Tally): Promise<void> {
  const noted = ofRead(rule);
  const [{ count }] = await source.database.all<{ count: bigint }>(
    `SELECT count(*) AS count FROM fated_${table} t WHERE ${noted.where}`,
  );
  await list(table, noted, Number(count), source, (problem, times) => tally.note(problem, times));
}

/** The rule of rows that are read alone. */
function ofRead({ reason, where }: Rule): Rule {
  return { reason, where: `fate IS NULL AND ${where}` };
}

/** Hands out the first rows by their keys, and how many there are beside them. */
async function list(
  table: string,
  { reason, where: isListed }: Rule,
  count: number,
  { database, where }: Source,
  each: (problem: Problem, times: number) => void,
): Promise<void> {
  if (count === 0) return;
  const key = TABLES[table].primaryKey ?? 'person_id';
  const rows = await database.all<{ id: bigint | null }>(
    `SELECT t.${key} AS id FROM fated_${table} t WHERE ${isListed} ORDER BY 1 NULLS LAST LIMIT ${LISTED}`,
  );
  const at = (place: string) => ({ reason, resourceType: table, where: `${where.get(table)!}, ${place}` });
  for (const { id } of rows) each(at(`${key} ${id ?? 'empty'}`), 1);
  if (count > rows.length) each(at('and others'), count - rows.length);
}

async function countWrongTypes(table: string, source: Source, tally: Tally): Promise<void> {
  const { database, where } = source;
  const columns = TABLES[table].columns.flatMap(({ name, type }) => {
    const bad = unreadable(source, table, name, type);
    return bad === undefined ? [] : [{ name, type, bad }];
  });
  if (columns.length === 0) return;
  const counts = columns.map(({ name, bad }) => `count(*) FILTER (WHERE ${bad}) AS ${name}`);
  const [found] = await database.all<Record<string, bigint>>(`SELECT ${counts.join(', ')} FROM raw_${table}`);
  for (const { name, type, bad } of columns) {
    if (found[name] === 0n) continue;
    const [{ value }] = await database.all<{ value: string }>(
      `SELECT CAST(${name} AS VARCHAR) AS value FROM raw_${table} WHERE ${bad} LIMIT 1`,
    );
    const problem = {
      reason: `${name} is no ${type}`,
      resourceType: table,
      where: where.get(table)!,
      detail: `such as ${sampleOf(value)}${/^date/.test(type) ? adviceOf(value) : ''}`,
    };
    tally.note(problem, Number(found[name]));
  }
}

/** What to do with days in which nobody can tell the month, or that DuckDB and PostgreSQL do not read alike. */
function adviceOf(text: string): string {
  const isOther = /^\s*\d{1,2}([-/. ])(\d{1,2}|[A-Za-z]{3,})\1\d{2,4}/.test(text);
  return isOther ? '; write days as 2020-01-31 and read again' : '';
}
