import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Code, type CodedEvent, type EventKind, type PatientRecord, System, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import pg from 'pg';
import { afterAll, expect, it } from 'vitest';
import { openDatabase } from '@ehrsynth/duckdb';
import { importAthena, readOmop, writeOmop } from '../index.ts';
import { writeAthena } from '../testing/athena.ts';
import { startPostgres } from '../testing/postgres.ts';

const vocabulary = new Vocabulary();
const kinds: EventKind[] = ['condition', 'drug', 'procedure', 'measurement'];
const work = mkdtempSync(join(tmpdir(), 'concepts-'));
const server = await startPostgres();
afterAll(async () => {
  rmSync(work, { recursive: true });
  await server?.stop();
});
let count = 0;
const folder = () => {
  const path = join(work, String(++count));
  mkdirSync(path);
  return path;
};

function patient(codes: Code[]): PatientRecord {
  const events = codes.map((code): CodedEvent => ({ kind: 'condition', code, start: '2010-01-01' }));
  return { id: 'a', sex: 'male', birthDate: '1960-01-01', encounters: [], events };
}
async function* stream(record: PatientRecord) {
  yield record;
}
async function codesIn(path: string, schema?: string): Promise<string[]> {
  const codes: string[] = [];
  for await (const { events } of readOmop(path, { vocabulary, kinds, schema }, new Tally()))
    codes.push(...events.map(({ kind, code }) => `${kind} ${code.system} ${code.code}`));
  return codes.sort();
}
async function rows(path: string, sql: string): Promise<unknown[][]> {
  const database = await openDatabase();
  const all = await database.all<object>(
    sql.replace(/\b(concept|vocabulary)\.csv/g, (file) => `read_csv('${join(path, file)}', all_varchar = true)`),
  );
  await database.close();
  return all.map((row) => Object.values(row));
}
const SITE = 'http://hospital.example/codes';

it("gives systems their vocabulary's id, and those that have none an id of their own", async () => {
  const path = folder();
  const codes = [
    System.icd10cm,
    'http://hl7.org/fhir/sid/icd-10',
    'urn:ohdsi:vocabulary:OMOP%20Extension',
    SITE,
    `${SITE}/2`,
    `urn:ohdsi:vocabulary:${'x'.repeat(21)}`,
  ];
  const { lost } = await writeOmop(stream(patient(codes.map((system) => ({ system, code: 'E11.9' })))), path, {
    format: 'csv',
    today: '2026-01-01',
  });
  expect(lost.size).toBe(0);
  const ids = (
    await rows(path, "SELECT vocabulary_id FROM concept.csv WHERE concept_class_id = 'Source code' ORDER BY concept_id")
  ).map(([id]) => String(id));
  expect(ids.slice(0, 3)).toEqual(['ICD10CM', 'ICD10', 'OMOP Extension']);
  expect(new Set(ids).size).toBe(6);
  for (const id of ids.slice(3)) expect(id).toMatch(/^ehrsynth \w{11}$/);
  expect(await codesIn(path)).toEqual(codes.map((system) => `condition ${system} E11.9`).sort());
});

it('cuts what is longer than its column at a character, and counts it', async () => {
  const path = folder();
  const display = `${'é'.repeat(254)}😀😀`;
  const { lost } = await writeOmop(
    stream(
      patient([
        { system: `http://x.example/${'y'.repeat(300)}`, code: 'x', display },
        { system: SITE, code: 'z', display: display.slice(0, -2) },
      ]),
    ),
    path,
    { format: 'csv', today: '2026-01-01' },
  );
  expect(Object.fromEntries(lost)).toEqual({
    'concept_name cut to 255 characters': 1,
    'vocabulary_name cut to 255 characters': 1,
    'vocabulary_reference cut to 255 characters': 1,
  });
  expect(
    await rows(path, "SELECT concept_name FROM concept.csv WHERE concept_code IN ('x', 'z') ORDER BY concept_code"),
  ).toEqual([[display.slice(0, -2)], [display.slice(0, -2)]]);
});

it("imports Athena's names of any length, and cuts them where a load would fail", async () => {
  const download = writeAthena(folder());
  const name = 'n'.repeat(400);
  appendFileSync(join(download, 'CONCEPT.csv'), `99\t${name}\tCondition\tICD10CM\tcode\t\tI11\t19700101\t20991231\t\n`);
  const athena = join(folder(), 'athena.duckdb');
  expect((await importAthena(download, athena)).concepts).toBe(20);
  const record = patient([{ system: System.icd10cm, code: 'I11' }]);
  const cut = { 'concept_name cut to 255 characters': 1 };
  const path = folder();
  const { lost } = await writeOmop(stream(record), path, { format: 'parquet', today: '2026-01-01', athena });
  expect(Object.fromEntries(lost)).toEqual(cut);
  if (!server) return;
  const format = { url: server.url, schema: 'names' };
  const loaded = await writeOmop(stream(record), undefined, { format, today: '2026-01-01', athena });
  expect(Object.fromEntries(loaded.lost)).toEqual(cut);
  expect(await codesIn(server.url, 'names')).toEqual([`condition ${System.icd10cm} I11`]);
});

it.skipIf(!server)('keeps the systems of several exports into one schema apart', async () => {
  const load = (systems: string[]) =>
    writeOmop(stream(patient(systems.map((system) => ({ system, code: 'A1' })))), undefined, {
      format: { url: server!.url, schema: 'several', replace: true },
      today: '2026-01-01',
    });
  await load([SITE, `${SITE}/2`]);
  await load([`${SITE}/2`, `${SITE}/3`]);
  expect(await codesIn(server!.url, 'several')).toEqual([`condition ${SITE}/2 A1`, `condition ${SITE}/3 A1`]);
  const client = new pg.Client({ connectionString: server!.url });
  await client.connect();
  const { rows: kept } = await client.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM several.vocabulary WHERE vocabulary_id LIKE 'ehrsynth %'",
  );
  await client.end();
  expect(kept[0].n).toBe(3);
});
