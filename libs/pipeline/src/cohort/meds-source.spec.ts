import { mkdirSync } from 'node:fs';
import { writeMeds } from '@ehrsynth/meds';
import { type PatientRecord, System } from '@ehrsynth/records';
import { beforeAll, expect, it } from 'vitest';
import { InvalidOptionsError } from '../errors.ts';
import { ownFolder } from '../testing.ts';
import { ingest } from './ingest.ts';
import { medsSource, type MedsSourceOptions } from './meds-source.ts';
import { readRecords } from './records-file.ts';

const at = ownFolder();

/** Subjects 0 to 19, the first five of them held out. */
async function* patients(): AsyncGenerator<PatientRecord> {
  const code = { system: System.icd10cm, code: 'E11.9' };
  for (let id = 0; id < 20; id++)
    yield { id: String(id), sex: 'female', encounters: [], events: [{ kind: 'condition', code }] };
}

beforeAll(async () => {
  mkdirSync(at('meds'));
  const dataset = { name: 'test', etlVersion: '0', createdAt: '2026-01-01T00:00:00Z' };
  const splitOf = ({ id }: PatientRecord) => (Number(id) < 5 ? 'held_out' : 'tuning');
  await writeMeds(patients(), at('meds'), { dataset, splitOf });
});

async function heldOut(out: string, options: MedsSourceOptions): Promise<string[]> {
  await ingest(medsSource(at('meds'), options), { out: at(out), minPatients: 1, holdout: 0.5 });
  const ids: string[] = [];
  for await (const { id } of readRecords(at(out, 'holdout', 'records.ndjson.gz'))) ids.push(id);
  return ids;
}

it('keeps the splits of a dataset, and draws others where that is asked for', async () => {
  expect(await heldOut('kept', {})).toEqual(['0', '1', '2', '3', '4']);
  expect((await heldOut('drawn', { splits: 'redraw' })).some((id) => Number(id) >= 5)).toBe(true);
});

it('refuses options that it does not know', () => {
  expect(() => medsSource(at('meds'), { splits: 'none' } as never)).toThrow(InvalidOptionsError);
});
