import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PatientRecord } from '@ehrsynth/records';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import type { Row } from '../cdm/own-concepts.ts';
import { plainName, TABLES } from '../cdm/tables.ts';
import { writeOmop } from '../index.ts';
import { recordArbitrary } from '../testing/records.ts';
import { CdmPart, type FirstSeen, keyColumns, wholeCdm } from './parts.ts';

const folder = mkdtempSync(join(tmpdir(), 'parts-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function* each(records: PatientRecord[]) {
  yield* records;
}

/** The tables of parts put together, as Spark does. */
async function together(parts: PatientRecord[][]): Promise<Map<string, Row[]>> {
  const rows = new Map<string, Row[]>(Object.keys(TABLES).map((table) => [table, []]));
  const before: Record<string, number> = {};
  const first = new Map<string, FirstSeen>();
  for (const records of parts) {
    const part = new CdmPart();
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
  const whole = await wholeCdm([...new Set([...first.values()].map(({ event }) => event))], '2026-01-01');
  const ids = new Map(whole.ids);
  for (const some of rows.values())
    for (const row of some)
      for (const [column, value] of Object.entries(row)) row[column] = ids.get(value as number) ?? value;
  for (const [table, row] of whole.rows) rows.get(table)!.push(row);
  return rows;
}

it('parts of a CDM are the whole one when their keys are counted on and what each saw first is known', async () => {
  const distinct = { selector: ({ id }: PatientRecord) => id, minLength: 40, maxLength: 40 };
  const [records] = fc.sample(fc.uniqueArray(recordArbitrary, distinct), { numRuns: 1, seed: 9 });
  await writeOmop(each(records), folder, { format: 'csv', today: '2026-01-01' });
  const parts = await together([records.slice(0, 7), [], records.slice(7, 8), records.slice(8)]);
  for (const { name, columns } of Object.values(TABLES)) {
    const names = columns.map((column) => plainName(column.name));
    const written: string[][] = parse(readFileSync(join(folder, `${name}.csv`)));
    const found = parts.get(name)!.map((row) => names.map((column) => String(row[column] ?? '')));
    expect([name, ...found]).toEqual([name, ...written.slice(1)]);
  }
  expect(parts.get('measurement')!.length).toBeGreaterThan(10);
  const own = parts.get('concept')!.filter((row) => Number(row.concept_id) >= 2_000_000_000);
  expect(own.length).toBeGreaterThan(5);
});
