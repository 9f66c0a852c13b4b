import { addDays, type CodedEvent, type Tally } from '@ehrsynth/records';
import { EVENT_TABLES, type EventTable } from '../cdm/events.ts';
import { readable } from './fates.ts';
import type { CodeChoice } from './rules.ts';
import type { SourceCode } from './source-codes.ts';
import type { Source } from './source.ts';
import { finite, valueText } from './value-columns.ts';
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

/**
 * Makes the view `events` of the rows of all tables that may be read. `concept` and `source` of an event name its code: those of the
 * source, or the standard concept alone where codes are to be mapped back from it.
 */
export async function addEvents({ database, tables }: Source, codes: CodeChoice): Promise<void> {
  const select = EVENT_TABLES.filter(({ table }) => tables.has(table)).map((table) => eventsOf(table, codes));
  const none = `${eventsOf(EVENT_TABLES[0], codes)} WHERE 1 = 0`;
  await database.run(`CREATE ${database.temporary}VIEW events AS ${select.join('\nUNION ALL\n') || none}`);
}

/**
 * SQL of the events in the order of their persons: those whose source code stands in several rows once. Where they travel from a
 * server, the ones that are alike travel as one row with their number.
 */
export async function eventRows({ database, isRemote }: Source): Promise<string> {
  const [{ several }] = await database.all<{ several: bigint }>('SELECT count(*) AS several FROM several');
  const day = (column: string) => `${column} - DATE '1970-01-01'`;
  const columns = `e.person_id, c.place, ${day('e.start_day')} AS start_day, ${day('e.end_day')} AS end_day, e.visit, e.number, e.others`;
  const codes = 'JOIN source_codes c USING (tab, concept, source, unit, status)';
  const isSeveral =
    '(SELECT 1 FROM several x WHERE x.tab = e.tab AND x.concept = e.concept AND x.source = e.source)';
  let rows = `SELECT ${columns} FROM events e ${codes}`;
  if (several > 0n) {
    rows = `${rows} WHERE NOT EXISTS ${isSeveral}
    UNION ALL
    SELECT ${columns} FROM (
      SELECT DISTINCT ON (person_id, tab, concept, source, start_day, visit, nth) * FROM (
        SELECT *, row_number() OVER (PARTITION BY person_id, tab, concept, source, start_day, visit, standard ORDER BY end_day, number, others) AS nth
        FROM events e WHERE EXISTS ${isSeveral}
      ) r ORDER BY person_id, tab, concept, source, start_day, visit, nth, end_day DESC NULLS LAST, standard
    ) e ${codes}`;
  }
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
  const { kind, table, code, unit, active, problem, isLeftOut } = codes[Number(place)];
  const times = Number(rows);
  if (code.code) tally.code(kind, code.system, code.code, times);
  if (problem) {
    const told = { ...problem, where: `person ${person}` };
    if (isLeftOut) {
      tally.fault(told, times);
      return undefined;
    }
    tally.note(told, times);
  }
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

function eventsOf({ kind, table, prefix, start, end, number, unit, status }: EventTable, codes: CodeChoice): string {
  const text = (column: string | undefined) => (column ? `coalesce(${column}, '')` : "''");
  const standard = `coalesce(${prefix}_concept_id, 0)`;
  const concept = codes === 'mapped' ? standard : `coalesce(${prefix}_source_concept_id, 0)`;
  return `
  SELECT person_id, '${table}' AS tab, '${kind}' AS kind, ${concept} AS concept,
    ${codes === 'mapped' ? "''" : text(`${prefix}_source_value`)} AS source, ${standard} AS standard,
    ${start} AS start_day, ${end ?? 'CAST(NULL AS DATE)'} AS end_day, visit_occurrence_id AS visit,
    ${number ? finite(number) : 'CAST(NULL AS DOUBLE PRECISION)'} AS number, ${valueText(table)} AS others,
    ${text(unit)} AS unit, ${text(status)} AS status
  FROM (${readable(table)}) r`;
} // prettier-ignore

const dayTexts = new Map<number, string>();

/** Days since 1970 → YYYY-MM-DD. */
function dayText(days: number): string {
  let known = dayTexts.get(days);
  if (!known) dayTexts.set(days, (known = addDays('1970-01-01', days)));
  return known;
}
