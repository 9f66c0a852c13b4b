import type { CodedEvent, EventKind, Problem } from '@ehrsynth/records';
import { SYSTEMS, USUAL_SYSTEM } from '../cdm/concepts.ts';
import { EVENT_TABLE, EVENT_TABLES, type EventTable } from '../cdm/events.ts';
import { readable } from './faults.ts';
import type { OmopReadOptions } from './read-records.ts';
import type { Source } from './source.ts';

/** What many events have alike, read once: the code with its name, the unit, whether a condition is active. */
export interface SourceCode {
  kind: EventKind;
  table: string;
  code: CodedEvent['code'];
  unit: string | null;
  active: boolean | undefined;
  /** What is wrong with the code, to be told of each event that has it. */
  problem?: Omit<Problem, 'where'>;
  /** Whether its events are not read for that. */
  isLeftOut?: boolean;
}

interface Row {
  kind: EventKind;
  code: string;
  vocabulary: string | null;
  reference: string | null;
  name: string | null;
  unit: string;
  status: string;
}

/**
 * Gathers the events of the kinds asked for in the view `events`, and what they have alike in the table `source_codes`; gives the
 * latter, in the order of their places.
 */
export async function sourceCodes(
  { database, tables }: Source,
  options: OmopReadOptions,
): Promise<SourceCode[]> {
  const wanted = EVENT_TABLES.filter(({ kind, table }) => options.kinds.includes(kind) && tables.has(table));
  const select =
    wanted.length > 0 ? wanted.map(eventsOf).join('\nUNION ALL\n') : `${eventsOf(EVENT_TABLES[0])} AND false`;
  await database.run(`CREATE VIEW events AS ${select}`);
  await database.run(`
    CREATE TABLE source_codes AS SELECT CAST(row_number() OVER (ORDER BY kind, concept, source, unit, status) - 1 AS INTEGER) AS place, *
    FROM (SELECT DISTINCT kind, concept, source, unit, status FROM events)`);
  const rows = await database.all<Row>(`
    SELECT s.kind, coalesce(c.concept_code, nullif(s.source, '')) AS code, c.vocabulary_id AS vocabulary,
      v.vocabulary_reference AS reference, c.concept_name AS name, s.unit, s.status
    FROM source_codes s
    LEFT JOIN concept c ON c.concept_id = s.concept AND s.concept <> 0
    LEFT JOIN vocabulary v ON v.vocabulary_id = c.vocabulary_id
    ORDER BY s.place`);
  return rows.map((row) => toSourceCode(row, options));
}

function eventsOf({ kind, table, prefix, start, end, number, unit }: EventTable): string {
  const text = (column: string | undefined) => (column ? `coalesce(${column}, '')` : "''");
  return `
  SELECT person_id, '${kind}' AS kind, coalesce(${prefix}_source_concept_id, 0) AS concept, ${text(`${prefix}_source_value`)} AS source,
    ${start} AS start, ${end ?? 'CAST(NULL AS DATE)'} AS "end", visit_occurrence_id AS visit,
    ${number ? `CAST(${number} AS DOUBLE)` : 'CAST(NULL AS DOUBLE)'} AS number, ${text(unit)} AS unit,
    ${text(kind === 'condition' ? 'condition_status_source_value' : undefined)} AS status
  FROM (${readable(table, start)})
  WHERE (${prefix}_source_value IS NOT NULL OR coalesce(${prefix}_source_concept_id, 0) <> 0)`;
}

function toSourceCode(
  { kind, code: source, vocabulary: id, reference, name, unit, status }: Row,
  options: OmopReadOptions,
): SourceCode {
  const { vocabulary, keepUnknownCodes, systems } = options;
  const { table } = EVENT_TABLE[kind];
  const known = id ? (SYSTEMS[id] ?? reference ?? id) : undefined;
  const system = known ?? systems?.[kind] ?? USUAL_SYSTEM[kind];
  const base = { kind, table, unit: unit || null, active: ACTIVE[status] };
  // A source concept that the concept table lacks, and no source value beside it.
  if (!source) return { ...base, code: { system, code: '' }, problem: { reason: 'source concept unknown', resourceType: table  }, isLeftOut: true }; // prettier-ignore
  const code = vocabulary.canonical(system, source);
  const entry = vocabulary.find(system, code);
  const display = entry?.display ?? name ?? undefined;
  const result = { ...base, code: { system, code: entry?.code ?? code, ...(display && { display }) } };
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
