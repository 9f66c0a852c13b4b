import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeMeds } from '@ehrsynth/meds';
import { type PatientRecord, System } from '@ehrsynth/records';
import { afterEach, describe, expect, it } from 'vitest';
import { readRecords } from '@ehrsynth/pipeline';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output, forget } = commandLine();
afterEach(forget);

const dataset = { name: 'test', etlVersion: '0', createdAt: '2026-01-01T00:00:00Z' };

async function idsIn(cohort: string, part: 'train' | 'holdout'): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of readRecords(at(cohort, part, 'records.ndjson.gz'))) ids.push(id);
  return ids;
}

/** Subjects 0 to 19 of a split each, all with one condition. */
async function medsWith(name: string, splitOf: (id: number) => string): Promise<void> {
  const records = (async function* (): AsyncGenerator<PatientRecord> {
    for (let id = 0; id < 20; id++) {
      const event = {
        kind: 'condition',
        code: { system: System.icd10cm, code: 'E11.9' },
        start: '2020-01-01',
      } as const;
      yield { id: String(id), sex: 'female', encounters: [], events: [event] };
    }
  })();
  await writeMeds(records, at(name), { dataset, splitOf: ({ id }) => splitOf(Number(id)) });
}

describe('MEDS, from the command line', () => {
  it('writes what was generated, and reads the same patients from it', async () => {
    expect(await ehrsynth('simulate -n 80 -o @source')).toBe(0);
    expect(await ehrsynth('ingest fhir @source -o @cohort --min-patients 1')).toBe(0);
    expect(await ehrsynth('train @cohort -m marginals -o @model')).toBe(0);
    expect(await ehrsynth('generate @model -n 40 -o @synth')).toBe(0);
    forget();
    expect(await ehrsynth('export meds @synth -o @meds')).toBe(0);
    expect(output()).toMatch(/40 subjects, all train; [\d,]+ rows in 1 files/);
    expect(await ehrsynth('ingest meds @meds -o @again --min-patients 1')).toBe(0);
    expect(output()).toMatch(/subjects of the split train: trained on +40/);
    const written: PatientRecord[] = [];
    for await (const record of readRecords(at('synth', 'records.ndjson.gz'))) written.push(record);
    const read: PatientRecord[] = [];
    for await (const record of readRecords(at('again', 'train', 'records.ndjson.gz'))) read.push(record);
    const facts = ({ id, birthDate, sex, encounters, events }: PatientRecord) => [
      id,
      birthDate,
      sex,
      encounters,
      events.map(({ code, start, encounter }) => [code.code, start, encounter].join(' ')).sort(),
    ];
    expect(read.map(facts)).toEqual(written.map(facts));
    expect(await ehrsynth('export meds @synth -o @twice')).toBe(0);
    const file = (folder: string) => readFileSync(at(folder, 'data/train/0.parquet'));
    expect(file('twice').equals(file('meds'))).toBe(true);
    expect(readFileSync(at('twice', 'metadata/dataset.json'))).toEqual(
      readFileSync(at('meds', 'metadata/dataset.json')),
    );
  });

  it('keeps the splits of the source, or draws them anew', async () => {
    await medsWith('split', (id) => (id < 5 ? 'held_out' : id < 10 ? 'tuning' : 'train'));
    expect(await ehrsynth('ingest meds @split -o @kept --min-patients 1 --holdout 0.9')).toBe(0);
    expect(await idsIn('kept', 'holdout')).toEqual(['0', '1', '2', '3', '4']);
    expect(await idsIn('kept', 'train')).toHaveLength(15);
    expect(output()).toMatch(/split held_out: held out +5[\s\S]*split tuning: trained on +5/);
    expect(await ehrsynth('ingest meds @split -o @drawn --min-patients 1 --holdout 0.5 --splits redraw')).toBe(0);
    const drawn = await idsIn('drawn', 'holdout');
    expect(drawn).not.toEqual(['0', '1', '2', '3', '4']);
    expect(drawn.some((id) => Number(id) >= 10)).toBe(true);
  });

  it('draws patients of a split that it does not know, and says so', async () => {
    await medsWith('odd', () => 'site 3');
    expect(await ehrsynth('ingest meds @odd -o @odd-cohort --min-patients 1 --holdout 0.5')).toBe(0);
    expect((await idsIn('odd-cohort', 'holdout')).length).toBeGreaterThan(0);
    expect(output()).toContain('subjects of the split site 3: split by the seed');
  });

  it('refuses what is no MEDS, and leaves nothing behind', async () => {
    expect(await ehrsynth('ingest meds @source -o @none')).toBe(2);
    expect(output()).toContain('data/**/*.parquet');
    expect(existsSync(join(at(), 'none'))).toBe(false);
  });
});
