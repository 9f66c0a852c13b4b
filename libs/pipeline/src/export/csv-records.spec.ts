import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PatientRecord, System } from '@ehrsynth/records';
import { simulatePatients } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';
import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CsvOptions, writeCsv } from './csv-export.ts';
import { readCsv } from './csv-records.ts';
import { RecordsWriter } from '../cohort/records-file.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'csv-'))));
afterAll(() => rmSync(folder, { recursive: true }));

async function throughCsv(records: Iterable<PatientRecord>, options: CsvOptions = {}): Promise<PatientRecord[]> {
  const path = join(folder, 'records.ndjson.gz');
  const writer = new RecordsWriter(path);
  for (const record of records) await writer.write(record);
  await writer.close();
  await writeCsv(path, folder, options);
  return readBack(options);
}

async function readBack(options: CsvOptions = {}): Promise<PatientRecord[]> {
  const found: PatientRecord[] = [];
  for await (const record of readCsv(folder, options)) found.push(record);
  return found;
}

/** As JSON has it: what is not there is left out. */
const plain = (records: PatientRecord[]) => JSON.parse(JSON.stringify(records)) as PatientRecord[];

describe('CSV tables read back', () => {
  it('are the records that were written, but for ends of events and quantities', async () => {
    const records = [...simulatePatients({ patients: 40, seed: 2 }, new Vocabulary())];
    const without = records.map((record) => ({
      ...record,
      events: record.events.map((event) => ({ ...event, end: undefined, quantity: undefined })),
    }));
    expect(plain(await throughCsv(records))).toEqual(plain(without));
  });

  it('whatever stands in a text, and where a patient has nothing', async () => {
    const records: PatientRecord[] = [
      { id: 'a,"b"', sex: 'unknown', encounters: [], events: [] },
      {
        id: 'c\nd',
        sex: 'other',
        race: '2028-9',
        encounters: [{ class: 'AMB', start: '2020-01-02' }],
        events: [
          {
            kind: 'condition',
            code: { system: System.icd10cm, code: 'I10', display: 'High, "very"\nhigh' },
            encounter: 0,
            active: false,
          },
        ],
      },
    ];
    expect(plain(await throughCsv(records))).toEqual(records);
  });

  it('whatever the texts, they come back, and no cell begins a formula unless it was asked for', async () => {
    const part = fc.constantFrom(
      "'",
      '=',
      '+',
      '-',
      '@',
      '\t',
      '\r',
      '\n',
      '"',
      ',',
      ';',
      ' ',
      'a',
      '\u001b',
      '\0',
      '＝',
      'é',
    );
    const text = fc.oneof(
      fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')),
      fc.string({ unit: 'grapheme', minLength: 1 }),
    );
    const record = fc.record({ id: text, display: text, code: text });
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 20 }), fc.boolean(), async (all, raw) => {
        const records = all.map(({ id, code, display }, i): PatientRecord => ({
          id: `${id}${i}`,
          sex: 'female',
          encounters: [],
          events: [{ kind: 'condition', code: { system: 'urn:x', code, display } }],
        }));
        expect(plain(await throughCsv(records, { raw }))).toEqual(records);
        const cells = ['patients', 'events'].flatMap((name) =>
          (parse(readFileSync(join(folder, `${name}.csv`)), { record_delimiter: '\n' }) as string[][]).flat(),
        );
        const formulas = cells.filter((cell) => /^(?:[\t\r\n]|\s*[=+\-@＝])/.test(cell));
        if (!raw) expect(formulas).toEqual([]);
        else expect(cells).toEqual(expect.arrayContaining(all.map(({ code }) => code)));
      }),
      { numRuns: 60 },
    );
  });

  it('a row of no patient is an error, and so is one that says nothing known', async () => {
    await throughCsv(simulatePatients({ patients: 3, seed: 2 }, new Vocabulary()));
    const path = join(folder, 'encounters.csv');
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, `${before}nobody,0,AMB,2020-01-01,\n`);
    await expect(readBack()).rejects.toThrow(/encounters\.csv, line \d+/);
    writeFileSync(path, before);
    const patients = join(folder, 'patients.csv');
    writeFileSync(patients, readFileSync(patients, 'utf8').replace(/,(fe)?male,/, ',mail,'));
    await expect(readBack()).rejects.toThrow(/patients\.csv, line 2/);
  });
});
