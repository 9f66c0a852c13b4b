import type { EventKind, Tally } from '@ehrsynth/records';
import { quote } from '@ehrsynth/duckdb';
import { isNoAllergy, NO_ALLERGY } from './allergens.ts';
import { addCodeKinds } from './code-kinds.ts';
import { alike, CODE_KEY, type CodeRow, type SourceCode } from './code-row.ts';
import { isRuledOut, RULED_OUT } from './condition-status.ts';
import { mappedBack } from './mapped-back.ts';
import { mergeSourceRows } from './merged-rows.ts';
import { findObservedDiagnoses } from './observed-diagnoses.ts';
import type { OmopReadOptions } from './options.ts';
import type { CodeChoice } from './rules.ts';
import type { Source } from './source.ts';
import { hintAtStandardConcepts } from './standard-hint.ts';
import { toCode } from './to-code.ts';
import { looksLikeIcd9, looksLikePcs } from './value-system.ts';

/**
 * Gathers what the events in the view `events` have alike, of the kinds asked for: the table `code_places` has the place of each
 * combination of CODE_KEY, `source_codes` what stands at each place. Rows of other kinds, and rows that are further standard concepts
 * of a source row, are counted. Gives the codes in the order of their places.
 */
export async function sourceCodes(source: Source, options: OmopReadOptions, tally: Tally): Promise<SourceCode[]> {
  const { codes: choice = 'source', kinds } = options;
  await addCodeKinds(source, choice);
  if (choice === 'source' && options.systems?.measurement === undefined) await findObservedDiagnoses(source, options);
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
  return codes.map((code, i) => {
    const leftOut = isRuledOut(rows[i]) ? RULED_OUT : isNoAllergy(rows[i]) ? NO_ALLERGY : undefined;
    return leftOut ? { ...code, notes: [], leftOut } : code;
  });
}

const isAsked = (kinds: EventKind[]) => `kind IN (${kinds.map((kind) => quote(kind)).join(', ')})`;

async function skipOtherKinds({ database }: Source, kinds: EventKind[], tally: Tally): Promise<void> {
  const others = await database.all<{ tab: string; kind: string; rows: bigint | number }>(
    `SELECT tab, kind, sum(rows) AS rows FROM event_codes WHERE NOT (${isAsked(kinds)}) GROUP BY tab, kind ORDER BY tab, kind`,
  );
  for (const { tab, kind, rows } of others) tally.skip(tab, `${kind} not requested`, Number(rows));
}

async function addPlaces({ database }: Source, kinds: EventKind[], choice: CodeChoice): Promise<void> {
  const place = 'tab, kind, concept, source, unit, status';
  // The same order in every database, whatever its locale.
  const order = place.replace(/(?!concept)\b\w+/g, '$& COLLATE "C"');
  // An ETL writes a row for each standard concept of a source code; 0 stands for none.
  const of = (which: string) => `${which}(nullif(standard, 0)) OVER (PARTITION BY ${place})`;
  const isSeveral =
    choice === 'source' ? `standard <> 0 AND (concept <> 0 OR source <> '') AND ${of('min')} <> ${of('max')}` : 'FALSE';
  await database.run(`
    CREATE ${database.temporary}TABLE code_places AS
    SELECT ${CODE_KEY.join(', ')}, kind, rows, ${isSeveral} AS is_several,
      CAST(dense_rank() OVER (ORDER BY ${order}) - 1 AS INTEGER) AS place
    FROM event_codes WHERE ${isAsked(kinds)}`);
  await database.run(
    `CREATE ${database.temporary}TABLE source_codes AS SELECT DISTINCT place, ${place} FROM code_places`,
  );
}
