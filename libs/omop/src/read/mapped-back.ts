import type { EventKind } from '@ehrsynth/records';
import { SOURCE_VOCABULARY } from '../cdm/concepts.ts';
import { systemOfVocabulary } from '../cdm/vocabularies.ts';
import { NoMappingsError } from '../errors.ts';
import type { OmopReadOptions } from './options.ts';
import { alike, type CodeRow, type SourceCode } from './code-row.ts';
import { looked } from './to-code.ts';
import type { Source } from './source.ts';

interface Candidate {
  place: number;
  code: string;
  name: string;
  vocabulary: string;
  /** Codes that map to the same standard concept. */
  candidates: bigint;
}

/**
 * Source codes from standard concepts, by `Maps to` read backwards. Where several codes map to a concept, the one is taken that can be
 * billed, maps to nothing else, has the concept's own name, and comes first in its vocabulary; each event of such a concept is noted.
 * @throws NoMappingsError where the source has nothing to map them by
 */
export async function mappedBack(
  { database, where }: Source,
  rows: CodeRow[],
  options: OmopReadOptions,
): Promise<SourceCode[]> {
  const vocabularies = options.kinds.map((kind) => `('${kind}', '${SOURCE_VOCABULARY[kind]}')`);
  const mapsTo = "relationship_id = 'Maps to' AND invalid_reason IS NULL";
  // The table may be there without rows, as in exports made without Athena's vocabularies.
  const some = await database.all(`SELECT 1 FROM concept_relationship WHERE ${mapsTo} LIMIT 1`);
  if (some.length === 0) throw new NoMappingsError(where.get('person')!);
  const found = await database.all<Candidate>(`
    WITH wanted(kind, vocabulary_id) AS (VALUES ${vocabularies.join(', ')}),
    mapping AS (SELECT concept_id_1, concept_id_2 FROM concept_relationship WHERE ${mapsTo}),
    candidate AS (
      SELECT s.place, c.concept_code AS code, c.concept_name AS name, c.vocabulary_id AS vocabulary,
        count(*) OVER (PARTITION BY s.place) AS candidates,
        row_number() OVER (PARTITION BY s.place ORDER BY
          CASE WHEN c.concept_class_id LIKE '%nonbill%' THEN 1 ELSE 0 END,
          o.targets,
          CASE WHEN lower(c.concept_name) = lower(t.concept_name) THEN 0 ELSE 1 END,
          c.concept_code COLLATE "C") AS nth
      FROM source_codes s
      JOIN wanted w ON w.kind = s.kind
      JOIN concept t ON t.concept_id = s.concept
      JOIN mapping m ON m.concept_id_2 = s.concept
      JOIN concept c ON c.concept_id = m.concept_id_1 AND c.vocabulary_id = w.vocabulary_id AND c.invalid_reason IS NULL
      JOIN (SELECT concept_id_1, count(*) AS targets FROM mapping GROUP BY concept_id_1) o ON o.concept_id_1 = c.concept_id
    )
    SELECT place, code, name, vocabulary, candidates FROM candidate WHERE nth = 1`);
  const byPlace = new Map(found.map((candidate) => [Number(candidate.place), candidate]));
  return rows.map((row) => toCode(row, byPlace.get(Number(row.place)), options));
}

function toCode(row: CodeRow, found: Candidate | undefined, options: OmopReadOptions): SourceCode {
  const { kind } = row;
  const standard = `${row.code ?? `concept ${row.concept}`} ${row.name ?? ''}`.trim();
  if (!found) {
    const vocabulary = SOURCE_VOCABULARY[kind as EventKind];
    return {
      ...alike(row),
      code: { system: systemOfVocabulary(vocabulary), code: '' },
      notes: [],
      leftOut: { reason: `standard concept that no code of ${vocabulary} maps to`, detail: standard },
    };
  }
  const { code, name, vocabulary, candidates } = found;
  const read = looked({ system: systemOfVocabulary(vocabulary), code, name }, options);
  if (read.leftOut || Number(candidates) === 1) return { ...alike(row), ...read };
  const detail = `${standard}: ${candidates} codes of ${vocabulary} map to it, ${code} was taken`;
  const note = { reason: 'standard concept of several source codes', detail };
  return { ...alike(row), ...read, notes: [note, ...read.notes] };
}
