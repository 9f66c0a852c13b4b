import {
  type CodedEvent,
  CONTROLS_IN_CODE,
  type EventKind,
  hasControls,
  FORMER_RELEASE,
  type Problem,
  withoutControls,
} from '@ehrsynth/records';
import { KIND_OF_VOCABULARY, SYSTEMS, USUAL_SYSTEM } from '../cdm/concepts.ts';
import { EVENT_TABLES, type EventTable } from '../cdm/events.ts';
import { readable } from './faults.ts';
import { mappedBack } from './mapped-back.ts';
import type { OmopReadOptions } from './read-records.ts';
import type { Source } from './source.ts';

/** What many events have alike, read once: the code with its name, the unit, whether a condition is active. */
export interface SourceCode {
  kind: EventKind;
  table: string;
  code: CodedEvent['code'];
  unit: string | null;
  active: boolean | undefined;
  /** What is to be told of each event that has the code. */
  problem?: Omit<Problem, 'where'>;
  /** Whether its events are not read for that. */
  isLeftOut?: boolean;
}

/** A distinct combination of what events have alike, with what the vocabulary tables say of its concept. */
export interface CodeRow {
  place: number;
  table: string;
  kind: EventKind;
  source: string;
  code: string | null;
  vocabulary: string | null;
  reference: string | null;
  name: string | null;
  unit: string;
  status: string;
}

const KIND_CASE = Object.entries(KIND_OF_VOCABULARY)
  .map(([vocabulary, kind]) => `WHEN '${vocabulary}' THEN '${kind}'`)
  .join(' ');

/**
 * Gathers all events in the view `events`, and what those of the kinds asked for have alike in the table `source_codes`; gives the
 * latter, in the order of their places. `concept` and `source` of an event name its code: those of the source, or the standard
 * concept alone where codes are to be mapped back from it.
 */
export async function sourceCodes(source: Source, options: OmopReadOptions): Promise<SourceCode[]> {
  const { database, tables } = source;
  const { temporary } = database;
  const isMapped = options.codes === 'mapped';
  const select = EVENT_TABLES.filter(({ table }) => tables.has(table)).map((table) =>
    eventsOf(table, isMapped),
  );
  const none = `${eventsOf(EVENT_TABLES[0], isMapped)} AND 1 = 0`;
  await database.run(`CREATE ${temporary}VIEW events AS ${select.join('\nUNION ALL\n') || none}`);
  await database.run(
    `CREATE ${temporary}TABLE event_codes AS SELECT DISTINCT tab, kind, concept, source, unit, status, standard FROM events`,
  );
  await database.run(`
    CREATE ${temporary}TABLE source_codes AS
    SELECT CAST(row_number() OVER (ORDER BY tab, concept, source, unit, status) - 1 AS INTEGER) AS place, s.*
    FROM (
      SELECT DISTINCT e.tab, CASE c.vocabulary_id ${KIND_CASE} ELSE e.kind END AS kind, e.concept, e.source, e.unit, e.status
      FROM event_codes e LEFT JOIN concept c ON c.concept_id = e.concept AND e.concept <> 0
    ) s
    WHERE kind IN (${options.kinds.map((kind) => `'${kind}'`).join(', ')})`);
  // Source codes of which an event may have several rows: one for each standard concept that they map to.
  await database.run(`
    CREATE ${temporary}TABLE several AS SELECT concept, source FROM (SELECT DISTINCT tab, concept, source, standard FROM event_codes) d
    GROUP BY concept, source HAVING count(*) > 1`);
  const rows = await database.all<CodeRow>(`
    SELECT s.place, s.tab AS "table", s.kind, s.source, c.concept_code AS code, c.vocabulary_id AS vocabulary,
      v.vocabulary_reference AS reference, c.concept_name AS name, s.unit, s.status
    FROM source_codes s
    LEFT JOIN concept c ON c.concept_id = s.concept AND s.concept <> 0
    LEFT JOIN vocabulary v ON v.vocabulary_id = c.vocabulary_id
    ORDER BY s.place`);
  if (isMapped) return mappedBack(source, rows, options);
  return rows.map((row) => toSourceCode(row, options));
}

/**
 * SQL of the events in the order of their persons: those whose source code stands in several rows once. Where they travel from a
 * server, the ones that are alike travel as one row with their number.
 */
export async function eventRows({ database, isRemote }: Source): Promise<string> {
  const [{ several }] = await database.all<{ several: bigint }>('SELECT count(*) AS several FROM several');
  const day = (column: string) => `${column} - DATE '1970-01-01'`;
  const columns = `e.person_id, c.place, ${day('e.start_day')} AS start_day, ${day('e.end_day')} AS end_day, e.visit, e.number`;
  const codes = 'JOIN source_codes c USING (tab, concept, source, unit, status)';
  const isSeveral = '(SELECT 1 FROM several x WHERE x.concept = e.concept AND x.source = e.source)';
  let rows = `SELECT ${columns} FROM events e ${codes}`;
  if (several > 0n) {
    rows = `${rows} WHERE NOT EXISTS ${isSeveral}
    UNION ALL
    SELECT ${columns} FROM (
      SELECT DISTINCT ON (person_id, concept, source, start_day, visit, nth) * FROM (
        SELECT *, row_number() OVER (PARTITION BY person_id, concept, source, start_day, visit, tab, standard ORDER BY end_day, number) AS nth
        FROM events e WHERE EXISTS ${isSeveral}
      ) r ORDER BY person_id, concept, source, start_day, visit, nth, end_day DESC NULLS LAST, tab, standard
    ) e ${codes}`;
  }
  const order = 'person_id, start_day, place, visit, end_day, number';
  const named = 'person_id, place, start_day, end_day, visit, number';
  if (!isRemote) return `SELECT ${named}, 1 AS times FROM (${rows}) a ORDER BY ${order}`;
  return `SELECT ${named}, count(*) AS times FROM (${rows}) a GROUP BY ${named} ORDER BY ${order}`;
}

function eventsOf({ kind, table, prefix, start, end, number, unit, status }: EventTable, isMapped: boolean): string {
  const text = (column: string | undefined) => (column ? `coalesce(${column}, '')` : "''");
  const standard = `coalesce(${prefix}_concept_id, 0)`;
  const concept = isMapped ? standard : `coalesce(${prefix}_source_concept_id, 0)`;
  return `
  SELECT person_id, '${table}' AS tab, '${kind}' AS kind, ${concept} AS concept,
    ${isMapped ? "''" : text(`${prefix}_source_value`)} AS source, ${standard} AS standard,
    ${start} AS start_day, ${end ?? 'CAST(NULL AS DATE)'} AS end_day, visit_occurrence_id AS visit,
    ${number ? `CAST(${number} AS DOUBLE PRECISION)` : 'CAST(NULL AS DOUBLE PRECISION)'} AS number,
    ${text(unit)} AS unit, ${text(status)} AS status
  FROM (${readable(table, start)}) r
  WHERE (${isMapped ? '' : `${prefix}_source_value IS NOT NULL OR `}${concept} <> 0)`;
} // prettier-ignore

function toSourceCode(row: CodeRow, options: OmopReadOptions): SourceCode {
  const { table, kind, vocabulary: id, reference } = row;
  const known = id ? (SYSTEMS[id] ?? reference ?? id) : undefined;
  const system = known ?? options.systems?.[kind] ?? USUAL_SYSTEM[kind];
  const code = row.code ?? (row.source || undefined);
  // A source concept that the concept table lacks, and no source value beside it.
  if (!code) return { ...alike(row), code: { system, code: '' }, problem: { reason: 'source concept unknown', resourceType: table  }, isLeftOut: true }; // prettier-ignore
  return { ...alike(row), ...looked({ system, code, name: row.name, table }, options) };
}

/** What is not the code's. */
export function alike({ kind, table, unit, status }: CodeRow): Omit<SourceCode, 'code'> {
  return { kind, table, unit: unit || null, active: ACTIVE[status] };
}

/** The code as its dictionary has it, and what is wrong where that does not. */
export function looked(
  { system, code: source, name, table }: { system: string; code: string; name: string | null; table: string },
  { vocabulary, keepUnknownCodes, formerCodes = 'keep' }: OmopReadOptions,
): Pick<SourceCode, 'code' | 'problem' | 'isLeftOut'> {
  const code = vocabulary.canonical(system, source);
  const known = vocabulary.find(system, code);
  const current =
    known?.former && formerCodes !== 'keep' ? vocabulary.current(system, code, formerCodes) : undefined;
  const entry = current ?? known;
  const display = entry?.display ?? (name === null ? undefined : withoutControls(name));
  const result = { code: { system, code: entry?.code ?? code, ...(display && { display }) } };
  if (hasControls(source))
    return {
      ...result,
      isLeftOut: true,
      problem: { reason: CONTROLS_IN_CODE, resourceType: table, detail: source },
    };
  if (known?.former) {
    const detail = `${known.code}, valid to ${known.validTo}${current ? `, read as ${current.code}` : ''}`;
    return { ...result, problem: { reason: FORMER_RELEASE, resourceType: table, detail } };
  }
  if (entry || !vocabulary.has(system)) return result;
  const isLeftOut = vocabulary.isComplete(system) && !keepUnknownCodes;
  const reason = `code in no dictionary${isLeftOut ? '' : ', kept'}`;
  return {
    ...result,
    isLeftOut,
    problem: { reason, resourceType: table, detail: `${source} (${system})` },
  };
}

const ACTIVE: Record<string, boolean> = { active: true, resolved: false };
