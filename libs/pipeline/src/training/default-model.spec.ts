import { mkdir } from 'node:fs/promises';
import type { PatientRecord } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { RecordsWriter } from '../cohort/records-file.ts';
import { ownFolder } from '../testing.ts';
import { defaultModel } from './default-model.ts';

const at = ownFolder();

/** A cohort of ten, so many of whom have a date. */
async function cohortOf(dated: number): Promise<string> {
  const cohort = at(`cohort-${dated}`);
  await mkdir(`${cohort}/train`, { recursive: true });
  const writer = new RecordsWriter(`${cohort}/train/records.ndjson.gz`);
  for (let i = 0; i < 10; i++) {
    const code = { system: 'urn:local', code: 'x' };
    const event = { kind: 'condition', code, ...(i < dated && { start: '2020-01-01' }) } as const;
    const record: PatientRecord = {
      id: `p${i}`,
      sex: 'female',
      birthDate: '1980-01-01',
      encounters: [],
      events: [event],
    };
    await writer.write(record);
  }
  await writer.close();
  return cohort;
}

it.each([
  [10, {}, 'visits', /^Training a model of whole records \(-m visits\): most records have events with dates$/],
  [5, {}, 'visits', /whole records/],
  [4, {}, 'autoregressive', /-m autoregressive\): most records have no event with a date/],
  [10, { dpEpsilon: 3 }, 'autoregressive', /differential privacy; -m visits also covers times/],
])('of ten records, %i of which have a date, with %j it is %s', async (dated, asked, expected, note) => {
  const notes: string[] = [];
  const onEvent = (event: { type: string; text?: string }) => void (event.type === 'note' && notes.push(event.text!));
  expect(await defaultModel(await cohortOf(dated), asked, { onEvent })).toBe(expected);
  expect(notes.join()).toMatch(note);
});
