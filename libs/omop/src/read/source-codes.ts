import {
  type CodedEvent,
  CONTROLS_IN_CODE,
  type EventKind,
  hasControls,
  FORMER_RELEASE,
  type Problem,
  type Tally,
  withoutControls,
} from '@ehrsynth/records';
import { KIND_OF_VOCABULARY, SYSTEMS, USUAL_SYSTEM } from '../cdm/concepts.ts';
import { quote } from '../database.ts';
import { SAME_SOURCE_ROW } from './events.ts';
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
 * Gathers what the events in the view `events` have alike in the table `source_codes`, of the kinds asked for; rows of other kinds, and
 * rows that are further standard concepts of a row, are counted. Gives them in the order of their places.
 */
export async function sourceCodes(source: Source, options: OmopReadOptions, tally: Tally): Promise<SourceCode[]> {
  const { database } = source;
  const { temporary } = database;
  await database.run(
    `CREATE ${temporary}TABLE event_codes AS
    SELECT tab, kind, concept, source, unit, status, standard, count(*) AS rows FROM events
    GROUP BY tab, kind, concept, source, unit, status, standard`,
  );
  await database.run(`
    CREATE ${temporary}TABLE all_codes AS
    SELECT e.tab, CASE c.vocabulary_id ${KIND_CASE} ELSE e.kind END AS kind, e.concept, e.source, e.unit, e.status, sum(e.rows) AS rows
    FROM event_codes e LEFT JOIN concept c ON c.concept_id = e.concept AND e.concept <> 0
    GROUP BY 1, 2, 3, 4, 5, 6`);
  await skipOtherKinds(source, options.kinds, tally);
  await database.run(`
    CREATE ${temporary}TABLE source_codes AS
    SELECT CAST(row_number() OVER (ORDER BY tab, concept, source, unit, status) - 1 AS INTEGER) AS place,
      tab, kind, concept, source, unit, status
    FROM all_codes WHERE ${isAsked(options.kinds)}`);
  await skipFurtherConcepts(source, tally);
  const rows = await database.all<CodeRow>(`
    SELECT s.place, s.tab AS "table", s.kind, s.source, c.concept_code AS code, c.vocabulary_id AS vocabulary,
      v.vocabulary_reference AS reference, c.concept_name AS name, s.unit, s.status
    FROM source_codes s
    LEFT JOIN concept c ON c.concept_id = s.concept AND s.concept <> 0
    LEFT JOIN vocabulary v ON v.vocabulary_id = c.vocabulary_id
    ORDER BY s.place`);
  if (options.codes === 'mapped') return mappedBack(source, rows, options);
  return rows.map((row) => toSourceCode(row, options));
} // prettier-ignore

const isAsked = (kinds: EventKind[]) => `kind IN (${kinds.map((kind) => quote(kind)).join(', ')})`;

async function skipOtherKinds({ database }: Source, kinds: EventKind[], tally: Tally): Promise<void> {
  const others = await database.all<{ tab: string; kind: string; rows: bigint | number }>(
    `SELECT tab, kind, sum(rows) AS rows FROM all_codes WHERE NOT (${isAsked(kinds)}) GROUP BY tab, kind ORDER BY tab, kind`,
  );
  for (const { tab, kind, rows } of others) tally.skip(tab, `${kind} not asked for`, Number(rows));
}

/** Source codes of which an event may have several rows, one for each standard concept that they map to, in the table `several`. */
async function skipFurtherConcepts({ database }: Source, tally: Tally): Promise<void> {
  await database.run(`
    CREATE ${database.temporary}TABLE several AS SELECT tab, concept, source FROM event_codes
    GROUP BY tab, concept, source HAVING count(DISTINCT standard) > 1`);
  const [{ some }] = await database.all<{ some: bigint }>('SELECT count(*) AS some FROM several');
  if (some === 0n) return;
  const merged = await database.all<{ tab: string; rows: bigint | number }>(`
    SELECT tab, sum(of_all - of_one) AS rows FROM (
      SELECT tab, sum(n) AS of_all, max(n) AS of_one FROM (
        SELECT e.person_id, e.tab, e.concept, e.source, e.start_day, e.visit, e.standard, count(*) AS n
        FROM events e JOIN several x USING (tab, concept, source) JOIN source_codes c USING (tab, concept, source, unit, status)
        GROUP BY 1, 2, 3, 4, 5, 6, 7
      ) s GROUP BY person_id, tab, concept, source, start_day, visit
    ) m GROUP BY tab HAVING sum(of_all - of_one) > 0 ORDER BY tab`);
  for (const { tab, rows } of merged) tally.skip(tab, SAME_SOURCE_ROW, Number(rows));
}

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
