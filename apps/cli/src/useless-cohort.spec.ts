import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output } = commandLine();

const patient = { resourceType: 'Patient', id: 'p', gender: 'female', birthDate: '1970-05-01' };
const condition = {
  resourceType: 'Condition',
  id: 'c',
  subject: { reference: 'Patient/p' },
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'E11.9' }] },
};
const claim = {
  resourceType: 'ExplanationOfBenefit',
  id: 'e',
  status: 'active',
  patient: { reference: 'Patient/p' },
  diagnosis: [{ diagnosisCodeableConcept: condition.code }],
};
const source = (name: string, ...resources: object[]) => {
  mkdirSync(at(name));
  writeFileSync(at(name, 'x.ndjson'), resources.map((resource) => JSON.stringify(resource)).join('\n'));
};
const run = (folder: string) =>
  JSON.parse(readFileSync(at(folder, 'run.json'), 'utf8')) as { counts: Record<string, unknown> };

it('exit code 1, in words, where no event was read; the cohort says why', async () => {
  source('refuted', patient, { ...condition, verificationStatus: { coding: [{ code: 'refuted' }] } });
  expect(await ehrsynth('ingest fhir @refuted -o @none --holdout 0')).toBe(1);
  expect(output()).toMatch(/No events were read: there is nothing to train on\n {2}The report above/);
  expect(run('none').counts).toMatchObject({ events: 0, skipped: { Condition: { 'status refuted': 1 } } });
  expect(await ehrsynth('train @none -m marginals -o @model')).toBe(1);
  expect(existsSync(at('model'))).toBe(false);
});

it('exit code 1, in words, where every patient is held out', async () => {
  source('one', patient, condition);
  expect(await ehrsynth('ingest fhir @one -o @held --holdout 0.99')).toBe(1);
  expect(output()).toMatch(/No patients to train on: all 1 are held out\n.*--holdout/);
  expect(await ehrsynth('ingest fhir @one -o @kept --holdout 0 --min-patients 1'), output()).toBe(0);
});

it('the same of OMOP', async () => {
  expect(await ehrsynth('simulate --world sets -n 5 -o @simulated --omop csv')).toBe(0);
  const omop = existsSync(at('simulated', 'person.csv')) ? 'simulated' : 'simulated-omop';
  mkdirSync(at('people'));
  cpSync(at(omop, 'person.csv'), at('people', 'person.csv'));
  expect(await ehrsynth('ingest omop @people -o @no-events --holdout 0'), output()).toBe(1);
  expect(output()).toMatch(/No events were read/);
  expect(await ehrsynth(`ingest omop @${omop} -o @no-training --holdout 0.99`)).toBe(1);
  expect(output()).toMatch(/all 5 are held out/);
});

it.each([
  ['no row', '', 'No patients were read: the source has none', false],
  ['no row with an id', ',8507,1970\n(2 rows),,\n', 'No patients were read; all were left out: no person_id (2)', true],
])('the same of OMOP where the person table has %s', async (name, rows, words, isWritten) => {
  const folder = `omop-${name.replaceAll(' ', '-')}`;
  mkdirSync(at(folder));
  writeFileSync(at(folder, 'person.csv'), `person_id,gender_concept_id,year_of_birth\n${rows}`);
  expect(await ehrsynth(`ingest omop @${folder} -o @of-${folder}`)).toBe(1);
  expect(output()).toContain(words);
  expect(existsSync(at(`of-${folder}`))).toBe(isWritten);
});

it.each([
  ['events', 'id,time,code\n', 'No patients were read: the source has none', false],
  ['patients × codes', 'id,sex,E11.9\n', 'No patients were read: the source has none', false],
  ['events without a patient', 'id,time,code\n,2020-01-01,E11.9\n', 'No patients were read\n  problems.ndjson', true],
])(
  'of a table of %s that holds nobody it leaves a folder only where that says why',
  async (name, text, words, kept) => {
    const folder = `table-${name.replaceAll(/\W/g, '')}`;
    writeFileSync(at(`${folder}.csv`), text);
    expect(await ehrsynth(`ingest csv @${folder}.csv -o @of-${folder}`)).toBe(1);
    expect(output()).toContain(words);
    expect(existsSync(at(`of-${folder}`))).toBe(kept);
  },
);

it('reads claims by choice, and says so where it did not', async () => {
  source('payer', patient, claim);
  expect(await ehrsynth('ingest fhir @payer -o @claims --holdout 0 --min-patients 1'), output()).toBe(0);
  expect(run('claims').counts).toMatchObject({ events: 1, used: { ExplanationOfBenefit: 1 } });
  expect(await ehrsynth('ingest fhir @payer -o @skipped --holdout 0 --claims skip')).toBe(1);
  expect(output()).toMatch(/The source has claims: read them with --claims read/);
  source('both', patient, claim, condition, {
    ...condition,
    resourceType: 'Encounter',
    id: 'e',
    class: { code: 'AMB' },
  });
  expect(await ehrsynth('ingest fhir @both -o @once --holdout 0 --min-patients 1'), output()).toBe(0);
  expect(run('once').counts).toMatchObject({ events: 1 });
  expect(output()).toMatch(/1 claims were not read.*--claims read/);
});
