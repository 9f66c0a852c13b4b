import { writeFileSync } from 'node:fs';
import { version } from '@ehrsynth/io';
import { type CodedEvent, type PatientRecord, System } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { ownFolder } from '../testing.ts';
import { COUNTED, type CountedByTask, READING } from './omop-task.ts';
import { runTask } from './tasks.ts';

const at = ownFolder();

async function* lines(...texts: string[]) {
  yield* texts;
}

async function written(name: string, ...texts: string[]): Promise<string> {
  let text = '';
  for await (const line of runTask(name, lines(...texts), { folders: {} })) text += line;
  return text;
}

it('a task writes a line for each row; one that this version lacks is named', async () => {
  expect(await written('check', 'version')).toBe(`${version()}\n`);
  await expect(written('constructor', '')).rejects.toThrow(/no task "constructor"[^]*the same version/);
});

it('FHIR is read line by line as from a file; what a drug is, is counted by the task that has its line as nobody’s', async () => {
  const code = { coding: [{ system: 'http://hl7.org/fhir/sid/ndc', code: '00093-1048-01' }] };
  const request = { resourceType: 'MedicationRequest', id: 'r', status: 'completed', intent: 'order' };
  const of = { subject: { reference: 'Patient/a' }, authoredOn: '2020-03-04' };
  const lines = [
    ['p', { resourceType: 'Patient', id: 'a', gender: 'female', birthDate: '1980-01-01' }],
    ['p', { ...request, ...of, medicationReference: { reference: 'Medication/m' } }],
    ['d', { resourceType: 'Medication', id: 'm', code }],
    ['o', { resourceType: 'Medication', id: 'n', code }],
    ['o', { ...request, id: 's', medicationCodeableConcept: code }],
  ].map(([kind, resource]) => `${kind as string}${JSON.stringify(resource)}`);
  const rows = (await written('read-fhir', ...lines, 'o{broken')).trim().split('\n');
  const [[, key, record], [place, , counts]] = rows.map((row) => row.split('\t'));
  expect(key).toBe('Patient/a');
  expect(JSON.parse(record)).toMatchObject({ id: 'a', events: [{ kind: 'drug', start: '2020-03-04' }] });
  expect(place).toBe('-1');
  const { used, skipped } = JSON.parse(counts) as { used: object; skipped: Record<string, object> };
  expect(used).toEqual({ Patient: 1, MedicationRequest: 1, Medication: 1 });
  expect(Object.keys(skipped).sort()).toEqual(['MedicationRequest', 'resource']);
  const bundle = {
    resourceType: 'Bundle',
    type: 'collection',
    entry: [{ resource: { resourceType: 'Patient', id: 'b' } }],
  };
  await expect(written('read-fhir', `o${JSON.stringify(bundle)}`)).rejects.toThrow(/patients within another resource/);
});

it('records of an OMOP source are made of its rows, and then brought to what a cohort keeps of them', async () => {
  const measurement = (unit: string) => ({
    ...{ kind: 'measurement', table: 'measurement', unit, notes: [] },
    code: { system: System.loinc, code: '2345-7' },
  });
  const reading = {
    codes: [measurement('mg/dL'), measurement('mmol/L')],
    values: [],
    sexes: [],
    origins: [],
    classes: [],
    where: [],
  };
  writeFileSync(at(READING), JSON.stringify(reading));
  const person = (id: string) => ['1', id, `p${id}`, '1980-01-01', null, ...Array<null>(9).fill(null)];
  const value = (id: string, place: string, number: string) => [
    ...['3', id, place, '18262', null, null, null, null, number, null, '1', null],
  ];
  const rows = [
    person('1'),
    value('1', '0', '90'),
    person('2'),
    value('2', '0', '91'),
    person('3'),
    value('3', '1', '5'),
  ];
  const own = { onError: 'skip', minPatients: 1, holdout: 0, seed: 1 };
  const made = await rowsOf(
    'make-records',
    rows.map((row) => JSON.stringify(row)),
    { reading: at() },
    own,
  );
  expect(made.map(([part, patient]) => [part, patient])).toEqual([
    ...[
      ['training', 'p1'],
      ['training', 'p2'],
      ['training', 'p3'],
      ['counts', ''],
    ],
  ]);
  const { tally, records } = JSON.parse(made[3][2]) as CountedByTask;
  expect(tally.used).toEqual({ person: 3, measurement: 3 });
  writeFileSync(at(COUNTED), JSON.stringify(records));
  const lines = made.slice(0, 3).map(([part, , record]) => `${part} ${record}`);
  const kept = await rowsOf('keep-records', lines, { counted: at() }, { minPatients: 1 });
  const quantities = kept.slice(0, 3).map(([, , json]) => (JSON.parse(json) as PatientRecord).events[0].quantity);
  // 5 mmol/L of glucose, 180.156 g/mol.
  expect(quantities.map((quantity) => quantity!.unit)).toEqual(['mg/dL', 'mg/dL', 'mg/dL']);
  expect(quantities[2]!.value).toBeCloseTo(90.1, 0);
  expect(kept[3]).toEqual(['counts', '', '[]']);
});

it('rows of a MEDS dataset are read subject by subject, split as the dataset has them, with what their codes count', async () => {
  const types = [
    ['subject_id', 'BIGINT'],
    ['time', 'TIMESTAMP'],
    ['code', 'VARCHAR'],
    ['numeric_value', 'FLOAT'],
  ];
  writeFileSync(at(READING), JSON.stringify({ types, codes: [], where: 'table data' }));
  const minutes = String(18_262 * 1440);
  const lines = [
    [null, null, minutes, 'ICD10CM//I10', null],
    ['held_out', '-7', null, 'GENDER//F', null],
    ['held_out', '-7', minutes, 'ICD10CM//I10', null],
    ['held_out', '-7', minutes, 'LOINC//4548-4//%', '6.099999904632568'],
    ['held_out', '-7', minutes, 'ICD10CM//I10', null],
    ['train', '8', minutes, null, null],
  ].map((line) => JSON.stringify(line));
  const reading = { kinds: ['condition', 'measurement'], keepUnknownCodes: false, formerCodes: 'keep', splits: 'keep' };
  const own = { ...reading, onError: 'skip', minPatients: 1, holdout: 0, seed: 1 };
  const [first, second, counted] = await rowsOf('read-meds', lines, { reading: at() }, own);
  expect(first.slice(0, 5)).toEqual(['holdout', '-7', '-7', '{"sex":"female"}', '\\N']);
  const codes = JSON.parse(first[5]) as { code: string; times: number; first: number }[];
  expect(
    codes.map(({ code, times, first: place }) => [(JSON.parse(code) as CodedEvent).code.code, times, place]),
  ).toEqual([
    ['I10', 2, 0],
    ['4548-4', 1, 1],
  ]);
  expect((JSON.parse(first[6]) as PatientRecord).events[1].quantity).toEqual({ value: 6.1, unit: '%' });
  expect([second.slice(0, 3), second[5]]).toEqual([['training', '8', '8'], '[]']);
  const { tally } = JSON.parse(counted[6]) as CountedByTask;
  expect(tally.rows).toEqual({ data: 6 });
  expect(tally.used).toEqual({ person: 2, data: 4 });
  expect(tally.skipped).toEqual({ data: { 'row without a code': 1, 'row without subject_id': 1 } });
});

async function rowsOf(name: string, texts: string[], folders: Record<string, string>, options: object) {
  const rows: string[][] = [];
  for await (const line of runTask(name, lines(...texts), { folders, options })) rows.push(line.trimEnd().split('\t'));
  return rows;
}
