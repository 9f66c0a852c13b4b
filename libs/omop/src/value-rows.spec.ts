import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CodedEvent, OMOP_CONCEPT, type PatientRecord, System, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UCUM } from '@ehrsynth/units';
import { readOmop, writeOmop } from './index.ts';
import { answers } from './testing/answers.ts';

const vocabulary = new Vocabulary();
let [work, count] = ['', 0];
beforeAll(() => (work = mkdtempSync(join(tmpdir(), 'value-rows-'))));
afterAll(() => rmSync(work, { recursive: true }));
beforeEach(() => mkdirSync(folder(++count)));
const folder = (n = count) => join(work, String(n));

const file = (name: string, ...lines: string[]) =>
  writeFileSync(join(folder(), `${name}.csv`), lines.join('\n') + '\n');

async function read(path = folder(), tally = new Tally()): Promise<PatientRecord[]> {
  const kinds: CodedEvent['kind'][] = ['condition', 'drug', 'procedure', 'measurement'];
  const records: PatientRecord[] = [];
  for await (const record of readOmop(path, { vocabulary, kinds }, tally)) records.push(record);
  return records;
}

const CONCEPTS = [
  'concept_id,concept_name,domain_id,vocabulary_id,concept_class_id,standard_concept,concept_code',
  '36309158,Detected (LOINC),Meas Value,LOINC,Answer,S,LA0-1',
  '8653,degree Celsius old,Unit,UCUM,Unit,,Cel',
  '720870,mL/min/1.73m2,Unit,UCUM,Unit,S,mL/min/{1.73_m2}',
  '4112421,IV bolus,Route,SNOMED,Qualifier Value,S,8907000175103',
  '2000000777,our unit,Unit,Local,Unit,,tablespoon',
  '2000000778,our answer,Meas Value,Local,Answer,,perhaps',
];
const PERSON = ['person_id,gender_concept_id,year_of_birth', '1,8507,1970'];

/** Reads one row of a table whose only code is an A1c or metformin. */
async function valueOf(table: 'measurement' | 'drug_exposure', columns: string, values: string, tally = new Tally()) {
  file('person', ...PERSON);
  file('concept', ...CONCEPTS);
  const [date, code] =
    table === 'measurement' ? ['measurement_date', '4548-4'] : ['drug_exposure_start_date', '68180051301'];
  const prefix = table === 'measurement' ? 'measurement' : 'drug';
  file(table, `person_id,${date},${prefix}_source_value,${columns}`, `1,2010-01-02,${code},${values}`);
  const [{ events }] = await read(folder(), tally);
  const value = JSON.parse(JSON.stringify(events[0])) as Partial<CodedEvent>;
  for (const name of ['kind', 'code', 'start'] as const) delete value[name];
  return value;
}

describe('a measurement', () => {
  it.each<[name: string, columns: string, values: string, expected: object]>([
    [
      'a number with all its digits',
      'value_as_number',
      '0.1234567890123456',
      { quantity: { value: 0.1234567890123456 } },
    ],
    ['a negative number, judged by nobody', 'value_as_number', '-1e300', { quantity: { value: -1e300 } }],
    ['zero', 'value_as_number', '0', { quantity: { value: 0 } }],
    [
      'a unit by its concept alone',
      'value_as_number,unit_concept_id',
      '7.2,8554',
      { quantity: { value: 7.2, unit: '%' } },
    ],
    [
      "the source's unit before its concept",
      'value_as_number,unit_concept_id,unit_source_value',
      '99,8840,MG/DL',
      { quantity: { value: 99, unit: 'MG/DL', system: UCUM, code: 'mg/dL' } },
    ],
    [
      'a unit that is its concept',
      'value_as_number,unit_concept_id,unit_source_value',
      '99,8840,mg/dL',
      { quantity: { value: 99, unit: 'mg/dL' } },
    ],
    [
      'a unit of two spellings in UCUM',
      'value_as_number,unit_concept_id,unit_source_value',
      '9,8923,[IU]/L',
      { quantity: { value: 9, unit: '[IU]/L' } },
    ],
    [
      'a unit of the concept table',
      'value_as_number,unit_concept_id',
      '37,8653',
      { quantity: { value: 37, unit: 'Cel', system: UCUM, code: 'Cel' } },
    ],
    [
      'a unit of the concept table that is written otherwise',
      'unit_concept_id,unit_source_value',
      '720870,ml/min',
      { quantity: { unit: 'ml/min', system: UCUM, code: 'mL/min/{1.73_m2}' } },
    ],
    ['unit 0: none', 'value_as_number,unit_source_value', '37,0', { quantity: { value: 37 } }],
    [
      "a unit of the source's own",
      'value_as_number,unit_concept_id',
      '2,2000000777',
      { quantity: { value: 2, unit: 'tablespoon' } },
    ],
    ['a unit without a number', 'unit_source_value', 'mg', { quantity: { unit: 'mg' } }],
    [
      'unit concept 0',
      'value_as_number,unit_concept_id,unit_source_value',
      '2,0,odd',
      { quantity: { value: 2, unit: 'odd' } },
    ],
    ...(['<=', '>=', '<', '>', '='] as const).map(
      (comparator, i) =>
        [
          `operator ${comparator}`,
          'value_as_number,operator_concept_id',
          `5,${[4171754, 4171755, 4171756, 4172704, 4172703][i]}`,
          { quantity: { value: 5, comparator } },
        ] as [string, string, string, object],
    ),
    ['a range of one end', 'range_low,range_high', ',5.5', { referenceRange: { high: 5.5 } }],
    [
      'an answer of the concept table',
      'value_as_concept_id',
      '36309158',
      { answer: { system: System.loinc, code: 'LA0-1', display: 'Detected (LOINC)' } },
    ],
    [
      'a usual answer without it',
      'value_as_concept_id,value_source_value',
      '45884084,POS',
      { answer: { system: System.loinc, code: 'LA6576-8', display: 'Positive' }, text: 'POS' },
    ],
    [
      'an answer that nobody knows',
      'value_as_concept_id',
      '4000001',
      { answer: { system: OMOP_CONCEPT, code: '4000001' } },
    ],
    ['text of the source', 'value_source_value', '"see note, ""urgent"""', { text: 'see note, "urgent"' }],
    [
      'the number again as text: counted once',
      'value_as_number,value_source_value',
      '7.2,7.2',
      { quantity: { value: 7.2 } },
    ],
    [
      'the number written otherwise',
      'value_as_number,value_source_value',
      '7.2,7.20',
      { quantity: { value: 7.2 }, text: '7.20' },
    ],
    ['nothing', 'value_as_number,operator_concept_id,value_as_concept_id,unit_concept_id', ',0,0,0', {}],
  ])('has %s', async (_, columns, values, expected) => {
    const tally = new Tally('stop');
    expect(await valueOf('measurement', columns, values, tally)).toEqual(expected);
    expect(Object.fromEntries(tally.notes)).toEqual({});
  });

  it.each([
    ['value_as_number', 'NaN', 'value_as_number is no numeric'],
    ['range_high', 'Infinity', 'range_high is no numeric'],
    ['range_low', '-inf', 'range_low is no numeric'],
    ['operator_concept_id', '8554', 'operator_concept_id is no comparator'],
    ['value_as_concept_id', '2000000999', 'concept of a value unknown'],
    ['unit_concept_id', '-5', 'concept of a value unknown'],
  ])('without what cannot be read of %s %s, which is noted', async (column, value, reason) => {
    const tally = new Tally('stop');
    expect(await valueOf('measurement', column, value, tally)).toEqual({});
    expect(Object.fromEntries(tally.notes)).toEqual({ [reason]: 1 });
  });
});

describe('a drug', () => {
  it.each<[name: string, columns: string, values: string, expected: object]>([
    [
      'quantity and unit of dose',
      'quantity,dose_unit_source_value',
      '30.5,tablet',
      { quantity: { value: 30.5, unit: 'tablet' } },
    ],
    ["days' supply and refills", 'days_supply,refills', '3,0', { daysSupply: 3, refills: 0 }],
    [
      'a usual route',
      'route_concept_id,route_source_value',
      '4132161,PO',
      { route: { code: { system: System.snomed, code: '26643006', display: 'Oral' }, text: 'PO' } },
    ],
    [
      'a route of the concept table',
      'route_concept_id,route_source_value',
      '4112421,unknown',
      { route: { code: { system: System.snomed, code: '8907000175103', display: 'IV bolus' } } },
    ],
    ['route unknown: none', 'route_concept_id,route_source_value', '0,Unknown', {}],
    ['a route by its text alone', 'route_concept_id,route_source_value', '0,by mouth', { route: { text: 'by mouth' } }],
    [
      'an end that the source states',
      'drug_exposure_end_date,verbatim_end_date',
      '2010-02-01,2010-01-20',
      { end: '2010-02-01', verbatimEnd: '2010-01-20' },
    ],
    [
      'an end on the day of the start, where the source states it',
      'drug_exposure_end_date,verbatim_end_date',
      '2010-01-02,2010-01-02',
      { end: '2010-01-02' },
    ],
    ['no end where it is only the start again', 'drug_exposure_end_date', '2010-01-02', {}],
  ])('has %s', async (_, columns, values, expected) => {
    expect(await valueOf('drug_exposure', columns, values, new Tally('stop'))).toEqual(expected);
  });

  it.each([
    ['days_supply', '30.4', {}, 'days_supply is no integer'],
    ['days_supply', '30.0', { daysSupply: 30 }, undefined],
    ['quantity', 'NaN', {}, 'quantity is no numeric'],
  ])('has %s %s as far as it is a number, which is noted', async (column, value, expected, reason) => {
    const tally = new Tally('stop');
    expect(await valueOf('drug_exposure', column, value, tally)).toEqual(expected);
    expect(Object.fromEntries(tally.notes)).toEqual(reason ? { [reason]: 1 } : {});
  });

  it('has no sig: it is free text, and counted', async () => {
    const tally = new Tally();
    expect(JSON.stringify(await valueOf('drug_exposure', 'sig', 'give to Jane Doe', tally))).not.toContain('Jane');
    expect(Object.fromEntries(tally.notes)).toEqual({ 'sig left out: free text': 1 });
  });
});
it('keeps the columns of values from OMOP to records and back to OMOP', async () => {
  file('person', ...PERSON);
  file('concept', ...CONCEPTS);
  file(
    'measurement',
    'person_id,measurement_date,measurement_source_value,value_as_number,operator_concept_id,value_as_concept_id,unit_concept_id,unit_source_value,range_low,range_high,value_source_value',
    '1,2010-01-02,4548-4,7.2,4172703,,8554,%,4,5.6,7.2',
    '1,2010-01-03,4548-4,1234.5678,4171756,45884084,8653,C,,99.5,< 1234.5678',
    '1,2010-01-04,4548-4,-0.0000001,,36309158,0,furlong,-1,,low',
    '1,2010-01-05,4548-4,,,9191,,,,,POS',
  );
  file(
    'drug_exposure',
    'person_id,drug_exposure_start_date,drug_exposure_end_date,drug_source_value,quantity,days_supply,refills,dose_unit_source_value,route_concept_id,route_source_value,verbatim_end_date',
    '1,2010-01-02,2010-01-31,68180051301,30.25,30,2,tablet,4132161,PO,2010-01-20',
    '1,2010-02-02,2010-02-02,68180051301,,1,,,45956874,neb,2010-02-02',
  );
  file(
    'observation',
    'person_id,observation_date,observation_source_value,value_as_number,value_as_string,value_as_concept_id,unit_concept_id,unit_source_value',
    '1,2010-01-06,I10,3,,4188539,8512,d',
    '1,2010-01-07,I10,,since 1999,,,',
  );
  const records = await read();
  const stream = (async function* () {
    yield* records;
  })();
  const out = folder(++count);
  const { lost } = await writeOmop(stream, out, { format: 'csv', today: '2026-01-01' });
  expect(Object.fromEntries(lost)).toEqual({});
  const measured = `CAST(value_as_number AS DOUBLE) AS number, unit_source_value, nullif(CAST(unit_concept_id AS BIGINT), 0) AS unit, (SELECT min(concept_code) FROM concept WHERE CAST(concept_id AS BIGINT) = CAST(value_as_concept_id AS BIGINT) AND CAST(concept_id AS BIGINT) > 0) AS answer`;
  const queries = {
    measurement: `SELECT ${measured}, operator_concept_id, CAST(range_low AS DOUBLE) AS low, CAST(range_high AS DOUBLE) AS high, value_source_value FROM measurement WHERE CAST(measurement_date AS DATE) < DATE '2010-01-06' ORDER BY measurement_date`,
    drugs:
      'SELECT CAST(quantity AS DOUBLE) AS quantity, days_supply, refills, dose_unit_source_value, route_concept_id, route_source_value, drug_exposure_end_date, verbatim_end_date FROM drug_exposure ORDER BY drug_exposure_start_date',
    observations: `SELECT ${measured}, text FROM (SELECT observation_date AS day, *, value_as_string AS text FROM observation UNION ALL BY NAME SELECT measurement_date AS day, *, value_source_value AS text FROM measurement) o WHERE CAST(day AS DATE) >= DATE '2010-01-06' ORDER BY day`,
  };
  const before = await answers(folder(count - 1), queries);
  // An old concept of a unit of UCUM is written as the one that is standard.
  before.measurement.forEach((row) => (row.unit = Number(row.unit) === 8653 ? 586323n : row.unit));
  before.observations.forEach((row) => (row.text ??= null));
  const after = await answers(out, queries);
  // The concept table of the source lacks the usual concepts that its rows name.
  expect(before.measurement.map((row) => row.answer)).toEqual([null, null, 'LA0-1', null]);
  expect(after.measurement.map((row) => row.answer)).toEqual([null, 'LA6576-8', 'LA0-1', '10828004']);
  const withoutAnswer = (rows: Record<string, unknown>[]): Record<string, unknown>[] =>
    rows.map((row) => ({ ...row, answer: null }));
  expect(withoutAnswer(after.measurement)).toEqual(withoutAnswer(before.measurement));
  expect(after.drugs).toEqual(before.drugs);
  const texts = (rows: Record<string, unknown>[]) =>
    withoutAnswer(rows).map((row) => ({ ...row, text: row.text === '3' ? null : row.text }));
  expect(texts(after.observations)).toEqual(texts(before.observations));
});
