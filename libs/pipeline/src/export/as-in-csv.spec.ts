import { mkdirSync } from 'node:fs';
import type { PatientRecord } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { RecordsWriter } from '../cohort/records-file.ts';
import { ownFolder } from '../testing.ts';
import { asInCsv } from './as-in-csv.ts';
import { writeCsv } from './csv-export.ts';
import { readCsv } from './csv-records.ts';

const at = ownFolder();

it('what is read back from the tables is the record as in CSV, with times, values, answers, doses and panels left out', async () => {
  const panel = { system: 'http://loinc.org', code: '85354-9' };
  const record: PatientRecord = {
    id: 'a',
    sex: 'female',
    birthDate: '1970-01-01',
    encounters: [{ class: 'AMB', start: '2020-03-01', startTime: '08:00', end: '2020-03-01', endTime: '08:30' }],
    events: [
      {
        kind: 'measurement',
        code: { system: 'http://loinc.org', code: '8480-6' },
        start: '2020-03-01',
        startTime: '08:10',
        encounter: 0,
        quantity: { value: 120, unit: 'mm[Hg]' },
        panel,
      },
      { kind: 'measurement', code: panel, start: '2020-03-01', answer: { system: 'urn:a', code: 'yes' } },
      {
        kind: 'drug',
        code: { system: 'urn:drug', code: 'x', display: 'X' },
        start: '2020-03-01',
        end: '2020-04-01',
        dose: { value: 5, unit: 'mg' },
      },
    ],
  };
  const writer = new RecordsWriter(at('records.ndjson.gz'));
  await writer.write(record);
  await writer.close();
  mkdirSync(at('csv'));
  await writeCsv(at('records.ndjson.gz'), at('csv'));
  const found = [];
  for await (const own of readCsv(at('csv'))) found.push(asInCsv(own));
  expect(found).toEqual([asInCsv(record)]);
  expect(JSON.stringify(found)).not.toMatch(/08:|120|yes|"dose|panel/);
});
