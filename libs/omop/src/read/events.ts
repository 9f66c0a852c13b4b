import { addDays, type CodedEvent, type Tally } from '@ehrsynth/records';
import { EVENT_TABLES, type EventTable } from '../cdm/events.ts';
import { TABLES } from '../cdm/tables.ts';
import { readable } from './fates.ts';
import { statusOf } from './condition-status.ts';
import type { CodeChoice } from './rules.ts';
import { CODE_KEY, type SourceCode } from './code-row.ts';
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
