import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPatientRecords, SystemAliases, writeFhir } from '@ehrsynth/fhir';
import { readOmop, writeOmop } from '@ehrsynth/omop';
import { startPostgres, writeAthena } from '@ehrsynth/omop/testing';
import { type EventKind, type PatientRecord, Tally } from '@ehrsynth/records';
import { simulatePatients } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output, forget } = commandLine();
const server = await startPostgres();
afterAll(() => server?.stop());
const vocabulary = new Vocabulary();
const kinds: EventKind[] = ['condition', 'drug', 'procedure', 'measurement'];
const own = process.env.EHRSYNTH_VOCAB;
beforeAll(() => (process.env.EHRSYNTH_VOCAB = at('vocab')));
afterAll(() => {
  if (own === undefined) delete process.env.EHRSYNTH_VOCAB;
  else process.env.EHRSYNTH_VOCAB = own;
});
afterEach(forget);

const matrix = (name: string) => readFileSync(at(name, 'train', 'matrix.npz'));
const run = (name: string) =>
  JSON.parse(readFileSync(at(name, 'run.json'), 'utf8')) as {
    counts: Record<string, never>;
    options: Record<string, string>;
  };

describe.skipIf(!server)('OMOP in PostgreSQL, from the command line', () => {
  it('loads what was generated and reads the same cohort from it as from files; nothing shows the password', async () => {
    expect(await ehrsynth('simulate --world sets -n 60 -o @source')).toBe(0);
    expect(await ehrsynth('ingest fhir @source -o @cohort --min-patients 1')).toBe(0);
    expect(await ehrsynth('train @cohort -m medgan -o @model --engine wasm --pretrain-epochs 1 --epochs 1')).toBe(0);
    expect(await ehrsynth('generate @model -n 40 -o @synth')).toBe(0);
    forget();
    const url = server!.url.replace('postgres@', 'postgres:secret@');
    expect(await ehrsynth(`export omop @synth --postgres ${url} --schema cdm`)).toBe(0);
    expect(output()).toMatch(/schema cdm[\s\S]*person +40[\s\S]*Standard concepts: none[\s\S]*import athena/);
    expect(await ehrsynth('export omop @synth -o @parquet --format parquet')).toBe(0);
    expect(await ehrsynth(`ingest omop ${url} --schema cdm -o @from-server --min-patients 1`)).toBe(0);
    expect(await ehrsynth('ingest omop @parquet -o @from-files --min-patients 1')).toBe(0);
    expect(matrix('from-server')).toEqual(matrix('from-files'));
    expect(output() + JSON.stringify(run('from-server'))).not.toContain('secret');
    expect(await ehrsynth(`export omop @synth --postgres ${url} --schema cdm`)).toBe(2);
    expect(output()).toContain('--replace');
    expect(await ehrsynth(`export omop @synth --postgres ${url} --schema cdm --replace`)).toBe(0);
    expect(await ehrsynth('export omop @synth')).toBe(2);
  });
});

it('has standard concepts once Athena is imported, and maps them back', async () => {
  writeAthena(at('download'));
  expect(await ehrsynth('vocab import athena @download')).toBe(0);
  expect(await ehrsynth('vocab list')).toBe(0);
  expect(output()).toMatch(/19 concepts, 13 mappings[\s\S]*OHDSI's vocabularies: v5\.0 31-AUG-24/);
  expect(await ehrsynth('simulate --world sets -n 200 --omop -o @mapped')).toBe(0);
  const { mapped, vocabularyVersion } = run('mapped').counts as unknown as {
    mapped: Record<string, number>;
    vocabularyVersion: string;
  };
  expect(vocabularyVersion).toBe('v5.0 31-AUG-24');
  expect(mapped.mappedEvents).toBeGreaterThan(0);
  const options = '--min-patients 1 --codes mapped --kinds condition';
  expect(await ehrsynth(`ingest omop @mapped -o @back ${options}`)).toBe(0);
  expect(output()).toContain('standard concept 0: not mapped');
});

it('keeps from FHIR to OMOP and back to FHIR what both can say', async () => {
  const records = async function* () {
    yield* simulatePatients({ patients: 60, seed: 3 }, vocabulary);
  };
  const read = async (folder: string) => {
    const found: PatientRecord[] = [];
    const options = { aliases: new SystemAliases([]), vocabulary, kinds };
    for await (const record of readPatientRecords(folder, options, new Tally('stop'))) found.push(record);
    return found;
  };
  for (const name of ['first', 'cdm', 'second']) mkdirSync(at(name));
  await writeFhir(records(), at('first'), vocabulary, { format: 'ndjson', gzip: false });
  const stream = async function* () {
    yield* await read(at('first'));
  };
  const { lost } = await writeOmop(stream(), at('cdm'), { format: 'csv', today: '2026-01-01' });
  expect(lost.size).toBe(0);
  const back = readOmop(at('cdm'), { vocabulary, kinds }, new Tally('stop'));
  await writeFhir(back, at('second'), vocabulary, { format: 'ndjson', gzip: false });
  // Ids of encounters and events are made anew; all else of every resource is the same.
  const said = (folder: string) =>
    readdirSync(folder).flatMap((file) =>
      readFileSync(join(folder, file), 'utf8')
        .trim()
        .split('\n')
        .map((line) => {
          const { id, identifier, encounter, ...rest } = JSON.parse(line) as Record<string, unknown>;
          const isPatient = rest.resourceType === 'Patient';
          return JSON.stringify(isPatient ? { id, identifier, ...rest } : { hasEncounter: !!encounter, ...rest });
        })
        .sort(),
    );
  expect(said(at('second'))).toEqual(said(at('first')));
});
