import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DATABASE, importAthena, readOmop, writeOmop } from '@ehrsynth/omop';
import { EventKind, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { today } from './own-export.ts';
import { withDatabase } from './query.ts';

const FILES: Record<string, string> = {
  vocabulary:
    'SELECT vocabulary_id, vocabulary_name, vocabulary_reference, vocabulary_version, vocabulary_concept_id FROM vocabulary',
  concept: 'SELECT * FROM concept',
  // Athena has a mapping to itself for each standard concept; a CDM that was cut to size may not.
  concept_relationship: `SELECT * FROM concept_relationship UNION ALL BY NAME
    SELECT concept_id AS concept_id_1, concept_id AS concept_id_2, 'Maps to' AS relationship_id, valid_start_date, valid_end_date, invalid_reason
    FROM concept c WHERE standard_concept = 'S' AND NOT EXISTS (SELECT 1 FROM concept_relationship r WHERE r.concept_id_1 = c.concept_id AND r.relationship_id = 'Maps to')`,
  concept_ancestor: 'SELECT * FROM concept_ancestor',
};

/** The vocabularies that a CDM carries with it, imported as a download from Athena would be; gives the file. */
export async function vocabulariesOf(cdm: string, folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  await withDatabase(cdm, async (query) => {
    for (const [table, sql] of Object.entries(FILES))
      await query(
        `COPY (${sql}) TO '${join(folder, table.toUpperCase())}.csv' (DELIMITER '\t', HEADER, QUOTE '', ESCAPE '', DATEFORMAT '%Y%m%d')`,
      );
  });
  const athena = join(folder, 'athena.duckdb');
  await importAthena(folder, athena);
  return athena;
}

/** A CDM read by `readOmop` and written by `writeOmop`; gives the DuckDB file and what was not read as it stands. */
export async function copyOf(cdm: string, folder: string, athena: string): Promise<{ path: string; tally: Tally }> {
  const tally = new Tally();
  const records = readOmop(
    cdm,
    { vocabulary: new Vocabulary(), kinds: EventKind.options, athena, keepUnknownCodes: true },
    tally,
  );
  await writeOmop(records, folder, { format: 'duckdb', today: today(), athena });
  return { path: join(folder, DATABASE), tally };
}
