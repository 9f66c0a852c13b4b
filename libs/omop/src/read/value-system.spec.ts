import { SOURCE_VALUE_OF, System } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { expect, it } from 'vitest';
import { EVENT_TABLES } from '../cdm/events.ts';
import { toCode } from './to-code.ts';
import type { CodeRow } from './code-row.ts';
import { type Looks, looksLikeIcd9, looksLikePcs } from './value-system.ts';

const vocabulary = new Vocabulary();
const ofTable = (table: string) => EVENT_TABLES.find((one) => one.table === table)!;

const OWN = 'own';
it.each([
  // The form of its table's codes, in any writing.
  ['condition_occurrence', 'E11.9', System.icd10cm, 'E11.9'],
  ['condition_occurrence', ' e119 ', System.icd10cm, 'E11.9'],
  ['condition_occurrence', 'E11', System.icd10cm, 'E11'],
  ['condition_occurrence', 'I10.X', System.icd10cm, 'I10'],
  ['drug_exposure', '00093104801', System.ndc, '00093104801'],
  ['drug_exposure', '0093-1048-01', System.ndc, '00093104801'],
  ['drug_exposure', '68180051301.0', System.ndc, '68180051301'],
  ['procedure_occurrence', '0DTJ4ZZ', System.icd10pcs, '0DTJ4ZZ'],
  ['procedure_occurrence', '2W3XX1Z', System.icd10pcs, '2W3XX1Z'],
  ['procedure_occurrence', ' 0dtj4zz', System.icd10pcs, '0DTJ4ZZ'],
  ['measurement', '4548-4', System.loinc, '4548-4'],
  ['observation', '8302-2', System.loinc, '8302-2'],
  // Another form, or another table's.
  ['condition_occurrence', '250.00', OWN, '250.00'],
  ['condition_occurrence', 'V30.00', OWN, 'V30.00'],
  ['condition_occurrence', 'V20.2', OWN, 'V20.2'],
  ['condition_occurrence', 'E11.999', OWN, 'E11.999'],
  ['condition_occurrence', 'G0008', OWN, 'G0008'],
  ['condition_occurrence', '38341003', OWN, '38341003'],
  ['condition_occurrence', 'Diabetes  mellitus', OWN, 'Diabetes mellitus'],
  ['drug_exposure', 'Aspirin 81 MG Oral Tablet', OWN, 'Aspirin 81 MG Oral Tablet'],
  ['drug_exposure', '311354', OWN, '311354'],
  ['drug_exposure', '00000000000', OWN, '00000000000'],
  ['drug_exposure', '123456789', OWN, '123456789'],
  ['drug_exposure', '5551234567', OWN, '5551234567'],
  ['drug_exposure', '2125551212', OWN, '2125551212'],
  ['procedure_occurrence', '0016070', OWN, '0016070'],
  ['procedure_occurrence', '123456A', OWN, '123456A'],
  ['procedure_occurrence', 'B123456', OWN, 'B123456'],
  ['procedure_occurrence', '0A12345', OWN, '0A12345'],
  ['procedure_occurrence', 'WARD123', OWN, 'WARD123'],
  ['procedure_occurrence', '99213', OWN, '99213'],
  ['procedure_occurrence', 'A0428', OWN, 'A0428'],
  ['procedure_occurrence', '5880005', OWN, '5880005'],
  ['procedure_occurrence', '1234567', OWN, '1234567'],
  ['procedure_occurrence', '0001234', OWN, '0001234'],
  ['procedure_occurrence', 'cabbage', OWN, 'cabbage'],
  ['procedure_occurrence', 'E11.9', OWN, 'E11.9'],
  ['measurement', '85025', OWN, '85025'],
  ['measurement', '4548-5', OWN, '4548-5'],
  ['measurement', 'NA', OWN, 'NA'],
  ['device_exposure', '0DTJ4ZZ', OWN, '0DTJ4ZZ'],
  ['observation', 'Z79.4', OWN, 'Z79.4'],
])('a value of %s, %j, is of %s', (table, source, system, code) => {
  const found = read(table, source);
  expect(found.code).toMatchObject({ system: system === OWN ? SOURCE_VALUE_OF + table : system, code });
  expect(found.leftOut).toBeUndefined();
  expect(found.notes.map(({ reason }) => reason)).toEqual(
    system === OWN ? ['source value of no known code system, kept'] : [],
  );
});

it.each(['0', 'UNK', ' No matching concept ', '-', 'null'])('a value %j names no code', (source) => {
  expect(read('measurement', source).leftOut).toEqual({
    reason: 'source value that names no code',
    isRight: true,
  });
});

it.each([
  // E888.9 is a fall in ICD-9-CM, E88.89 a metabolic disorder in ICD-10-CM.
  [['25000', '4019', 'E11.9'], SOURCE_VALUE_OF + 'condition_occurrence'],
  [['E11.9', 'I10', '250'], System.icd10cm],
  [[], System.icd10cm],
])('E8889 among %j is of %s', (others, system) => {
  const rows = others.map((source) => ({ table: 'condition_occurrence', code: null, source }));
  expect(read('condition_occurrence', 'E8889', { isIcd9: looksLikeIcd9(rows) }).code.system).toBe(system);
});

it.each([
  [['0DTJ4ZZ', '4A02XM4', '0016070'], '0016070', System.icd10pcs],
  [['0DTJ4ZZ', '4A02XM4', '0001234'], '0001234', SOURCE_VALUE_OF + 'procedure_occurrence'],
  [['0012345', '0016070', '0DTJ4ZZ'], '0016070', SOURCE_VALUE_OF + 'procedure_occurrence'],
  [['99213', '36415', '0DTJ4ZZ', '0016070'], '0016070', SOURCE_VALUE_OF + 'procedure_occurrence'],
])('of %j, %s is of %s', (values, source, system) => {
  const rows = values.map((value) => ({ table: 'procedure_occurrence', code: null, source: value }));
  expect(read('procedure_occurrence', source, { isPcs: looksLikePcs(rows) }).code.system).toBe(system);
});

it('ten digits are NDC where the dictionary has the product', () => {
  expect(read('drug_exposure', '0093104801').code).toMatchObject({ system: System.ndc, code: '00093104801' });
});

it('an ICD-10-CM code that the dictionary lacks is one where such codes are kept', () => {
  const { code, notes } = read('condition_occurrence', 'E11.999', { keepUnknownCodes: true });
  expect(code).toEqual({ system: System.icd10cm, code: 'E11.999' });
  expect(notes.map(({ reason }) => reason)).toEqual(['code in no dictionary, kept']);
});

function read(
  table: string,
  source: string,
  { keepUnknownCodes = false, ...looks }: Looks & { keepUnknownCodes?: boolean } = {},
) {
  const none = { found: null, code: null, vocabulary: null, reference: null, name: null };
  const { kind } = ofTable(table);
  const row: CodeRow = { place: 0, table, kind, concept: 0, source, unit: '', status: '', ...none };
  return toCode(row, { vocabulary, kinds: [kind], keepUnknownCodes }, looks);
}
