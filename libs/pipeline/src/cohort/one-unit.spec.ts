import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PatientRecord, System } from '@ehrsynth/records';
import { afterAll, expect, it } from 'vitest';
import { ingest } from './ingest.ts';
import { recordSource } from './record-source.ts';
import { readRecords } from './records-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'one-unit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const code = { system: System.loinc, code: '2345-7', display: 'Glucose' };
const patient = (i: number): PatientRecord => ({
  id: `p${i}`,
  sex: 'female',
  birthDate: '1980-01-01',
  encounters: [{ class: 'AMB', start: '2020-01-01', end: '2020-01-01' }],
  events: [
    i % 4 === 0
      ? {
          kind: 'measurement',
          code,
          start: '2020-01-01',
          encounter: 0,
          quantity: { value: 5.5, unit: 'mmol/L' },
        }
      : {
          kind: 'measurement',
          code,
          start: '2020-01-01',
          encounter: 0,
          quantity: { value: 100, unit: 'MG/DL' },
        },
  ],
});

it('a cohort holds the values of a code in the unit that most of its training values have', async () => {
  const out = join(folder, 'cohort');
  const records = Array.from({ length: 80 }, (_, i) => patient(i));
  const { units } = await ingest(recordSource('own', records), { out, minPatients: 1 });
  expect(units).toEqual([
    {
      code: { system: System.loinc, code: '2345-7' },
      unit: 'mg/dL',
      values: 80,
      converted: 20,
      kept: {},
      withoutUnit: 0,
    },
  ]);
  const values = new Map<string, number>();
  let patients = 0;
  for (const part of ['train', 'holdout']) {
    for await (const { events } of readRecords(join(out, part, 'records.ndjson.gz'))) {
      patients++;
      const { value, unit } = events[0].quantity!;
      values.set(`${value} ${unit}`, (values.get(`${value} ${unit}`) ?? 0) + 1);
    }
  }
  expect(patients).toBe(80);
  expect([...values].sort()).toEqual([
    ['100 mg/dL', 60],
    ['99.0858 mg/dL', 20],
  ]);
});
