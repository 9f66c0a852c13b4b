import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { at, ehrsynth } = commandLine();

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
  expect(
    await ehrsynth('ingest omop @cdm -o @cohort --min-patients 1 --force --kinds drug,measurement'),
  ).toBe(0);
  const texts = filesOf(at('cohort')).map((path) => {
    const bytes = readFileSync(path);
    return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
  });
  expect(texts.join('\n')).toContain('"quantity":{"value":7.25}');
  expect(texts.join('\n')).toContain('"code":"LA6576-8"');
  expect(texts.filter((text) => text.includes('Jane'))).toEqual([]);
});

function filesOf(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesOf(path) : [path];
  });
}
