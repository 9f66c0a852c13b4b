import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase, quote } from '@ehrsynth/duckdb';
import { COMMAND } from './works.ts';

/** Tables that a cohort of codes is made of; simulated patients have about 60 rows in those of events. */
const TABLES = [
  'person',
  'death',
  'visit_occurrence',
  'condition_occurrence',
  'drug_exposure',
  'procedure_occurrence',
  'concept',
  'vocabulary',
];
/** Of years that are recorded: so that there are about 60 events of each patient. */
const YEARS = '8';
/** Between the ids of two copies of a patient. */
const APART = 1_000_000_000_000;

/**
 * A folder of OMOP in Parquet with so many patients, made where it is not there yet: simulated ones, and beyond `base` copies of them
 * with other ids. So codes do not become more with the patients; in a real source they do, and slowly.
 */
export async function patientsIn(data: string, patients: number, base: number): Promise<string> {
  const folder = join(data, `omop-${patients}`);
  if (existsSync(folder)) return folder;
  mkdirSync(data, { recursive: true });
  if (patients <= base) {
    const made = `${folder}.coming`;
    rmSync(made, { recursive: true, force: true });
    const args = [COMMAND, 'simulate', '-n', String(patients), '--years', YEARS, '--omop', 'parquet', '-o', made];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`simulate failed:\n${stderr}`);
    renameSync(made, folder);
    return folder;
  }
  const from = await patientsIn(data, base, base);
  const coming = `${folder}.coming`;
  rmSync(coming, { recursive: true, force: true });
  mkdirSync(coming);
  const database = await openDatabase(':memory:', { workFolder: data });
  try {
    for (const table of TABLES) await copyTable(table);
  } finally {
    await database.close();
  }
  renameSync(coming, folder);
  return folder;

  async function copyTable(table: string): Promise<void> {
    const path = join(from, `${table}.parquet`);
    if (!existsSync(path)) return;
    const source = `read_parquet(${quote(path)})`;
    const columns = await database.all<{ column_name: string }>(`DESCRIBE SELECT * FROM ${source}`);
    const names = columns.map(({ column_name }) => column_name);
    const isOfPatients = names.includes('person_id');
    const ids = names.filter((name) => /_id$/.test(name) && !/concept_id$/.test(name));
    const changed = ids.map((name) => `CAST(${name} AS BIGINT) + ${APART} * copy AS ${name}`);
    if (table === 'person') changed.push("person_source_value || '-' || copy AS person_source_value");
    const copies = Math.ceil(patients / base);
    const whole = isOfPatients
      ? `SELECT * EXCLUDE (copy) REPLACE (${changed.join(', ')}) FROM ${source}, range(${copies}) c(copy)`
      : `SELECT * FROM ${source}`;
    await database.run(
      `COPY (${whole}) TO ${quote(join(coming, `${table}.parquet`))} (FORMAT parquet, ROW_GROUP_SIZE 200000)`,
    );
  }
}

/** Tables of a folder that `patientsIn` made, with their files. */
export function tablesOf(folder: string): { table: string; path: string }[] {
  return TABLES.map((table) => ({ table, path: join(folder, `${table}.parquet`) })).filter(({ path }) =>
    existsSync(path),
  );
}
