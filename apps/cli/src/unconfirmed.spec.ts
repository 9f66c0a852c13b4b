import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output } = commandLine();

it('ingest fhir keeps unconfirmed diagnoses, or leaves them out, and counts them either way', async () => {
  mkdirSync(at('source'));
  const subject = { reference: 'Patient/p' };
  const diagnosis = (code: string, status: string) => ({
    resourceType: 'Condition',
    subject,
    code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code }] },
    verificationStatus: { coding: [{ code: status }] },
  });
  const lines = [
    { resourceType: 'Patient', id: 'p', gender: 'female', birthDate: '1970-05-01' },
    diagnosis('E11.9', 'confirmed'),
    diagnosis('I10', 'provisional'),
  ];
  writeFileSync(at('source', 'all.ndjson'), lines.map((line) => JSON.stringify(line)).join('\n'));

  await ehrsynth('ingest fhir @source -o @kept --min-patients 1 --holdout 0');
  expect(output()).toMatch(/1 patients, 2 events read/);
  expect(output()).toMatch(/Worth knowing:[^]*status provisional, kept +1/);
  await ehrsynth('ingest fhir @source -o @skipped --min-patients 1 --holdout 0 --unconfirmed skip');
  expect(output()).toMatch(/1 patients, 1 events read/);
  expect(output()).toMatch(/Condition +status provisional +1/);
  expect(await ehrsynth('ingest fhir @source -o @none --unconfirmed perhaps')).toBe(2);
});
