import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CodedEvent, type PatientRecord, SOURCE_VALUE_OF, System, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DATABASE, readOmop, writeOmop } from './index.ts';
import { plain, recordArbitrary } from './testing/records.ts';

const vocabulary = new Vocabulary();
let work: string;
let count = 0;
beforeAll(() => (work = mkdtempSync(join(tmpdir(), 'omop-'))));
afterAll(() => rmSync(work, { recursive: true }));
beforeEach(() => mkdirSync(folder(++count)));
const folder = (n = count) => join(work, String(n));

async function read(path: string, tally = new Tally()): Promise<PatientRecord[]> {
  const records: PatientRecord[] = [];
  const kinds: CodedEvent['kind'][] = ['condition', 'drug', 'procedure', 'measurement'];
  for await (const record of readOmop(path, { vocabulary, kinds }, tally)) records.push(record);
  return records;
}

async function write(records: PatientRecord[], format: 'csv' | 'parquet' | 'duckdb') {
  const stream = (async function* () {
    yield* records;
  })();
  return writeOmop(stream, folder(), { format, today: '2026-01-01' });
}

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);

it.each(['csv', 'parquet', 'duckdb'] as const)('what is written as %s comes back as it was', async (format) => {
  const distinct = fc.uniqueArray(recordArbitrary, {
    selector: ({ id }) => id,
    minLength: 1,
    maxLength: 16,
  });
  await fc.assert(
    fc.asyncProperty(distinct, async (records) => {
      mkdirSync(folder(++count));
      const { rows, lost } = await write(records, format);
      expect(lost.size).toBe(0);
      expect(rows.get('person')).toBe(records.length);
      expect(rows.get('observation_period')).toBe(records.length);
      const tally = new Tally('stop');
      const back = await read(format === 'duckdb' ? join(folder(), DATABASE) : folder(), tally);
      expect(back.sort(byId).map(plain)).toEqual(records.sort(byId).map(plain));
      expect([...tally.notes.keys()].filter((reason) => !/not read$/.test(reason))).toEqual([]);
    }),
    { numRuns: 2 },
  );
});

it('writes what OHDSI expects: concepts of sex, race and visits, types, the period that covers all', async () => {
  const record: PatientRecord = {
    id: 'a',
    sex: 'female',
    birthDate: '1970-03-04',
    race: '2054-5',
    ethnicity: '2135-2',
    deathDate: '2020-05-06',
    encounters: [{ class: 'EMER', start: '2010-01-02', end: '2010-01-03' }],
    events: [
      { kind: 'condition', code: { system: System.icd10cm, code: 'I10' }, start: '2009-12-31' },
      { kind: 'drug', code: { system: System.ndc, code: '68180051301' }, encounter: 0 },
      { kind: 'procedure', code: { system: System.icd10pcs, code: '0DTJ4ZZ' } },
    ],
  };
  const { lost } = await write([record], 'csv');
  expect(Object.fromEntries(lost)).toEqual({ 'event without a date': 1 });
  const table = (name: string) => {
    const [header, ...lines] = readFileSync(join(folder(), `${name}.csv`), 'utf8')
      .trim()
      .split('\n');
    return lines.map((line) => Object.fromEntries(line.split(',').map((value, i) => [header.split(',')[i], value])));
  };
  expect(table('person')).toMatchObject([
    {
      gender_concept_id: '8532',
      race_concept_id: '8516',
      ethnicity_concept_id: '38003563',
      year_of_birth: '1970',
      month_of_birth: '3',
      day_of_birth: '4',
    },
  ]);
  expect(table('visit_occurrence')).toMatchObject([{ visit_concept_id: '9203', visit_type_concept_id: '32827' }]);
  expect(table('observation_period')).toMatchObject([
    { observation_period_start_date: '2009-12-31', observation_period_end_date: '2020-05-06' },
  ]);
  expect(table('drug_exposure')).toMatchObject([
    {
      drug_concept_id: '0',
      drug_source_value: '68180051301',
      drug_exposure_start_date: '2010-01-02',
      drug_exposure_end_date: '2010-01-02',
      visit_occurrence_id: '1',
    },
  ]);
  expect(
    table('concept')
      .filter(({ concept_id }) => Number(concept_id) > 2e9)
      .map(({ vocabulary_id, concept_code }) => [vocabulary_id, concept_code]),
  ).toEqual([
    ['ICD10CM', 'I10'],
    ['NDC', '68180051301'],
    ['ICD10PCS', '0DTJ4ZZ'],
  ]);
  expect(table('death')).toMatchObject([{ death_date: '2020-05-06' }]);
  expect(table('measurement')).toEqual([]);
});

it('counts what the CDM has no room for', async () => {
  const long = 'x'.repeat(60);
  const code = { system: 'http://hospital.example/codes', code: long };
  const event: CodedEvent = { kind: 'drug', code, start: '2010-01-02', quantity: { value: 1, unit: long } };
  const record: PatientRecord = {
    id: long,
    sex: 'male',
    birthDate: '1970-01-01',
    encounters: [],
    events: [event],
  };
  const { lost } = await write([record, { ...record, birthDate: undefined }], 'csv');
  expect(Object.fromEntries(lost)).toEqual({
    'birth date missing': 1,
    'patient id cut to 50 characters': 1,
    'code cut to 50 characters': 1,
    'concept_code cut to 50 characters': 1,
    'unit cut to 50 characters': 1,
  });
  const [back] = await read(folder());
  expect([back.id, back.events[0].code.code]).toEqual([long.slice(0, 50), long.slice(0, 50)]);
});

describe('OMOP as it comes', () => {
  const file = (name: string, ...lines: string[]) => writeFileSync(join(folder(), name), lines.join('\n') + '\n');
  const PERSON = ['person_id,gender_concept_id,year_of_birth', '1,8507,1970', '2,8532,1980'];

  it('reads tabs without quotes, capitals, columns that are missing, source values without concepts', async () => {
    file('PERSON.csv', 'PERSON_ID\tGENDER_CONCEPT_ID\tYEAR_OF_BIRTH', '7\t8507\t1970');
    file(
      'condition_occurrence.csv',
      'person_id\tcondition_start_date\tcondition_source_value',
      '7\t2010-01-02 10:00:00\tI10',
      '7\t2010-01-03\tI"10',
    );
    const tally = new Tally();
    expect(await read(folder(), tally)).toMatchObject([
      {
        id: '7',
        sex: 'male',
        birthDate: '1970-01-01',
        events: [
          { kind: 'condition', code: { system: System.icd10cm, code: 'I10' }, start: '2010-01-02' },
          { code: { system: `${SOURCE_VALUE_OF}condition_occurrence`, code: 'I"10' }, start: '2010-01-03' },
        ],
      },
    ]);
    expect(Object.fromEntries(tally.notes)).toEqual({ 'source value of no known code system, kept': 1 });
  });

  it('counts and lists rows that break the model, and reads the others', async () => {
    file('person.csv', ...PERSON);
    file(
      'visit_occurrence.csv',
      'visit_occurrence_id,person_id,visit_concept_id,visit_start_date,visit_end_date',
      '10,1,9201,2010-01-01,2009-01-01',
      '11,2,9202,2010-01-01,2010-01-01',
      '12,9,9202,2010-01-01,',
    );
    file(
      'condition_occurrence.csv',
      'condition_occurrence_id,person_id,condition_start_date,condition_source_value,visit_occurrence_id',
      '20,1,2010-01-01,I10,10',
      '21,1,2010-01-01,I10,11',
      '22,5,2010-01-01,I10,',
      '23,1,,I10,',
      '24,2,2010-01-01,,',
      '25,2,yesterday,I10,',
    );
    const tally = new Tally();
    const records = await read(folder(), tally);
    expect(records.map(({ encounters, events }) => [encounters, events.map(({ encounter }) => encounter)])).toEqual([
      [[{ class: 'IMP', start: '2010-01-01', end: undefined }], [0, undefined]],
      [[{ class: 'AMB', start: '2010-01-01', end: '2010-01-01' }], []],
    ]);
    expect(Object.fromEntries(tally.skipped.get('condition_occurrence')!)).toEqual({
      'person unknown': 1,
      'no date': 2,
      'no code: neither a source value nor a source concept': 1,
    });
    expect(Object.fromEntries(tally.skipped.get('visit_occurrence')!)).toEqual({ 'person unknown': 1 });
    expect(Object.fromEntries(tally.notes)).toEqual({
      'ends before it begins': 1,
      'visit of another person, or of none': 1,
      'condition_start_date is no date': 1,
    });
    const place = `${join(folder(), 'condition_occurrence.csv')}, condition_occurrence_id 22`;
    expect(tally.problems).toContainEqual({
      reason: 'person unknown',
      resourceType: 'condition_occurrence',
      where: place,
    });
    await expect(read(folder(), new Tally('stop'))).rejects.toThrow('person unknown');
  });

  it('says which table or column is missing, and which file is broken', async () => {
    await expect(read(folder())).rejects.toThrow('There is no table person');
    file('person.csv', 'person_id,sex', '1,m');
    await expect(read(folder())).rejects.toThrow(
      /Table person has no column gender_concept_id[\s\S]*person\.csv[\s\S]*Its columns: person_id, sex/,
    );
    file('person.csv', ...PERSON);
    writeFileSync(join(folder(), 'death.parquet'), 'nonsense');
    await expect(read(folder())).rejects.toThrow(/Table death cannot be read[\s\S]*death\.parquet/);
    await expect(read(join(folder(), 'nowhere'))).rejects.toThrow('No such file or folder');
  });
});
