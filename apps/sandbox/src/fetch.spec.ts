import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  exportBySearch,
  exportInBulk,
  FhirServer,
  push,
  readPatientRecords,
  Receipt,
  SystemAliases,
} from '@ehrsynth/fhir';
import { type PatientRecord, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from './index.ts';
import { faultProxy } from './testing/fault-proxy.ts';
import { exported, record, RESOURCES_A_PATIENT } from './testing/records.ts';

const vocabulary = new Vocabulary();
const PATIENTS = 900;
const TYPES = ['Patient', 'Encounter', 'Condition', 'MedicationRequest', 'Procedure'];
const retries = { firstDelayMs: 1 };
const bulk = { level: 'system' as const, concurrency: 4 };

let sandbox: Sandbox;
let work: string;
let count = 0;
const folder = () => join(work, String(count));
beforeEach(() => void count++);
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'fetch-'));
  sandbox = await startSandbox({ vocabulary, version: '0' });
  const source = await exported(PATIENTS, 'bundles', vocabulary);
  const receipt = await Receipt.create(join(work, 'receipt'), sandbox.url);
  await push(source, new FhirServer({ url: sandbox.url }), receipt, {
    as: 'transaction',
    size: 500,
    concurrency: 2,
  });
  rmSync(source, { recursive: true });
});
afterAll(async () => {
  await sandbox.close();
  rmSync(work, { recursive: true });
});

async function recordsIn(path: string): Promise<PatientRecord[]> {
  const kinds = ['condition', 'drug', 'procedure'] as const;
  const records: PatientRecord[] = [];
  const reading = { aliases: new SystemAliases(), vocabulary, kinds: [...kinds] };
  for await (const one of readPatientRecords(path, reading, new Tally('stop'))) records.push(one);
  return records;
}

/** What the server has, written to files by a plain client. */
async function asFiles(): Promise<string> {
  const path = mkdtempSync(join(work, 'files-'));
  for (const type of TYPES) {
    const lines: string[] = [];
    for (let url: string | undefined = `${sandbox.url}/${type}?_count=1000`; url;) {
      const page = (await (await fetch(url)).json()) as {
        entry: { resource: object }[];
        link: { relation: string; url: string }[];
      };
      lines.push(...page.entry.map(({ resource }) => JSON.stringify(resource)));
      url = page.link.find(({ relation }) => relation === 'next')?.url;
    }
    writeFileSync(join(path, `${type}.ndjson`), lines.join('\n'));
  }
  return path;
}

const lines = (path: string) =>
  readdirSync(path).reduce((sum, name) => sum + readFileSync(join(path, name), 'utf8').trim().split('\n').length, 0);

describe('reading from a server', () => {
  it('gives the same records by bulk export, by search and from files, and those that were pushed', async () => {
    const server = new FhirServer({ url: sandbox.url });
    const files = await recordsIn(await asFiles());
    expect(files).toHaveLength(PATIENTS);
    expect(await exportInBulk(server, folder(), bulk)).toMatchObject({ files: 7, losses: [] });
    expect(await recordsIn(folder())).toEqual(files);
    count++;
    expect(await exportBySearch(server, folder(), { types: TYPES, pageSize: 300 })).toEqual({
      unknown: [],
      losses: [],
    });
    expect(await recordsIn(folder())).toEqual(files);
    const plain = ({ sex, birthDate, encounters, events }: PatientRecord) =>
      JSON.stringify([
        sex,
        birthDate,
        encounters,
        events
          .map(({ kind, code, start, encounter }) => [kind, code.system, code.code, start, encounter].join())
          .sort(),
      ]);
    const pushed = Array.from({ length: PATIENTS }, (_, i) => plain(record(i)));
    expect(files.map(plain).sort()).toEqual(pushed.sort());
  });

  it('fetches only the types and the changes asked for', async () => {
    const server = new FhirServer({ url: sandbox.url });
    await exportInBulk(server, folder(), { ...bulk, level: 'patient', types: ['Patient', 'Procedure'] });
    expect(lines(folder())).toBe(2 * PATIENTS);
    count++;
    const since = new Date(Date.now() + 1000).toISOString();
    expect(await exportInBulk(server, folder(), { ...bulk, since })).toMatchObject({ files: 0 });
    count++;
    await exportBySearch(server, folder(), { types: ['Patient'], pageSize: 100, since });
    expect(readFileSync(join(folder(), 'Patient.ndjson'), 'utf8')).toBe('');
  });

  it('says that a server has no bulk export, and reads it page by page through faults', async () => {
    const proxy = await faultProxy(sandbox.url, 0.3, 3);
    const server = new FhirServer({ url: `${proxy.url}/Nothing`, retries });
    expect(await exportInBulk(server, folder(), bulk)).toBeUndefined();
    const flaky = new FhirServer({ url: proxy.url, retries });
    await exportBySearch(flaky, folder(), { types: TYPES, pageSize: 100 });
    expect(lines(folder())).toBe(PATIENTS * RESOURCES_A_PATIENT);
    await proxy.close();
  });

  it('exports through faults, and goes on where it was stopped', async () => {
    const proxy = await faultProxy(sandbox.url, 0.3, 5);
    const server = new FhirServer({ url: proxy.url, retries });
    const stop = new AbortController();
    const onProgress = ({ note }: { note: string }) => note.startsWith('(file 2') && stop.abort();
    const stopped = exportInBulk(server, folder(), {
      ...bulk,
      concurrency: 1,
      signal: stop.signal,
      onProgress,
    });
    await expect(stopped).rejects.toThrow('aborted');
    const before = readdirSync(folder()).filter((name) => name.endsWith('.ndjson'));
    expect(before).toHaveLength(2);
    expect(await exportInBulk(server, folder(), bulk)).toMatchObject({ files: 7 });
    expect(lines(folder())).toBe(PATIENTS * RESOURCES_A_PATIENT);
    await proxy.close();
  });

  it('goes on with a search where it was stopped', async () => {
    const server = new FhirServer({ url: sandbox.url });
    const stop = new AbortController();
    const options = { types: TYPES, pageSize: 100 };
    const onProgress = ({ resources }: { resources: number }) => resources >= 1500 && stop.abort();
    await expect(exportBySearch(server, folder(), { ...options, signal: stop.signal, onProgress })).rejects.toThrow(
      'aborted',
    );
    writeFileSync(join(folder(), 'Encounter.ndjson'), '{"resourceType":"Enc', { flag: 'a' });
    await exportBySearch(server, folder(), options);
    expect(lines(folder())).toBe(PATIENTS * RESOURCES_A_PATIENT);
    expect(await recordsIn(folder())).toHaveLength(PATIENTS);
  });
});
