import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { Rng } from '@ehrsynth/random';
import { faultyValue, type Field, fieldsOf } from './faulty-values.ts';
import { conceptsFor, type OfConcept } from './faulty-concepts.ts';
import { today } from './own-export.ts';

/**
 * values: every table has rows, every field faults. gaps: the same with tables and fields missing or empty. texts: numbers that are
 * texts. none: no rows at all.
 */
export const FAULTS = ['values', 'gaps', 'texts', 'none'] as const;
export type Faults = (typeof FAULTS)[number];

const ROWS = 120;
/** Rows of each check on concepts. */
const ROWS_A_CONCEPT = 6;
const WITHOUT_ROWS = ['drug_exposure', 'location', 'observation', 'dose_era', 'drug_strength', 'cost'];
const MISSING_TABLES = ['note_nlp', 'visit_detail', 'condition_era', 'episode', 'cohort_definition', 'provider'];
const MISSING_FIELDS = [
  'measurement.unit_concept_id',
  'condition_occurrence.condition_source_value',
  'device_exposure.visit_occurrence_id',
  'procedure_occurrence.procedure_end_date',
  'specimen.unit_concept_id',
];
const EMPTY_FIELDS = [
  'measurement.value_as_number',
  'condition_occurrence.condition_end_date',
  'procedure_occurrence.procedure_source_value',
  'note.visit_occurrence_id',
  'person.location_id',
  'death.death_datetime',
];
const TEXTS = [
  'condition_occurrence.condition_status_concept_id',
  'measurement.provider_id',
  'care_site.location_id',
  'drug_exposure.refills',
];

/** The dashboard's files that say which fields a CDM has and which concepts are checked. */
export interface LevelFiles {
  /** Of fields; a table that the first does not have is taken from the next. */
  fields: string[];
  concepts: string;
}

/**
 * A CDM with faults of every kind, drawn by a seed; gives the path of its DuckDB file. Tables, fields and types are the official
 * ones; keys and NOT NULL are left out so that faults can be put in.
 * @param version 5.3 or 5.4, for cdm_source
 */
export async function makeFaulty(folder: string, faults: Faults, version: string, files: LevelFiles): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'faulty.duckdb');
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  try {
    const fields = await fieldsOf(connection, files.fields);
    const ofConcepts = await conceptsFor(connection, files.concepts);
    for (const table of tablesOf(fields)) {
      const columns = fields.filter((field) => field.table === table).map(({ name, type }) => `"${name}" ${type}`);
      await connection.run(`CREATE TABLE ${table} (${columns.join(', ')})`);
    }
    await connection.run(
      `INSERT INTO cdm_source (cdm_source_name, cdm_version, cdm_release_date) VALUES ('Faults', 'v${version}', DATE '${today()}')`,
    );
    if (faults !== 'none') await fill(connection, fields, ofConcepts);
    if (faults === 'gaps') await makeGaps(connection, fields);
    if (faults === 'texts') await makeTexts(connection, fields);
    return path;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function tablesOf(fields: Field[]): string[] {
  return [...new Set(fields.map(({ table }) => table))];
}

async function fill(connection: DuckDBConnection, fields: Field[], ofConcepts: OfConcept): Promise<void> {
  await ofConcepts.writeVocabularies();
  for (const table of tablesOf(fields)) {
    if (ofConcepts.written.has(table)) continue;
    const own = fields.filter((field) => field.table === table);
    const rng = new Rng(1).fork(table);
    const special = ofConcepts.rows(table, ROWS_A_CONCEPT, rng);
    const count = table === 'cdm_source' ? 0 : ROWS;
    const rows = [...Array.from({ length: count }, () => ({})), ...special].map((given: Record<string, string>, i) =>
      own.map((field) => given[field.name] ?? faultyValue(field, i, rng, ofConcepts)),
    );
    if (rows.length > 0)
      await connection.run(
        `INSERT INTO ${table} (${own.map(({ name }) => `"${name}"`).join(', ')}) VALUES ${rows.map((row) => `(${row.join(', ')})`).join(', ')}`,
      );
  }
}

async function makeGaps(connection: DuckDBConnection, fields: Field[]): Promise<void> {
  const tables = new Set(tablesOf(fields));
  for (const table of MISSING_TABLES) await connection.run(`DROP TABLE IF EXISTS ${table}`);
  for (const table of WITHOUT_ROWS.filter((table) => tables.has(table))) await connection.run(`DELETE FROM ${table}`);
  for (const { table, name } of among(fields, MISSING_FIELDS))
    await connection.run(`ALTER TABLE ${table} DROP COLUMN ${name}`);
  for (const { table, name } of among(fields, EMPTY_FIELDS)) await connection.run(`UPDATE ${table} SET ${name} = NULL`);
}

async function makeTexts(connection: DuckDBConnection, fields: Field[]): Promise<void> {
  for (const { table, name } of among(fields, TEXTS)) {
    await connection.run(`ALTER TABLE ${table} ALTER ${name} TYPE VARCHAR`);
    await connection.run(
      `UPDATE ${table} SET ${name} = CASE rowid % 5 WHEN 0 THEN 'x' WHEN 1 THEN '1.5' ELSE ${name} END`,
    );
  }
}

/** Those of the fields that the CDM's version has. */
function among(fields: Field[], names: string[]): Field[] {
  return fields.filter(({ table, name }) => names.includes(`${table}.${name}`));
}
