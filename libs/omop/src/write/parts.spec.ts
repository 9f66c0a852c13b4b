import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CodedEvent, type PatientRecord, System } from '@ehrsynth/records';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import type { Row } from '../cdm/own-concepts.ts';
import { plainName, TABLES } from '../cdm/tables.ts';
import { Athena, ATHENA_FILE, copyPartOfAthena, importAthena, writeOmop } from '../index.ts';
import { ATHENA_VERSION, writeAthena } from '../testing/athena.ts';
import { recordArbitrary } from '../testing/records.ts';
import { CdmPart, type FirstSeen, keyColumns, wholeCdm } from './parts.ts';

const folder = mkdtempSync(join(tmpdir(), 'parts-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function* each(records: PatientRecord[]) {
  yield* records;
}

/** Imported vocabularies: what parts have of them, all, and their file. */
interface Vocabularies {
  part?: Athena;
  all?: Athena;
  file?: string;
}

/** The tables of parts put together, as Spark does. */
async function together(parts: PatientRecord[][], { part: ofPart, all }: Vocabularies): Promise<Map<string, Row[]>> {
  const rows = new Map<string, Row[]>(Object.keys(TABLES).map((table) => [table, []]));
  const before: Record<string, number> = {};
  const first = new Map<string, FirstSeen>();
  for (const records of parts) {
    const part = new CdmPart(ofPart);
    for (const record of records) {
      const written = await part.rowsOf(record);
      for (const seen of written.first) if (!first.has(seen.key)) first.set(seen.key, seen);
      for (const [table, row] of written.rows) {
        const moved = { ...row };
        for (const [column, of] of keyColumns(table))
          if (moved[column] !== undefined) moved[column] = Number(moved[column]) + (before[of] ?? 0);
        rows.get(table)!.push(moved);
      }
    }
    for (const [table, last] of Object.entries(part.lastKeys())) before[table] = (before[table] ?? 0) + last;
  }
  const whole = await wholeCdm([...new Set([...first.values()].map(({ event }) => event))], '2026-01-01', all);
  const ids = new Map(whole.ids);
  for (const some of rows.values())
    for (const row of some)
      for (const [column, value] of Object.entries(row)) row[column] = ids.get(value as number) ?? value;
  for (const [table, row] of whole.rows) rows.get(table)!.push(row);
  return rows;
}

/** The tables of three parts are those of all records. */
async function expectWhole(records: PatientRecord[], vocabularies: Vocabularies = {}): Promise<Map<string, Row[]>> {
  const out = mkdtempSync(join(folder, 'whole-'));
  await writeOmop(each(records), out, { format: 'csv', today: '2026-01-01', athena: vocabularies.file });
  const parts = await together([records.slice(0, 7), [], records.slice(7, 8), records.slice(8)], vocabularies);
  for (const { name, columns } of Object.values(TABLES)) {
    const names = columns.map((column) => plainName(column.name));
    const written: string[][] = parse(readFileSync(join(out, `${name}.csv`)));
    const found = parts.get(name)!.map((row) => names.map((column) => String(row[column] ?? '')));
    expect([name, ...found]).toEqual([name, ...written.slice(1)]);
  }
  return parts;
}

function someRecords(): PatientRecord[] {
  const distinct = { selector: ({ id }: PatientRecord) => id, minLength: 40, maxLength: 40 };
  return fc.sample(fc.uniqueArray(recordArbitrary, distinct), { numRuns: 1, seed: 9 })[0];
}

it('parts of a CDM are the whole one when their keys are counted on and what each saw first is known', async () => {
  const parts = await expectWhole(someRecords());
  expect(parts.get('measurement')!.length).toBeGreaterThan(10);
  const own = parts.get('concept')!.filter((row) => Number(row.concept_id) >= 2_000_000_000);
  expect(own.length).toBeGreaterThan(5);
});

it('with the part of imported vocabularies that the codes need, they are the whole one with all of them', async () => {
  const [file, small] = [join(folder, 'all.duckdb'), join(folder, ATHENA_FILE)];
  await importAthena(writeAthena(join(folder, 'download')), file);
  await copyPartOfAthena(file, small, new Set(['E11.65', 'Z79.4', '68180051301', '4548-4', '710815001']));
  const [all, part] = [(await Athena.open(file))!, (await Athena.open(small))!];
  try {
    expect(await part.map([{ vocabulary: 'ICD10CM', code: 'I10' }])).toEqual([undefined]);
    const event = (kind: CodedEvent['kind'], system: string, code: string): CodedEvent => ({
      ...{ kind, code: { system, code }, start: '2020-02-03' },
      ...(kind === 'measurement' && { quantity: { value: 6.1, unit: '%' } }),
    });
    const events = [
      event('condition', System.icd10cm, 'E11.65'),
      event('condition', System.icd10cm, 'Z79.4'),
      event('drug', System.ndc, '68180051301'),
      event('measurement', System.loinc, '4548-4'),
      event('condition', 'urn:own', 'A'),
    ];
    const records = someRecords()
      .slice(0, 12)
      .map(({ id, sex, birthDate }, i): PatientRecord => {
        return { id, sex, birthDate: birthDate ?? '1960-01-01', encounters: [], events: events.slice(0, 1 + (i % 5)) };
      });
    const parts = await expectWhole(records, { part, all, file });
    // Two standard concepts of one code, one that belongs to another table, and the era of an ingredient.
    const of = (table: string, column: string) => new Set(parts.get(table)!.map((row) => row[column]));
    expect(of('condition_occurrence', 'condition_concept_id')).toEqual(new Set([201826, 443238, 0]));
    expect(of('observation', 'observation_concept_id')).toEqual(new Set([1340204]));
    expect(of('drug_era', 'drug_concept_id')).toEqual(new Set([1503297]));
    expect(parts.get('cdm_source')![0].vocabulary_version).toBe(ATHENA_VERSION);
  } finally {
    await all.close();
    await part.close();
  }
});
