import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { PatientRecord } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output } = commandLine();
const UCUM = 'http://unitsofmeasure.org';
const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';

it('keeps numbers and coded answers in a cohort, and no text that a value has', async () => {
  mkdirSync(at('cdm'));
  const people = Array.from({ length: 20 }, (_, i) => i + 1);
  const file = (name: string, header: string, row: (id: number) => string) =>
    writeFileSync(at('cdm', `${name}.csv`), [header, ...people.map(row), ''].join('\n'));
  file('person', 'person_id,gender_concept_id,year_of_birth', (id) => `${id},8507,1970`);
  file(
    'measurement',
    'person_id,measurement_date,measurement_source_value,value_as_number,value_as_concept_id,value_source_value',
    (id) => `${id},2010-01-02,4548-4,7.25,45884084,told by Jane Doe`,
  );
  file(
    'drug_exposure',
    'person_id,drug_exposure_start_date,drug_source_value,sig',
    (id) => `${id},2010-01-02,68180051301,for Jane Doe`,
  );
  expect(await ehrsynth('ingest omop @cdm -o @cohort --min-patients 1 --force --kinds drug,measurement')).toBe(0);
  const texts = filesOf(at('cohort')).map((path) => {
    const bytes = readFileSync(path);
    return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
  });
  expect(texts.join('\n')).toContain('"quantity":{"value":7.25}');
  expect(texts.join('\n')).toContain('"code":"LA6576-8"');
  expect(texts.filter((text) => text.includes('Jane'))).toEqual([]);
});

it('keeps no text that FHIR has beside the codes and numbers of values, and the codes and numbers themselves', async () => {
  mkdirSync(at('fhir'));
  const people = Array.from({ length: 20 }, (_, i) => `p${i}`);
  const local = (code: string) => ({ coding: [{ system: 'urn:local', code, display: 'seen by Jane' }] });
  const resources = people.flatMap((id) => {
    const subject = { reference: `Patient/${id}` };
    const observation = { resourceType: 'Observation', status: 'final', subject, effectiveDateTime: '2020-02-02' };
    return [
      { resourceType: 'Patient', id, gender: 'female', birthDate: '1970-01-01' },
      { ...observation, code: local('a'), valueCodeableConcept: local('answer') },
      {
        ...observation,
        code: local('b'),
        valueQuantity: { value: 7.25, unit: 'for Jane Doe' },
        interpretation: [local('H')],
      },
      {
        ...observation,
        code: local('c'),
        valueQuantity: { value: 5.5, unit: 'Jane Doe', system: UCUM, code: 'mg/dL' },
      },
      {
        ...observation,
        code: local('panel'),
        component: [
          {
            code: local('d'),
            valueQuantity: { value: 3.25, unit: 'mg for Jane', system: 'urn:x', code: 'mg for Jane' },
          },
        ],
      },
      {
        resourceType: 'MedicationRequest',
        status: 'active',
        intent: 'order',
        subject,
        authoredOn: '2020-02-02',
        medicationCodeableConcept: { coding: [{ system: RXNORM, code: '860975' }] },
        dosageInstruction: [
          { route: local('route'), doseAndRate: [{ doseQuantity: { value: 2, unit: 'pills for Jane Doe' } }] },
        ],
      },
    ];
  });
  writeFileSync(at('fhir', 'all.ndjson'), resources.map((resource) => `${JSON.stringify(resource)}\n`).join(''));
  expect(await ehrsynth('ingest fhir @fhir -o @of-fhir --min-patients 1 --kinds drug,measurement'), output()).toBe(0);
  const lines = ['train', 'holdout'].flatMap((part) =>
    gunzipSync(readFileSync(at('of-fhir', part, 'records.ndjson.gz')))
      .toString()
      .trim()
      .split('\n'),
  );
  const records = lines.map((line) => JSON.parse(line) as PatientRecord);
  expect(records).toHaveLength(20);
  for (const { events } of records) {
    const found = JSON.stringify(events.map((event) => ({ ...event, code: event.code.code })));
    for (const kept of [
      '"answer"',
      '"panel"',
      '"route"',
      '7.25',
      '{"value":5.5,"unit":"mg/dL"}',
      '3.25',
      '"dose":{"value":2}',
    ])
      expect(found).toContain(kept);
    expect(found).not.toContain('Jane');
  }
});

function filesOf(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesOf(path) : [path];
  });
}
