import type { CodedEvent, EventKind, Problem, Tally } from '@ehrsynth/records';
import { quote } from '../database.ts';
import { isActive, isRuledOut, RULED_OUT } from './condition-status.ts';
import { CODE_KEY, mergeSourceRows } from './events.ts';
import { addCodeKinds } from './code-kinds.ts';
import { mappedBack } from './mapped-back.ts';
import { findObservedDiagnoses } from './observed-diagnoses.ts';
import type { OmopReadOptions } from './read-records.ts';
import type { CodeChoice } from './rules.ts';
import { saysNothing } from './says-nothing.ts';
import type { Source } from './source.ts';
import { hintAtStandardConcepts } from './standard-hint.ts';
import { toCode } from './to-code.ts';
import { looksLikeIcd9, looksLikePcs } from './value-system.ts';

/** Something to know of a code, of each of its events. */
export type CodeProblem = Pick<Problem, 'reason' | 'detail'>;

/** What many events have alike, read once: the code with its name, the unit, whether a condition is active. */
export interface SourceCode {
  kind: EventKind;
  table: string;
  code: CodedEvent['code'];
  unit: string | null;
  active: boolean | undefined;
  /** What is to be known of each event that has the code. */
  notes: CodeProblem[];
  /** Why its events are not read; a fault unless nothing is wrong with them. */
  leftOut?: CodeProblem & { isRight?: boolean };
}

/** A distinct combination of what events have alike, with what the vocabulary tables say of its concept. */
export interface CodeRow {
  place: number;
  table: string;
  kind: EventKind;
  /** 0 where there is none. */
  concept: bigint | number | string;
  source: string;
  /** Null where the concept table lacks the concept. */
  found: bigint | number | string | null;
  code: string | null;
  vocabulary: string | null;
  reference: string | null;
  name: string | null;
  unit: string;
  status: string;
}

/**
 * Gathers what the events in the view `events` have alike, of the kinds asked for: the table `code_places` has the place of each
 * combination of CODE_KEY, `source_codes` what stands at each place. Rows of other kinds, and rows that are further standard concepts
 * of a source row, are counted. Gives the codes in the order of their places.
 */
export async function sourceCodes(
  source: Source,
  options: OmopReadOptions,
  tally: Tally,
): Promise<SourceCode[]> {
  const { codes: choice = 'source', kinds } = options;
  await addCodeKinds(source, choice);
  if (choice === 'source' && options.systems?.measurement === undefined)
    await findObservedDiagnoses(source, options);
  await skipOtherKinds(source, kinds, tally);
  await addPlaces(source, kinds, choice);
  await mergeSourceRows(source, tally);
  if (choice === 'source') await hintAtStandardConcepts(source, tally);
  const rows = await source.database.all<CodeRow>(`
    SELECT s.place, s.tab AS "table", s.kind, s.concept, s.source, s.unit, s.status, c.concept_id AS found,
      c.concept_code AS code, c.vocabulary_id AS vocabulary, c.concept_name AS name,
      (SELECT max(v.vocabulary_reference) FROM vocabulary v WHERE v.vocabulary_id = c.vocabulary_id) AS reference
    FROM source_codes s LEFT JOIN used_concepts c ON c.concept_id = s.concept
    ORDER BY s.place`);
  const looks = { isIcd9: looksLikeIcd9(rows), isPcs: looksLikePcs(rows) };
  const codes =
    choice === 'mapped'
      ? await mappedBack(source, rows, options)
      : rows.map((row) => ({ ...alike(row), ...toCode(row, options, looks) }));
  return codes.map((code, i) => (isRuledOut(rows[i]) ? { ...code, notes: [], leftOut: RULED_OUT } : code));
}

/** What is not the code's. */
export function alike({
  kind,
  table,
  unit,
  status,
}: CodeRow): Pick<SourceCode, 'kind' | 'table' | 'unit' | 'active'> {
  return { kind, table, unit: saysNothing(unit) ? null : unit, active: isActive({ kind, status }) };
}

const isAsked = (kinds: EventKind[]) => `kind IN (${kinds.map((kind) => quote(kind)).join(', ')})`;

async function skipOtherKinds({ database }: Source, kinds: EventKind[], tally: Tally): Promise<void> {
  const others = await database.all<{ tab: string; kind: string; rows: bigint | number }>(
    `SELECT tab, kind, sum(rows) AS rows FROM event_codes WHERE NOT (${isAsked(kinds)}) GROUP BY tab, kind ORDER BY tab, kind`,
  );
  for (const { tab, kind, rows } of others) tally.skip(tab, `${kind} not asked for`, Number(rows));
}

async function addPlaces({ database }: Source, kinds: EventKind[], choice: CodeChoice): Promise<void> {
  const place = 'tab, kind, concept, source, unit, status';
  // The same order in every database, whatever its locale.
  const order = place.replace(/(?!concept)\b\w+/g, '$& COLLATE "C"');
  // An ETL writes a row for each standard concept of a source code; 0 stands for none.
  const of = (which: string) =>
    `${which}(standard) FILTER (WHERE standard <> 0) OVER (PARTITION BY ${place})`;
  const isSeveral =
    choice === 'source'
      ? `standard <> 0 AND (concept <> 0 OR source <> '') AND ${of('min')} <> ${of('max')}`
      : 'FALSE';
  await database.run(`
    CREATE ${database.temporary}TABLE code_places AS
    SELECT ${CODE_KEY.join(', ')}, kind, rows, ${isSeveral} AS is_several,
      CAST(dense_rank() OVER (ORDER BY ${order}) - 1 AS INTEGER) AS place
    FROM event_codes WHERE ${isAsked(kinds)}`);
  await database.run(
    `CREATE ${database.temporary}TABLE source_codes AS SELECT DISTINCT place, ${place} FROM code_places`,
  );
}
