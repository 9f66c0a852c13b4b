import { addDays, type CodedEvent, type Tally } from '@ehrsynth/records';
import { EVENT_TABLES, type EventTable } from '../cdm/events.ts';
import { TABLES } from '../cdm/tables.ts';
import { readable } from './fates.ts';
import { statusOf } from './condition-status.ts';
import type { CodeChoice } from './rules.ts';
import { ALLERGEN } from './allergens.ts';
import type { SourceCode } from './code-row.ts';
import type { EventRow } from './event-rows.ts';
import type { Source } from './source.ts';
import { valueText } from './value-columns.ts';
import { minuteOf } from './sql-times.ts';
import { panelOf } from './panels.ts';
import { isAfter, timeText } from './times.ts';
import type { Values } from './values.ts';

/**
 * Makes the view `events` of the rows of all tables that may be read. `concept` and `source` of an event name its code: those of the
 * source, or the standard concept alone where that is the code or is mapped back; of an allergy those of its value. `same` is equal for
 * rows that differ in nothing but their key and their standard concept. `form` is what the row is.
 * @param hasPanels whether there is the table panel_ids
 */
export async function addEvents({ database, tables }: Source, codes: CodeChoice, hasPanels: boolean): Promise<void> {
  const of = (table: EventTable) => eventsOf(table, codes, hasPanels);
  const select = EVENT_TABLES.filter(({ table }) => tables.has(table)).map(of);
  const none = `${of(EVENT_TABLES[0])} WHERE 1 = 0`;
  await database.run(`CREATE ${database.temporary}VIEW events AS ${select.join('\nUNION ALL\n') || none}`);
}

/**
 * Counts events of a code in the tally as used, or as left out for the code's sake. Gives whether they are used.
 * @param where the first of them is
 * @throws BadInputError where the tally stops
 */
export function countCode(source: SourceCode, times: number, where: string, tally: Tally): boolean {
  const { kind, table, code, notes, leftOut } = source;
  if (code.code && !leftOut?.isRight) tally.code(kind, code.system, code.code, times);
  if (leftOut) {
    const { isRight, ...problem } = leftOut;
    if (isRight) tally.skip(table, problem.reason, times);
    else tally.fault({ ...problem, resourceType: table, where }, times);
    return false;
  }
  for (const note of notes) tally.note({ ...note, resourceType: table, where }, times);
  tally.use(table, times);
  return true;
}

/** The event of a row, and that it was used or left out for its code's sake in the tally. */
export function toEvent(
  [person, place, start, startMinute, end, endMinute, visit, number, panel, rows, others]: EventRow,
  codes: SourceCode[],
  values: Values,
  visits: Map<bigint, number>,
  tally: Tally,
): CodedEvent | undefined {
  const { kind, table, code, unit, active } = codes[Number(place)];
  const times = Number(rows);
  const where = `person ${person}`;
  if (!countCode(codes[Number(place)], times, where, tally)) return undefined;
  const days = [Number(start), end === null ? undefined : Number(end)] as const;
  // A drug's end is its start where it is not known: the CDM requires one.
  const isUnknown =
    table === 'drug_exposure' && days[1] === days[0] && (endMinute === null || endMinute === startMinute);
  const ends = days[1] !== undefined && days[1] >= days[0] && !isUnknown;
  const time = { start: dayText(days[0]), end: ends ? dayText(days[1]!) : undefined };
  const event: CodedEvent = {
    kind,
    code,
    ...time,
    // Where it is the same person's: others are not among these.
    encounter: visit === null ? undefined : visits.get(visit),
    active,
    ...values.of({ table, number, unit, others }, time, (problem) =>
      tally.note({ ...problem, resourceType: table, where }, times),
    ),
  };
  if (startMinute !== null) event.startTime = timeText(startMinute);
  // The end may be known by what the source states of it.
  if (endMinute !== null && event.end && isAfter([days[1]!, endMinute], [days[0], startMinute]))
    event.endTime = timeText(endMinute);
  if (panel !== null && !codes[Number(panel)].leftOut) event.panel = codes[Number(panel)].code;
  return event;
}

function eventsOf(
  { table, prefix, key, start, end, number, unit, status }: EventTable,
  codes: CodeChoice,
  hasPanels: boolean,
): string {
  const text = (column: string | undefined) => (column ? `coalesce(${column}, '')` : "''");
  const standard = `coalesce(${prefix}_concept_id, 0)`;
  const isSource = codes === 'source';
  const concept = isSource ? `coalesce(${prefix}_source_concept_id, 0)` : standard;
  const source = isSource ? text(`${prefix}_source_value`) : "''";
  const valued = isValued(table, number);
  const others = valueText(table, table === 'observation' ? ALLERGEN : undefined);
  const mayBePanel = hasPanels && table === 'measurement';
  const isPanel = mayBePanel ? 'p.id IS NOT NULL' : 'FALSE';
  const ofAllergy = (value: string, other: string) =>
    table === 'observation' ? `CASE WHEN ${ALLERGEN.where} THEN ${value} ELSE ${other} END` : other;
  return `
  SELECT person_id, '${table}' AS tab, ${ofAllergy('coalesce(value_as_concept_id, 0)', concept)} AS concept,
    ${ofAllergy(isSource ? text('value_source_value') : "''", source)} AS source, ${standard} AS standard, ${key} AS row_key,
    ${sameness(table, [key, `${prefix}_concept_id`])} AS same,
    ${start} AS start_day, ${minuteOf(start)} AS start_minute,
    ${end ?? 'CAST(NULL AS DATE)'} AS end_day, ${end ? minuteOf(end) : 'CAST(NULL AS INTEGER)'} AS end_minute,
    visit_occurrence_id AS visit, CAST(${number ?? 'NULL'} AS DOUBLE PRECISION) AS number, ${others} AS others,
    ${text(unit)} AS unit, ${statusOf(text(status), table)} AS status, ${hasPanels ? panelOf(table) : 'CAST(NULL AS BIGINT)'} AS panel_key,
    ${isPanel} AS is_panel,
    ${ofAllergy("'allergy'", `CASE WHEN ${valued} THEN 'valued' WHEN ${isPanel} AND ${others} IS NULL AND ${text(unit)} = '' THEN 'panel' ELSE '' END`)} AS form
  FROM (${readable(table)}) r${mayBePanel ? ` LEFT JOIN panel_ids p ON p.id = r.${key}` : ''}`;
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
