import { System } from '@ehrsynth/records';
import { quote } from '@ehrsynth/duckdb';
import type { OmopReadOptions } from './options.ts';
import { type Source, update } from './source.ts';

/** Begins as codes of ICD-10-CM do, and is no code of HCPCS: a letter and four digits. DuckDB wants the whole text matched. */
const MAY_BE = "source ~ '^ *[A-TV-Za-tv-z][0-9].*$' AND NOT source ~ '^ *[A-Za-z][0-9][0-9][0-9][0-9] *$'";

/**
 * Makes conditions in the table `event_codes` of observations whose source value, without a known concept, is a code of ICD-10-CM by
 * the dictionary: analysts put what a code's standard concept makes an observation (Z79.4) beside what was observed.
 */
export async function findObservedDiagnoses(
  { database }: Source,
  { vocabulary }: Pick<OmopReadOptions, 'vocabulary'>,
): Promise<void> {
  const isUnknown = `tab = 'observation' AND kind = 'measurement' AND ${MAY_BE} AND concept NOT IN (SELECT concept_id FROM used_concepts)`;
  const values = await database.all<{ source: string }>(
    `SELECT DISTINCT source FROM event_codes WHERE ${isUnknown} ORDER BY source`,
  );
  const diagnoses = values.filter(({ source }) => isDiagnosis(source.trim(), vocabulary));
  if (diagnoses.length === 0) return;
  const isDiagnosed = `source IN (${diagnoses.map(({ source }) => quote(source)).join(', ')})`;
  await update(database, 'event_codes', { kind: "'condition'" }, `${isUnknown} AND ${isDiagnosed}`);
}

function isDiagnosis(text: string, vocabulary: OmopReadOptions['vocabulary']): boolean {
  return vocabulary.find(System.icd10cm, vocabulary.canonical(System.icd10cm, text)) !== undefined;
}
