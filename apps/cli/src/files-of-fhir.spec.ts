import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output, forget } = commandLine();

const PATIENT = '{"resourceType":"Patient","id":"p","gender":"male","birthDate":"1950-01-01"}\n';
const CONDITION = {
  resourceType: 'Condition',
  id: 'c',
  subject: { reference: 'Patient/p' },
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'I10' }] },
};
const folder = (name: string, files: Record<string, string>) => {
  mkdirSync(at(name));
  for (const [file, text] of Object.entries(files)) writeFileSync(at(name, file), text);
};
const INGEST = '--holdout 0 --min-patients 1';
const json = (...path: string[]) => JSON.parse(readFileSync(at(...path), 'utf8')) as Record<string, unknown>;

it('files that are not read are in the report and in problems.ndjson, and not among the inputs', async () => {
  const xml = '<Condition xmlns="http://hl7.org/fhir"/>';
  folder('mixed', {
    'Patient.json': PATIENT + JSON.stringify(CONDITION),
    README: 'about it',
    ...Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`${i}.xml`, xml])),
  });
  expect(await ehrsynth(`ingest fhir @mixed -o @cohort ${INGEST}`), output()).toBe(0);
  expect(output()).toMatch(
    /Files not read:[\s\S]*FHIR XML is not read: convert it to JSON +7 +0\.xml, 1\.xml, .*4\.xml, … 2 more[\s\S]*text: not FHIR +1 +README/,
  );
  expect(output()).not.toMatch(/Faults/);
  expect(readFileSync(at('cohort', 'problems.ndjson'), 'utf8').trim().split('\n')).toHaveLength(8);
  const sha256 = createHash('sha256')
    .update(readFileSync(at('mixed', 'Patient.json')))
    .digest('hex');
  expect(json('cohort', 'run.json')).toMatchObject({
    inputs: [{ name: 'source/1', sha256 }],
    counts: { filesNotRead: { 'FHIR XML is not read: convert it to JSON': 7, 'text: not FHIR': 1 } },
  });
  expect(await ehrsynth(`ingest fhir @mixed -o @stopped ${INGEST} --on-error stop`)).toBe(1);
  expect(output()).toMatch(/FHIR XML is not read[\s\S]*0\.xml/);
  forget();
  expect(await ehrsynth('validate fhir @mixed --threads 0')).toBe(0);
  expect(output()).toMatch(/warning +0\.xml +FHIR XML is not read/);
  forget();
  expect(await ehrsynth('push @mixed --server http://127.0.0.1:1 --dry-run')).toBe(1);
  expect(output()).toMatch(/Cannot be sent: FHIR XML is not read[\s\S]*Not read: text: not FHIR/);
});

it('a source of another release is refused before anything is written, and read without it where that is asked', async () => {
  const old = { ...CONDITION, id: 'd', verificationStatus: 'confirmed' };
  folder('stu3', {
    'a.ndjson': [PATIENT.trim(), ...[CONDITION, old].map((one) => JSON.stringify(one))].join('\n'),
  });
  expect(await ehrsynth(`ingest fhir @stu3 -o @refused ${INGEST}`)).toBe(1);
  expect(output()).toMatch(/Not FHIR R4: STU3[\s\S]*Condition\.verificationStatus is a code, as in STU3: .*line 3/);
  expect(existsSync(at('refused'))).toBe(false);
  expect(await ehrsynth(`ingest fhir @stu3 -o @asked ${INGEST} --release r4`), output()).toBe(0);
  expect(json('asked', 'run.json')).toMatchObject({
    counts: { events: 1, skipped: { resource: { 'Condition of FHIR STU3, not R4': 1 } } },
  });
});
