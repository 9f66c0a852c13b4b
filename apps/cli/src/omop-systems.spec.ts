import { mkdirSync } from 'node:fs';
import { readPatientRecords, SystemAliases, validateFhir, writeFhir } from '@ehrsynth/fhir';
import { readOmop, writeOmop } from '@ehrsynth/omop';
import { writeCdm } from '@ehrsynth/omop/testing';
import { type EventKind, type PatientRecord, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { at } = commandLine();
const vocabulary = new Vocabulary();
const kinds: EventKind[] = ['condition', 'drug', 'procedure', 'measurement'];

/** vocabulary_id and a code of its form. */
const CODES: [string, string][] = [
  ['SNOMED', '38341003'],
  ['ICD10', 'E11.9'],
  ['ICD10CM', 'E11.9'],
  ['ICD10GM', 'E11.90'],
  ['ICD9CM', '250.00'],
  ['ICDO3', '8140/3-C50.9'],
  ['Read', 'C10F.'],
  ['MeSH', 'D003924'],
  ['MedDRA', '10012601'],
  ['SNOMED Veterinary', '318201000009108'],
  ['RxNorm Extension', 'OMOP123'],
  ['ICD10CM (KCD7)', 'E11.9'],
  ['KCD7', 'E11.9'],
  ['OMOP Extension', 'OMOP5160861'],
  ['None', 'L 1'],
  ['a/b|c#%20', 'x'],
  ['Ä ö', 'x'],
  ['constructor', 'x'],
  ['source 1', 'x'],
];

async function all(records: AsyncIterable<PatientRecord>): Promise<PatientRecord[]> {
  const found: PatientRecord[] = [];
  for await (const record of records) found.push(record);
  return found;
}
async function* stream(records: PatientRecord[]) {
  yield* records;
}
const codesOf = (records: PatientRecord[]) =>
  records.flatMap(({ events }) => events.map(({ kind, code }) => `${kind} ${code.system} ${code.code}`)).sort();

it('takes codes of every vocabulary, and source values of none, from OMOP to right FHIR and back to OMOP', async () => {
  const condition = (id: number, concept: number, value: string) => ({
    condition_occurrence_id: id,
    person_id: 1,
    condition_concept_id: 0,
    condition_start_date: '2020-01-01',
    condition_source_concept_id: concept,
    condition_source_value: value,
  });
  writeCdm(at('cdm'), {
    person: [{ person_id: 1, gender_concept_id: 8507, year_of_birth: 1970 }],
    concept: CODES.map(([vocabulary_id, concept_code], i) => ({
      concept_id: i + 1,
      concept_name: 'a name',
      domain_id: 'Condition',
      vocabulary_id,
      concept_code,
    })),
    vocabulary: CODES.map(([vocabulary_id]) => ({ vocabulary_id, vocabulary_reference: 'OMOP generated' })),
    condition_occurrence: [
      ...CODES.map((_, i) => condition(i + 1, i + 1, 'x')),
      condition(1000, 0, ' Diabetes  of some kind'),
      condition(1001, 999, ''),
    ],
  });
  const first = await all(readOmop(at('cdm'), { vocabulary, kinds }, new Tally('stop')));
  expect(new Set(codesOf(first)).size).toBe(CODES.length + 2);
  for (const name of ['fhir', 'again']) mkdirSync(at(name));
  await writeFhir(stream(first), at('fhir'), vocabulary, { format: 'ndjson', gzip: false });
  const errors: string[] = [];
  await validateFhir(at('fhir'), {
    vocabulary,
    onFinding: ({ severity, path, message }) => void (severity === 'error' && errors.push(`${path}: ${message}`)),
  });
  expect(errors).toEqual([]);
  const options = { aliases: new SystemAliases([]), vocabulary, kinds };
  const tally = new Tally('stop');
  const second = await all(readPatientRecords(at('fhir'), options, tally));
  expect(codesOf(second)).toEqual(codesOf(first));
  expect([...tally.hints]).toEqual([]);
  await writeOmop(stream(second), at('again'), { format: 'csv', today: '2026-01-01' });
  const third = await all(readOmop(at('again'), { vocabulary, kinds }, new Tally('stop')));
  expect(codesOf(third)).toEqual(codesOf(first));
});
