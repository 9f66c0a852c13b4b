import { mkdtempSync, rmSync, truncateSync, writeFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type EventKind, type PatientRecord, System, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPatientRecords, type ReadOptions } from './patient-records.ts';
import { SystemAliases } from './systems.ts';

const vocabulary = new Vocabulary();
const KINDS: EventKind[] = ['condition', 'drug', 'procedure'];
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fhir-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, ...resources: object[]) => {
  const text = name.includes('ndjson')
    ? resources.map((line) => JSON.stringify(line)).join('\n')
    : JSON.stringify(resources[0]);
  writeFileSync(join(folder, name), name.endsWith('.gz') ? gzipSync(text) : text);
  return join(folder, name);
};
async function read(more: Partial<ReadOptions> = {}, onError: 'skip' | 'stop' = 'skip', source = folder) {
  const tally = new Tally(onError);
  const records: PatientRecord[] = [];
  const options = { aliases: new SystemAliases(), vocabulary, kinds: KINDS, ...more };
  for await (const record of readPatientRecords(source, options, tally)) records.push(record);
  return { records, tally };
}

const patient = (id: string, more: object = {}) => ({
  resourceType: 'Patient',
  id,
  gender: 'female',
  birthDate: '1970-05-01',
  ...more,
});
const subject = (id: string) => ({ subject: { reference: `Patient/${id}` } });
const coding = (system: string, code: string) => ({ coding: [{ system, code }] });
const condition = (id: string, of: string, more: object = {}) => ({
  resourceType: 'Condition',
  id,
  ...subject(of),
  code: coding(System.icd10cm, 'E11.9'),
  onsetDateTime: '2015-03-04T10:00:00Z',
  ...more,
});

describe('reading FHIR', () => {
  it('joins the resources of a patient across files, whatever their order', async () => {
    write('a.ndjson.gz', condition('c1', 'p1', { encounter: { reference: 'Encounter/e1' } }), {
      resourceType: 'MedicationRequest',
      id: 'm1',
      ...subject('p1'),
      status: 'active',
      intent: 'order',
      medicationReference: { reference: 'Medication/x' },
      authoredOn: '2015-04-01',
    });
    write(
      'b.ndjson',
      {
        resourceType: 'Encounter',
        id: 'e1',
        status: 'finished',
        class: { code: 'IMP' },
        ...subject('p1'),
        period: { start: '2015-03-01', end: '2015-03-09' },
      },
      patient('p1'),
    );
    write('c.ndjson', { resourceType: 'Medication', id: 'x', code: coding(System.ndc, '68180-513-01') });
    const { records, tally } = await read();
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      id: 'p1',
      sex: 'female',
      birthDate: '1970-05-01',
      encounters: [{ class: 'IMP', start: '2015-03-01', end: '2015-03-09' }],
    });
    expect(records[0].events).toMatchObject([
      { kind: 'condition', code: { code: 'E11.9' }, start: '2015-03-04', encounter: 0 },
      { kind: 'drug', code: { system: System.ndc, code: '68180051301' }, start: '2015-04-01' },
    ]);
    expect([...tally.used.values()].reduce((a, b) => a + b)).toBe(5);
  });

  it('reads a transaction bundle through its own addresses, contained medications, and US Core extensions', async () => {
    const us = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-';
    const omb = (name: string, code: string) => ({
      url: us + name,
      extension: [{ url: 'ombCategory', valueCoding: { code } }],
    });
    const person = {
      ...patient('', { extension: [omb('race', '2054-5'), omb('ethnicity', '2186-5')] }),
      id: undefined,
    };
    write('bundle.json', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        {
          fullUrl: 'urn:uuid:e',
          resource: {
            resourceType: 'Encounter',
            class: { code: 'AMB' },
            subject: { reference: 'urn:uuid:p' },
            period: { start: '2020-01-01' },
          },
        },
        {
          fullUrl: 'urn:uuid:m',
          resource: {
            resourceType: 'MedicationStatement',
            subject: { reference: 'urn:uuid:p' },
            context: { reference: 'urn:uuid:e' },
            medicationReference: { reference: '#med' },
            contained: [{ resourceType: 'Medication', id: 'med', code: coding(System.rxnorm, '314076') }],
          },
        },
        { fullUrl: 'urn:uuid:p', resource: person },
      ],
    });
    const { records } = await read();
    expect(records[0]).toMatchObject({ id: 'p', race: '2054-5', ethnicity: '2186-5' });
    expect(records[0].events).toMatchObject([
      { kind: 'drug', code: { system: System.rxnorm, code: '314076' }, start: '2020-01-01', encounter: 0 },
    ]);
  });

  it('reads a code system as another where told to, and prefers codings in a stated order', async () => {
    write(
      'x.ndjson',
      patient('p1'),
      condition('c1', 'p1', { code: coding('urn:local:dx', 'E119') }),
      condition('c2', 'p1', {
        code: {
          coding: [
            { system: System.snomed, code: '44054006' },
            { system: System.icd10cm, code: 'I10' },
          ],
        },
      }),
      condition('c3', 'p1', { code: coding('urn:other', 'Z') }),
    );
    const { records, tally } = await read({ aliases: new SystemAliases(['urn:local:dx=icd-10-cm']) });
    expect(records[0].events.map(({ code }) => [code.system, code.code])).toEqual([
      [System.icd10cm, 'E11.9'],
      [System.icd10cm, 'I10'],
      ['urn:other', 'Z'],
    ]);
    expect(tally.systems.get(`condition|${System.icd10cm}`)).toMatchObject({ events: 2 });
  });

  it('refuses an alias that it cannot understand', () => {
    expect(() => new SystemAliases(['urn:x=icd-12'])).toThrow(/Not a system alias: urn:x=icd-12[\s\S]*icd-10-cm/);
  });

  it('counts every resource that is not used, and why', async () => {
    write(
      'x.ndjson',
      patient('p1'),
      condition('c1', 'p1'),
      condition('c2', 'p1', { verificationStatus: coding('s', 'refuted') }),
      condition('c3', 'p1', { code: { text: 'sugar' } }),
      condition('c1', 'p1'),
      { resourceType: 'Observation', id: 'o', ...subject('p1'), code: coding(System.loinc, '4548-4') },
      { resourceType: 'Coverage', id: 'k' },
    );
    const { records, tally } = await read();
    expect(records[0].events).toHaveLength(1);
    expect(
      Object.fromEntries([...tally.skipped].map(([type, reasons]) => [type, Object.fromEntries(reasons)])),
    ).toEqual({
      Condition: { 'status refuted': 1, 'no code': 1, 'the same id came before': 1 },
      Observation: { 'measurements not requested': 1 },
      Coverage: { 'resource type not read': 1 },
    });
  });

  it('reads a mixture without a code as its ingredients', async () => {
    const ingredient = (id: string) => ({ itemReference: { reference: `Medication/${id}` } });
    write(
      'x.ndjson',
      patient('p1'),
      { resourceType: 'Medication', id: 'mix', ingredient: [ingredient('a'), ingredient('b')] },
      { resourceType: 'Medication', id: 'a', code: coding(System.ndc, '68180051301') },
      { resourceType: 'Medication', id: 'b', code: coding(System.ndc, '00093104801') },
      {
        resourceType: 'MedicationAdministration',
        id: 'ma',
        ...subject('p1'),
        medicationReference: { reference: 'Medication/mix' },
      },
    );
    expect((await read()).records[0].events.map(({ code }) => code.code)).toEqual(['68180051301', '00093104801']);
  });
});

describe('bad input', () => {
  const good = () => write('a.ndjson', patient('p1'), condition('c1', 'p1'));
  const expectFault = async (reason: RegExp, where: string) => {
    const { records, tally } = await read();
    expect(records).toHaveLength(1);
    const problem = tally.problems.find((one) => reason.test(`${one.reason}: ${one.detail}`))!;
    expect(problem.where).toBe(join(folder, where));
    await expect(read({}, 'stop')).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining(join(folder, where)),
    });
  };

  it('a truncated gzip: what came before is kept', async () => {
    good();
    const path = write(
      'b.ndjson.gz',
      ...Array.from({ length: 3000 }, (_, i) => condition(`d${i}-${Math.sin(i)}`, 'p1')),
    );
    truncateSync(path, statSync(path).size / 2);
    const { records, tally } = await read();
    expect(records[0].events.length).toBeGreaterThan(100);
    expect(tally.brokenFiles).toBe(1);
    expect(tally.problems[0]).toMatchObject({
      reason: 'truncated or damaged gzip',
      where: expect.stringMatching(/b\.ndjson\.gz, after line \d+/),
    });
    await expect(read({}, 'stop')).rejects.toThrow(/truncated[\s\S]*b\.ndjson\.gz, after line \d+/);
  });

  it('a broken JSON line', async () => {
    good();
    writeFileSync(join(folder, 'b.ndjson'), `${JSON.stringify(condition('c2', 'p1'))}\n{"resourceType": "Cond\n`);
    await expectFault(/broken JSON/, 'b.ndjson, line 2');
  });

  it('a broken JSON document, with the line of the fault', async () => {
    good();
    writeFileSync(join(folder, 'b.json'), '{\n "resourceType": "Bundle",\n "entry": [ } ]\n}');
    await expectFault(/broken JSON/, 'b.json, line 3');
  });

  it('a Condition of a patient who is not there', async () => {
    good();
    write('b.ndjson', condition('c1', 'p1'), condition('c9', 'nobody'));
    await expectFault(/patient unknown: Patient\/nobody/, 'b.ndjson, line 2');
  });

  it('a code in no dictionary', async () => {
    good();
    write('b.ndjson', condition('c2', 'p1', { code: coding(System.icd10cm, 'E11.XYZ') }));
    await expectFault(/code in no dictionary: E11.XYZ/, 'b.ndjson, line 1');
    expect((await read({ keepUnknownCodes: true })).records[0].events).toHaveLength(2);
  });

  it('a birth date of tomorrow is none in the future: there it is tomorrow already', async () => {
    const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
    write('b.ndjson', patient('p1', { birthDate: day(1) }), patient('p2', { birthDate: day(3) }));
    expect((await read()).records.map(({ id }) => id)).toEqual(['p1']);
  });

  it('a birth date in the future; but a record that was shifted as a whole is read', async () => {
    good();
    write('b.ndjson', patient('p2', { birthDate: '2990-01-01' }));
    await expectFault(/birth date in the future/, 'b.ndjson, line 1');
    rmSync(join(folder, 'b.ndjson'));
    write(
      'b.ndjson',
      patient('p3', { birthDate: '2120-01-01' }),
      condition('c3', 'p3', { onsetDateTime: '2180-01-01' }),
    );
    expect((await read()).records).toHaveLength(2);
  });

  it('an empty folder, a folder without FHIR, and one without patients', async () => {
    await expect(read()).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('The folder is empty'),
    });
    writeFileSync(join(folder, 'notes.txt'), 'x');
    await expect(read()).rejects.toThrow(/None of the 1 files is FHIR[\s\S]*1 × text: not FHIR/);
    write('b.ndjson', condition('c9', 'nobody'));
    await expect(read()).rejects.toThrow(/No patient could be read \(1 Condition: patient unknown\)/);
  });

  it('a path that does not exist', async () => {
    await expect(read({}, 'skip', join(folder, 'none'))).rejects.toMatchObject({ exitCode: 2 });
  });
});
