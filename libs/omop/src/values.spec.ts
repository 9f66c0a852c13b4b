import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventKind, type PatientRecord, System, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKS, checkOmop, DATABASE, type OmopOptions, readOmop, writeOmop } from './index.ts';
import { startPostgres } from './testing/postgres.ts';
import { plainEvents, valuedRecord } from './testing/valued-records.ts';

const vocabulary = new Vocabulary();
const server = await startPostgres();
let work: string;
let count = 0;
beforeAll(() => (work = mkdtempSync(join(tmpdir(), 'values-'))));
afterAll(async () => {
  rmSync(work, { recursive: true });
  await server?.stop();
});

async function write(record: PatientRecord, format: OmopOptions['format'], folder?: string) {
  const stream = (async function* () {
    yield record;
  })();
  return writeOmop(stream, folder, { format, today: '2026-01-01' });
}

async function read(
  path: string,
  { tally = new Tally(), schema }: { tally?: Tally; schema?: string } = {},
): Promise<PatientRecord[]> {
  const records: PatientRecord[] = [];
  for await (const record of readOmop(path, { vocabulary, kinds: EventKind.options, schema }, tally))
    records.push(record);
  return records;
}

function newFolder(): string {
  const folder = join(work, String(++count));
  mkdirSync(folder);
  return folder;
}

describe('values', () => {
  it.each(['csv', 'parquet', 'duckdb'] as const)('come back from %s as they were', async (format) => {
    await fc.assert(
      fc.asyncProperty(valuedRecord, async (record) => {
        const folder = newFolder();
        const { lost } = await write(record, format, folder);
        expect(Object.fromEntries(lost)).toEqual({});
        const tally = new Tally('stop');
        const [back] = await read(format === 'duckdb' ? join(folder, DATABASE) : folder, { tally });
        expect(plainEvents(back)).toEqual(plainEvents(record));
        expect([...tally.notes.keys()].filter((reason) => !/not read$/.test(reason))).toEqual([]);
      }),
      { numRuns: 2, endOnFailure: true },
    );
  });

  it.skipIf(!server)('come back from PostgreSQL as they were', async () => {
    await fc.assert(
      fc.asyncProperty(valuedRecord, async (record) => {
        const schema = `values_${++count}`;
        await write(record, { url: server!.url, schema });
        const [back] = await read(server!.url, { schema });
        expect(plainEvents(back)).toEqual(plainEvents(record));
      }),
      { numRuns: 2, endOnFailure: true },
    );
  });

  it('break none of the rules of the CDM', async () => {
    const folder = newFolder();
    const [record] = fc.sample(valuedRecord, { numRuns: 1, seed: 3 });
    const { rows } = await write(record, 'csv', folder);
    expect(rows.get('measurement')).toBeGreaterThan(0);
    const { results } = await checkOmop(folder, { today: '2026-01-01' });
    const conformance = results.filter(({ name }) => CHECKS[name][2] === 'Conformance');
    const checked = conformance.filter(({ field, rows: count }) => field === 'unit_concept_id' && count > 0);
    expect(checked.map(({ name }) => name)).toContain('isStandardValidConcept');
    expect(conformance.filter(({ hasFailed }) => hasFailed)).toEqual([]);
  });

  it('are counted where a table has no column for them', async () => {
    const record: PatientRecord = {
      id: 'a',
      sex: 'female',
      birthDate: '1960-01-02',
      encounters: [],
      events: [
        {
          kind: 'procedure',
          code: { system: System.icd10pcs, code: '0DTJ4ZZ' },
          start: '2010-01-02',
          quantity: { value: 2.5, unit: 'h' },
        },
        {
          kind: 'drug',
          code: { system: System.ndc, code: '68180051301' },
          start: '2010-01-02',
          answer: { system: System.loinc, code: 'LA6576-8' },
          daysSupply: 2 ** 40,
          route: { code: { system: 'http://hospital.example/routes', code: 'PO/NG' } },
        },
        {
          kind: 'measurement',
          code: { system: System.loinc, code: '4548-4' },
          start: '2010-01-02',
          text: '𝒳'.repeat(51),
          quantity: { value: 1, unit: 'x', system: 'http://hospital.example/units', code: 'y' },
        },
        {
          kind: 'condition',
          code: { system: System.icd10cm, code: 'I10' },
          start: '2010-01-02',
          text: 'since 1999',
        },
      ],
    };
    const folder = newFolder();
    const { lost } = await write(record, 'csv', folder);
    expect(Object.fromEntries(lost)).toEqual({
      'number that a column of integers cannot hold': 2,
      'value that its table has no column for': 2,
      'route without a standard concept': 1,
      'unit without a standard concept': 1,
      'text of a value cut to its column': 1,
    });
    const [{ events }] = await read(folder);
    expect(events.map(({ text }) => text)).toEqual(expect.arrayContaining(['𝒳'.repeat(50), 'since 1999']));
    // The code of a route that has no concept is its source value.
    expect(events.find(({ kind }) => kind === 'drug')?.route).toEqual({ text: 'PO/NG' });
  });
});
