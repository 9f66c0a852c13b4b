import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { System } from '@ehrsynth/records';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkOmop } from '../check/check-omop.ts';
import { ATHENA_FILE, importAthena } from '../index.ts';
import { writeAthena } from '../testing/athena.ts';
import { IMPORTED } from '../read/imported.ts';
import { ask, startPostgres } from '../testing/postgres.ts';
import { readAll } from '../testing/reading.ts';

const folder = mkdtempSync(join(tmpdir(), 'imported-'));
const athena = join(folder, ATHENA_FILE);
const file = join(folder, 'cdm.duckdb');
const server = await startPostgres();
const sql = (text: string) => ask(server!.url, text);
beforeAll(() => importAthena(writeAthena(join(folder, 'download')), athena));
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true });
});

/** In both dialects: codes of the hospital's own, and concepts that only the vocabularies know. */
const DATA = `
  CREATE TABLE person (person_id INTEGER, gender_concept_id INTEGER, year_of_birth INTEGER);
  INSERT INTO person VALUES (1, 8507, 1980);
  CREATE TABLE condition_occurrence (person_id INTEGER, condition_start_date DATE, condition_source_value VARCHAR, condition_concept_id INTEGER, condition_source_concept_id INTEGER);
  INSERT INTO condition_occurrence VALUES (1, '2020-01-01', 'local-17', 201826, 45533017), (1, '2020-01-02', 'local-18', 320128, 35207668);
  CREATE TABLE drug_exposure (person_id INTEGER, drug_exposure_start_date DATE, drug_source_value VARCHAR, drug_concept_id INTEGER, drug_source_concept_id INTEGER);
  INSERT INTO drug_exposure VALUES (1, '2020-01-03', 'local-19', 40164929, 45068283), (1, '2020-01-04', 'local-20', 1503297, 0)`;
const CONCEPT = 'concept (concept_id INTEGER, concept_name VARCHAR, vocabulary_id VARCHAR, concept_code VARCHAR)';
/** The hospital's own idea of one of the concepts. */
const OWN = `CREATE TABLE ${CONCEPT}; INSERT INTO concept VALUES (35207668, 'Our hypertension', 'ICD10CM', 'I11.9');
  CREATE TABLE vocabulary (vocabulary_id VARCHAR, vocabulary_version VARCHAR); INSERT INTO vocabulary VALUES ('None', 'v5.0 01-JAN-20')`;

const HINT = 'vocabulary tables not read, in another schema: --vocabulary-schema vocab';

async function ofFile(...statements: string[]): Promise<string> {
  rmSync(file, { force: true });
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  for (const statement of [DATA, ...statements]) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
  return file;
}

/** Schemas anew, with the data in the first. */
async function ofServer(...statements: string[]): Promise<string> {
  await sql('DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS vocab CASCADE');
  for (const statement of [DATA, ...statements]) await sql(statement);
  return server!.url;
}

async function codesOf(source: string, options: Parameters<typeof readAll>[1] = {}) {
  const { records, tally } = await readAll(source, { athena, ...options });
  const codes = records[0].events.map(({ code }) => `${code.system} ${code.code}`);
  return { codes, skipped: tally.skipped, notes: Object.fromEntries(tally.notes) };
}

describe.skipIf(!server)('the imported vocabularies on a server', () => {
  const states: [name: string, made: string[]][] = [
    ['no vocabulary tables', []],
    ['a concept table without rows', [`CREATE TABLE ${CONCEPT}`]],
    ['vocabulary tables of its own', [OWN]],
  ];
  it.each(
    states.flatMap(([name, made]) => (['source', 'mapped'] as const).map((codes) => [codes, name, made] as const)),
  )('give the same %s codes as in files where there are %s', async (codes, _, made) => {
    const local = await codesOf(await ofFile(...made), { codes });
    const remote = await codesOf(await ofServer(...made), { codes });
    expect(remote).toEqual(local);
    expect(remote.codes.length).toBeGreaterThan(1);
  });

  it('name the codes of concepts that the data alone does not know', async () => {
    expect((await codesOf(await ofServer())).codes.slice(0, 3)).toEqual([
      `${System.icd10cm} E11.65`,
      `${System.icd10cm} I10`,
      `${System.ndc} 68180051301`,
    ]);
    expect((await codesOf(await ofServer(OWN))).codes).toContain(`${System.icd10cm} I11.9`);
    const mapped = await codesOf(await ofServer(OWN), { codes: 'mapped' });
    expect(mapped.codes.slice(0, 2)).toEqual([`${System.icd10cm} E11.9`, `${System.icd10cm} I10`]);
    expect(mapped.notes['vocabulary of another version']).toBe(1);
  });

  it('leave nothing on the server', async () => {
    await codesOf(await ofServer());
    const left = "SELECT relname FROM pg_class WHERE relname IN ('concept', 'vocabulary', 'concept_relationship')";
    expect(await sql(left)).toEqual([]);
  });

  it('are not asked where the user names the schema of the vocabulary tables', async () => {
    const url = await ofServer('CREATE SCHEMA vocab; SET search_path = vocab; ' + OWN);
    const { notes, codes } = await codesOf(url);
    expect(codes).toContain(`${System.icd10cm} I10`);
    expect(notes[HINT]).toBe(1);
    const own = await codesOf(url, { vocabularySchema: 'vocab' });
    expect(own.codes).toContain(`${System.icd10cm} I11.9`);
    expect(own.notes[HINT]).toBeUndefined();
    await expect(codesOf(url, { vocabularySchema: 'vocabs' })).rejects.toThrow(
      /The schema vocabs does not exist[\s\S]*schema vocabs[\s\S]*--vocabulary-schema vocab$/,
    );
  });

  it('count the same in the checks as in files', async () => {
    const check = async (source: string) =>
      (await checkOmop(source, { athena, today: '2026-01-01' })).results
        .filter(({ name, table }) => name !== 'cdmDatatype' && !Object.hasOwn(IMPORTED, table))
        .map(({ name, table, field, violations, rows, error }) => ({
          name,
          table,
          field,
          violations,
          rows,
          error,
        }));
    const remote = await check(await ofServer());
    expect(remote).toEqual(await check(await ofFile()));
    expect(remote.filter(({ error }) => error && !/^The table \w+ is missing|has no field/.test(error))).toEqual([]);
    // 8507 is not in the small download, all concepts of the events are.
    const missing = remote.filter(({ name, violations }) => name === 'isForeignKey' && violations > 0);
    expect(missing.map(({ field }) => field)).toEqual(['gender_concept_id']);
  });
});
