import type { Tally } from '@ehrsynth/records';
import { EVENT_TABLES } from '../cdm/events.ts';
import { TABLES } from '../cdm/tables.ts';
import { quote } from '../database.ts';
import { type CodeChoice, leftOutRules, noteRules, type Rule } from './rules.ts';
import type { Source } from './source.ts';
import { unreadable } from './unreadable.ts';

/** Rows of each reason that are listed one by one. */
const LISTED = 100;
/** Tables that records are made of. */
const READ = ['person', 'death', 'visit_occurrence', ...EVENT_TABLES.map(({ table }) => table)];

/** The rows of a table that may be read, as SQL; after `settleFates`. */
export function readable(table: string): string {
  return `SELECT * FROM fated_${table} WHERE fate IS NULL`;
}

/**
 * Makes a view fated_TABLE of each table that records are made of, whose `fate` is why a row is not read, and NULL where it may be.
 * Counts the rows of each table, those that are not read by reason, and what else is wrong, and lists the first of each.
 * @throws BadInputError where the tally stops
 */
export async function settleFates(source: Source, tally: Tally, codes: CodeChoice): Promise<void> {
  const { database, tables } = source;
  for (const note of source.notes) tally.note(note);
  for (const table of READ) {
    const cases = leftOutRules(table, codes).map(
      ({ reason, where }) => `WHEN ${where} THEN ${quote(reason)}`,
    );
    const life = table === 'person' ? '' : 'LEFT JOIN lives l ON l.person_id = t.person_id';
    await database.run(
      `CREATE ${database.temporary}VIEW fated_${table} AS SELECT t.*, CASE ${cases.join(' ')} END AS fate FROM ${table} t ${life}`,
    );
    if (!tables.has(table)) continue;
    await countFates(table, source, tally);
    for (const rule of noteRules(table)) await countNote(table, rule, source, tally);
    await countWrongTypes(table, source, tally);
  }
}

async function countFates(table: string, { database, where }: Source, tally: Tally): Promise<void> {
  const fates = await database.all<{ fate: string | null; rows: bigint }>(
    `SELECT fate, count(*) AS rows FROM fated_${table} GROUP BY fate ORDER BY fate`,
  );
  for (const { fate, rows } of fates) {
    tally.row(table, Number(rows));
    if (fate === null && table === 'death') tally.use('death', Number(rows));
    if (fate === null) continue;
    const from = `FROM fated_${table} t WHERE fate = ${quote(fate)}`;
    await list(table, from, Number(rows), { database }, (place, times) =>
      tally.fault({ reason: fate, resourceType: table, where: `${where.get(table)!}, ${place}` }, times),
    );
  }
}

async function countNote(
  table: string,
  { reason, where: violated }: Rule,
  { database, where }: Source,
  tally: Tally,
): Promise<void> {
  const from = `FROM fated_${table} t WHERE fate IS NULL AND ${violated}`;
  const [{ count }] = await database.all<{ count: bigint }>(`SELECT count(*) AS count ${from}`);
  await list(table, from, Number(count), { database }, (place, times) =>
    tally.note({ reason, resourceType: table, where: `${where.get(table)!}, ${place}` }, times),
  );
}

/** Hands out the keys of the first rows, and how many there are beside them. */
async function list(
  table: string,
  from: string,
  count: number,
  { database }: Pick<Source, 'database'>,
  each: (place: string, times: number) => void,
): Promise<void> {
  if (count === 0) return;
  const key = TABLES[table].primaryKey ?? 'person_id';
  const rows = await database.all<{ id: bigint | null }>(`SELECT t.${key} AS id ${from} LIMIT ${LISTED}`);
  for (const { id } of rows) each(`${key} ${id ?? 'empty'}`, 1);
  if (count > rows.length) each('and others', count - rows.length);
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
      detail: `such as ${JSON.stringify(value)}`,
    };
    tally.note(problem, Number(found[name]));
  }
}
