import { addDays, type CodedEvent, type Tally } from '@ehrsynth/records';
import { EVENT_TABLES, type EventTable } from '../cdm/events.ts';
import { TABLES } from '../cdm/tables.ts';
import { quote } from '../database.ts';
import { readable } from './fates.ts';
import { statusOf } from './condition-status.ts';
import type { CodeChoice } from './rules.ts';
import type { SourceCode } from './source-codes.ts';
import type { Source } from './source.ts';
import { valueText } from './value-columns.ts';
import type { Values } from './values.ts';

/** Days since 1970; what stands in many rows alike is named by its place in the list of source codes. */
export type EventRow = [
  person: bigint,
  code: number,
  start: number,
  end: number | null,
  visit: bigint | null,
  number: number | null,
  times: bigint | number,
  /** The rest of the value. */
  others: string | null,
];

/** Why a row is no event of its own. */
export const SAME_SOURCE_ROW = 'further standard concept of the same source row';
/** Columns of `events` by which an event finds its code in the table `code_places`. */
export const CODE_KEY = ['tab', 'concept', 'source', 'unit', 'status', 'standard', 'valued'];

/**
 * Makes the view `events` of the rows of all tables that may be read. `concept` and `source` of an event name its code: those of the
 * source, or the standard concept alone where that is the code or is mapped back. `same` is equal for rows that differ in nothing but
 * their key and their standard concept. `valued` is true of rows that have a number or an answer.
 */
export async function addEvents({ database, tables }: Source, codes: CodeChoice): Promise<void> {
  const select = EVENT_TABLES.filter(({ table }) => tables.has(table)).map((table) => eventsOf(table, codes));
  const none = `${eventsOf(EVENT_TABLES[0], codes)} WHERE 1 = 0`;
  await database.run(`CREATE ${database.temporary}VIEW events AS ${select.join('\nUNION ALL\n') || none}`);
}

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
    SELECT DISTINCT ON (place, same, nth) * FROM (
      SELECT e.*, c.place, row_number() OVER (PARTITION BY c.place, e.same, e.standard ORDER BY e.row_key) AS nth
      FROM events e JOIN code_places c USING (${CODE_KEY.join(', ')}) WHERE c.is_several AND e.${isHere}
    ) s ORDER BY place, same, nth, standard`);
  const left = await database.all<{ tab: string; rows: bigint | number }>(
    'SELECT tab, count(*) AS rows FROM merged_events GROUP BY tab',
  );
  const events = new Map(left.map(({ tab, rows }) => [tab, Number(rows)]));
  for (const { tab, rows } of tables) {
    const further = Number(rows) - (events.get(tab) ?? 0);
    if (further > 0) tally.skip(tab, SAME_SOURCE_ROW, further);
  }
}

/** SQL of the events in the order of their persons. Where they travel from a server, the ones that are alike travel as one row with their number. */
export function eventRows({ isRemote }: Source): string {
  const day = (column: string) => `${column} - DATE '1970-01-01'`;
  const columns = `person_id, place, ${day('start_day')} AS start_day, ${day('end_day')} AS end_day, visit, number, others`;
  const rows = `
    SELECT ${columns} FROM events e JOIN code_places c USING (${CODE_KEY.join(', ')}) WHERE NOT c.is_several
    UNION ALL SELECT ${columns} FROM merged_events`;
  const order = 'person_id, start_day, place, visit, end_day, number, others';
  const named = 'person_id, place, start_day, end_day, visit, number';
  if (!isRemote) return `SELECT ${named}, 1 AS times, others FROM (${rows}) a ORDER BY ${order}`;
  return `SELECT ${named}, count(*) AS times, others FROM (${rows}) a GROUP BY ${named}, others ORDER BY ${order}`;
}

/** The event of a row, and that it was used or left out for its code's sake in the tally. */
export function toEvent(
  [person, place, start, end, visit, number, rows, others]: EventRow,
  codes: SourceCode[],
  values: Values,
  visits: Map<bigint, number>,
  tally: Tally,
): CodedEvent | undefined {
  const { kind, table, code, unit, active, notes, leftOut } = codes[Number(place)];
  const times = Number(rows);
  if (code.code && !leftOut?.isRight) tally.code(kind, code.system, code.code, times);
  const where = `person ${person}`;
  if (leftOut) {
    const { isRight, ...problem } = leftOut;
    if (isRight) tally.skip(table, problem.reason, times);
    else tally.fault({ ...problem, resourceType: table, where }, times);
    return undefined;
  }
  for (const note of notes) tally.note({ ...note, resourceType: table, where }, times);
  tally.use(table, times);
  const days = [Number(start), end === null ? undefined : Number(end)] as const;
  // A drug's end is its start where it is not known: the CDM requires one.
  const isUnknown = table === 'drug_exposure' && days[1] === days[0];
  const ends = days[1] !== undefined && days[1] >= days[0] && !isUnknown;
  const time = { start: dayText(days[0]), end: ends ? dayText(days[1]!) : undefined };
  return {
    kind,
    code,
    ...time,
    // Where it is the same person's: others are not among these.
    encounter: visit === null ? undefined : visits.get(visit),
    active,
    ...values.of({ table, number, unit, others }, time, (problem) =>
      tally.note({ ...problem, resourceType: table, where: `person ${person}` }, times),
    ),
  };
}

function eventsOf(
  { table, prefix, key, start, end, number, unit, status }: EventTable,
  codes: CodeChoice,
): string {
  const text = (column: string | undefined) => (column ? `coalesce(${column}, '')` : "''");
  const standard = `coalesce(${prefix}_concept_id, 0)`;
  const isSource = codes === 'source';
  return `
  SELECT person_id, '${table}' AS tab, ${isSource ? `coalesce(${prefix}_source_concept_id, 0)` : standard} AS concept,
    ${isSource ? text(`${prefix}_source_value`) : "''"} AS source, ${standard} AS standard, ${key} AS row_key,
    ${sameness(table, [key, `${prefix}_concept_id`])} AS same,
    ${start} AS start_day, ${end ?? 'CAST(NULL AS DATE)'} AS end_day, visit_occurrence_id AS visit,
    CAST(${number ?? 'NULL'} AS DOUBLE PRECISION) AS number, ${valueText(table)} AS others,
    ${text(unit)} AS unit, ${statusOf(text(status), table)} AS status, ${isValued(table, number)} AS valued
  FROM (${readable(table)}) r`;
}

function isValued(table: string, number: string | undefined): string {
  const hasAnswer = TABLES[table].columns.some(({ name }) => name === 'value_as_concept_id');
  const has = [number && `${number} IS NOT NULL`, hasAnswer && 'coalesce(value_as_concept_id, 0) <> 0'];
  return `(${has.filter(Boolean).join(' OR ') || 'FALSE'})`;
}

/** A hash of all columns of a row but some. */
function sameness(table: string, but: string[]): string {
  const columns = TABLES[table].columns.map(({ name }) => name).filter((name) => !but.includes(name));
  return `md5(${columns.map((name) => `coalesce(CAST(${name} AS VARCHAR), chr(30))`).join(' || chr(31) || ')})`;
}

const dayTexts = new Map<number, string>();

/** Days since 1970 → YYYY-MM-DD. */
function dayText(days: number): string {
  let known = dayTexts.get(days);
  if (!known) dayTexts.set(days, (known = addDays('1970-01-01', days)));
  return known;
}
