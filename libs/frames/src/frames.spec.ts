import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, quote } from '@ehrsynth/duckdb';
import type { Column } from '@ehrsynth/matrix';
import { type PatientRecord, System } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CodeIdentifier, NameMatcher, openFrame, OWN_SYSTEM, type RoleNames, requireRow } from './index.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'frames-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const identifier = new CodeIdentifier({ vocabulary: new Vocabulary() });

/** All of a table of text: rows or records, faults, notes. */
async function read(text: string, roles?: RoleNames, name = 'table.csv') {
  const path = join(folder, name);
  if (text !== '') writeFileSync(path, text);
  const frame = await openFrame(path, { roles });
  try {
    if (frame.is === 'wide') {
      const rows = [];
      for await (const row of frame.rows()) rows.push(row);
      return { names: frame.names, rows, notes: frame.notes, records: [] as PatientRecord[], faults: [] };
    }
    const [records, faults, notes]: [PatientRecord[], object[], Map<string, number>] = [[], [], new Map()];
    const options = { resolve: identifier.resolve, notes, onFault: (fault: object) => void faults.push(fault) };
    for await (const record of frame.records(options)) records.push(record);
    return { names: undefined, rows: [], records, faults, notes };
  } finally {
    await frame.close();
  }
}

describe('a table with a column for each code', () => {
  it('is read as pandas writes it: an index, true and false, 1.0, demographics as values', async () => {
    const { names, rows } = await read(',gender,age,race,E11.9,I10\n0,F,67,White,True,2.0\n7,M,,Asian,False,0\n');
    expect(names).toEqual(['E11.9', 'I10']);
    expect(rows).toMatchObject([
      {
        id: '0',
        sex: 'female',
        age: 67,
        race: '2106-3',
        counts: [
          [0, 1],
          [1, 2],
        ],
      },
      { id: '7', sex: 'male', race: '2028-9', counts: [] },
    ]);
  });

  it('has no names where there is no header, or numbers from 0 on', async () => {
    for (const text of ['1,0,0\n0,1,1\n', ',0,1,2\n0,1,0,0\n1,0,1,1\n', '0;1;2\n1;0;0\n0;1;1\n']) {
      const { names, rows } = await read(text);
      expect(names).toBeUndefined();
      expect(rows.map(({ counts }) => counts)).toEqual([
        [[0, 1]],
        [
          [1, 1],
          [2, 1],
        ],
      ]);
    }
    // Codes that are numbers stand in a header once each.
    expect((await read('401.9,250.00,276\n1,0,1\n')).names).toEqual(['401.9', '250.00', '276']);
  });

  it('says line and column of what is no count, and counts empty cells and demographics that it does not understand', async () => {
    const { rows, notes } = await read('id,sex,E11.9,I10\na,1,0.37,1\nb,F,,-1\nc,M,1,1\n');
    expect(rows.map(({ fault }) => fault?.where.replace(folder, ''))).toEqual([
      '/table.csv, line 2, column "E11.9"',
      '/table.csv, line 3, column "I10"',
      undefined,
    ]);
    expect(() => requireRow(rows[0])).toThrow(/probabilities/);
    expect(Object.fromEntries(notes)).toEqual({
      'empty cells, read as 0': 1,
      'sex not understood (write male, female)': 1,
    });
  });

  it('names the line that has too few or too many cells, and a name that comes twice', async () => {
    await expect(read('id,E11.9,I10\na,0,1\nb,0\n')).rejects.toThrow(
      /The line has 2 cells, but the header has 3\n.*line 3/,
    );
    await expect(read('id,I10,I10\na,0,1\n')).rejects.toThrow(/Two columns have the same name: "I10"/);
    writeFileSync(join(folder, 'broken.parquet'), 'PAR1 and no more');
    await expect(read('', undefined, 'broken.parquet')).rejects.toThrow(/broken\.parquet/);
  });
});

describe('a table with a row for each event', () => {
  it('becomes records, whatever the order of its rows', async () => {
    const { records } = await read(
      `patient_id,date,icd_code,value,unit,sex,birth_date
2,2020-03-01,E119,,,M,1950-06-30
1,2021-01-31 10:30,LOINC//4548-4,7.1,%,F,1960-01-01
2,2019-12-31,I10,,,M,1950-06-30
`,
      { code: 'icd_code' },
    );
    expect(records).toEqual([
      {
        id: '1',
        sex: 'female',
        birthDate: '1960-01-01',
        encounters: [],
        events: [
          {
            kind: 'measurement',
            code: { system: System.loinc, code: '4548-4' },
            start: '2021-01-31',
            startTime: '10:30',
            quantity: { value: 7.1, unit: '%' },
          },
        ],
      },
      expect.objectContaining({ id: '2', sex: 'male', birthDate: '1950-06-30' }),
    ]);
    expect(records[1].events.map(({ code, start }) => [code.code, start])).toEqual([
      ['E11.9', '2020-03-01'],
      ['I10', '2019-12-31'],
    ]);
  });

  it('reads days since a first one, an age at the last day, and visits with a class', async () => {
    const { records } = await read(
      'id,day,code,age,visit,class\na,0,I10,50,1,IMP\na,3,E11.9,50,1,IMP\na,400,R05.9,51,2,AMB\n',
    );
    expect(records[0].events.map(({ start }) => start)).toEqual(['2000-01-01', '2000-01-04', '2001-02-04']);
    expect(records[0].birthDate).toBe('1949-08-06');
    expect(records[0].encounters).toEqual([
      { class: 'IMP', start: '2000-01-01', end: '2000-01-04' },
      { class: 'AMB', start: '2001-02-04', end: '2001-02-04' },
    ]);
    expect(records[0].events.map(({ encounter }) => encounter)).toEqual([0, 0, 1]);
  });

  it('keeps an age where there is no date, and a patient without a code', async () => {
    const { records } = await read('id,code,sex,age\na,I10,F,50\nb,,M,41\n');
    expect(records).toEqual([
      expect.objectContaining({ id: 'a', age: 50 }),
      { id: 'b', sex: 'male', age: 41, encounters: [], events: [] },
    ]);
  });

  it('says where a date is none, a patient is missing, or a code exists in no dictionary', async () => {
    const { records, faults } = await read(
      'id,time,code\na,2020-02-30,I10\n,2020-01-01,I10\na,2020-01-01,ICD10CM//Q99.999\na,2020-01-01,I10\n',
    );
    expect(records).toHaveLength(1);
    expect(faults.map((fault) => JSON.stringify(fault).replace(folder, ''))).toEqual([
      expect.stringContaining('line 2, column \\"time\\"'),
      expect.stringContaining('line 3, column \\"id\\"'),
      expect.stringContaining('code in no dictionary'),
    ]);
    await expect(read('id,time,code\na,1580000000,I10\nb,1590000000,I10\n')).rejects.toThrow(/too large to be days/);
  });

  it('is refused a column that it does not have, and one of events where none is a code', async () => {
    await expect(read('id,time,code\na,1,I10\n', { code: 'icd' })).rejects.toThrow(/no column "icd" for code/);
    await expect(read('id,E11.9,t\na,1,2\n', { time: 't' })).rejects.toThrow(/--column code=NAME/);
  });

  it('comes from Parquet with its types', async () => {
    const database = await openDatabase();
    await database.run(
      `COPY (SELECT 12::BIGINT AS subject_id, TIMESTAMP '2020-05-01 08:15:00' AS time, 'I10' AS code, 3.5::DOUBLE AS numeric_value) TO ${quote(join(folder, 'events.parquet'))}`,
    );
    await database.close();
    const { records } = await read('', undefined, 'events.parquet');
    expect(records[0]).toMatchObject({ id: '12', events: [{ start: '2020-05-01', startTime: '08:15' }] });
  });
});

describe('names of columns', () => {
  const code = (kind: Column['kind'], system: string, name: string, display?: string): Column => ({
    ...{ kind, system, code: name, level: 'code' },
    ...(display && { display }),
  });
  const columns: Column[] = [
    code('demographic', 'sex', 'female'),
    code('demographic', 'age', '25-34'),
    code('condition', System.icd10cm, 'E11.9', 'Type 2 diabetes mellitus without complications'),
    code('measurement', System.loinc, '4548-4'),
    code('drug', System.rxnorm, '5640'),
    code('procedure', System.snomed, '73211009'),
    code('condition', System.snomed, '73211009'),
  ];
  const matcher = new NameMatcher(columns);

  it.each([
    ['E11.9', 2],
    ['E119', 2],
    ['icd10cm_E11.9', 2],
    ['ICD10CM//E11.9', 2],
    ['ICD10:E119', 2],
    ['dx_E11.9', 2],
    [`condition|${System.icd10cm}|E11.9`, 2],
    ['type 2 diabetes mellitus without complications', 2],
    ['LOINC_4548-4', 3],
    ['lab 4548-4', 3],
    ['rxnorm:5640', 4],
    ['procedure_73211009', 5],
    ['sex_F', 0],
    ['gender=female', 0],
    ['age_25-34', 1],
  ])('%s is column %i', (name, place) => {
    expect(matcher.find(name).places).toEqual([place]);
  });

  it('that name another system, several columns or none are not guessed', () => {
    const {
      columns: found,
      unmatched,
      ambiguous,
      missing,
      prefixes,
    } = matcher.match(['ICD9CM_E11.9', '73211009', 'ndc:5640', 'sex_male', 'group3_E11.9']);
    expect(found).toEqual([undefined, undefined, undefined, undefined, 2]);
    expect([unmatched, ambiguous]).toEqual([[0, 2, 3], [1]]);
    expect(missing).toEqual([0, 1, 3, 4, 5, 6]);
    expect([...prefixes]).toEqual([['group3', 1]]);
  });

  it.each([
    ['E119', 'condition', System.icd10cm, 'E11.9'],
    ['4548-4', 'measurement', System.loinc, '4548-4'],
    ['0DTJ4ZZ', 'procedure', System.icd10pcs, '0DTJ4ZZ'],
    ['ICD10//0DTJ4ZZ', 'procedure', System.icd10pcs, '0DTJ4ZZ'],
    ['22298006', 'condition', System.snomed, '22298006'],
    ['rx_ABC1', 'drug', OWN_SYSTEM, 'ABC1'],
    ['12', 'condition', OWN_SYSTEM, '12'],
  ])('%s by itself is a %s of %s', (name, kind, system, own) => {
    expect(identifier.resolve(name)).toMatchObject({ kind, code: { system, code: own } });
  });
});
