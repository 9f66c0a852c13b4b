import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { type Column, saveColumns } from '@ehrsynth/matrix';
import { type CodedEvent, type PatientRecord, System } from '@ehrsynth/records';
import { beforeAll, expect, it } from 'vitest';
import { readRecords, RecordsWriter } from '../cohort/records-file.ts';
import { ownFolder } from '../testing.ts';
import { withKnownTitles } from './known-titles.ts';
import { writeRelease } from './release-data.ts';

const at = ownFolder();
const said = 'by Ada Lovelace';
const local = (code: string) => ({ system: 'urn:local', code, display: said });
const loinc = (code: string) => ({ system: System.loinc, code, display: said });
const day = { start: '2020-02-02', encounter: 0 };
const measured = (event: Partial<CodedEvent>): CodedEvent => ({
  kind: 'measurement',
  code: loinc('4548-4'),
  ...day,
  ...event,
});
const record: PatientRecord = {
  id: '5b0d3f4e-2c7f-4b6d-9a51-0c7c0e6a4f10',
  sex: 'female',
  birthDate: '1970-01-01',
  encounters: [{ class: 'AMB', start: '2020-02-02', end: '2020-02-02' }],
  events: [
    { kind: 'condition', code: { system: System.icd10cm, code: 'I10', display: said }, ...day },
    { kind: 'condition', code: local('known'), ...day },
    measured({ quantity: { value: 7.25, unit: 'Lovelace' }, interpretation: said, category: said }),
    measured({ quantity: { value: 7.5, unit: said, system: 'http://unitsofmeasure.org', code: 'mg/dL' } }),
    measured({ quantity: { value: 7.75, unit: '{Lovelace}' } }),
    measured({ answer: local('yes'), text: said, sourceText: said }),
    measured({ code: loinc('8480-6'), panel: loinc('85354-9'), quantity: { value: 120, unit: 'mmHg' } }),
    {
      kind: 'drug',
      code: { system: System.rxnorm, code: '860975', display: said },
      ...day,
      quantity: { value: 30, unit: said },
      dose: { value: 2, unit: said },
      route: { code: local('oral'), text: said },
    },
  ],
};

beforeAll(async () => {
  mkdirSync(at('model'));
  const known: Column = {
    kind: 'condition',
    system: 'urn:local',
    code: 'known',
    display: 'Shared by many',
    level: 'code',
  };
  await saveColumns(at('model'), [known]);
  const writer = new RecordsWriter(at('given.ndjson.gz'));
  await writer.write(record);
  await writer.close();
  await withKnownTitles(at('given.ndjson.gz'), at('titled.ndjson.gz'), at('model'));
});

it('leaves codes and numbers, the titles that are known and the units that are in use', async () => {
  const found: PatientRecord[] = [];
  for await (const one of readRecords(at('titled.ndjson.gz'))) found.push(one);
  const [hypertension, shared, ...values] = found[0].events;
  expect(hypertension.code.display).toBe('Essential (primary) hypertension');
  expect(shared.code.display).toBe('Shared by many');
  const bare = ({ system, code }: { system: string; code: string }) => ({ system, code });
  const code = bare(loinc('4548-4'));
  expect(values).toEqual([
    { ...measured({ quantity: { value: 7.25 } }), code },
    {
      ...measured({
        quantity: { value: 7.5, unit: 'mg/dL', system: 'http://unitsofmeasure.org', code: 'mg/dL' },
      }),
      code,
    },
    { ...measured({ quantity: { value: 7.75 } }), code },
    { ...measured({ answer: bare(local('yes')) }), code },
    {
      ...measured({ panel: bare(loinc('85354-9')), quantity: { value: 120, unit: 'mmHg' } }),
      code: bare(loinc('8480-6')),
    },
    {
      kind: 'drug',
      code: { system: System.rxnorm, code: '860975' },
      ...day,
      quantity: { value: 30 },
      dose: { value: 2 },
      route: { code: bare(local('oral')) },
    },
  ]);
});

it('no text gets into what is written of them', async () => {
  await writeRelease(at('titled.ndjson.gz'), at('release'), ['fhir', 'omop', 'csv'], 1);
  const files = readdirSync(at('release'), { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name));
  expect(files.length).toBeGreaterThan(10);
  for (const name of files) expect(readFileSync(at('release', name), 'utf8').includes('Lovelace'), name).toBe(false);
  const observations = readFileSync(at('release', 'data', 'fhir', 'Observation.ndjson'), 'utf8');
  for (const value of ['7.25', '7.5', 'mg/dL', '120', '"yes"']) expect(observations).toContain(value);
});

it('would be found there if it had stayed', async () => {
  await writeRelease(at('given.ndjson.gz'), at('careless'), ['fhir'], 1);
  const observations = readFileSync(at('careless', 'data', 'fhir', 'Observation.ndjson'), 'utf8');
  expect(observations.match(/Lovelace/g)!.length).toBeGreaterThan(4);
});
