import { System, Tally } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { folders, medsOf, readAll, rows } from '../testing/folders.ts';

const newFolder = folders();
const codes = (...all: string[]) => `SELECT * FROM (VALUES ${all.join(', ')}) v(code, description, parent_codes)`;

describe('a dataset of another program', () => {
  it('is read as people, visits and events', async () => {
    const folder = await medsOf(newFolder(), {
      'data/train/0.parquet': rows(
        "7, NULL, 'GENDER//F'",
        "7, NULL, 'RACE//HISPANIC/LATINO - PUERTO RICAN'",
        "7, '1950-01-01', 'MEDS_BIRTH'",
        "7, '2020-03-01 09:30:59.5', 'HOSPITAL_ADMISSION//EW EMER.//ER'",
        "7, '2020-03-01 10:00', 'LAB//LOINC//4548-4//%', 7.2",
        "7, '2020-03-02 06:00', 'LAB//51221//%', 33.4",
        "7, '2020-03-02 07:00', 'LAB//50911//ng/mL', NULL, '<0.5'",
        "7, '2020-03-02 08:00', 'LAB//51463//UNK', NULL, 'MANY'",
        "7, '2020-03-03', 'DIAGNOSIS//ICD//10//E119'",
        "7, '2020-03-03 12:00', 'HOSPITAL_DISCHARGE//HOME'",
        "7, '2020-03-04 08:00', 'MEDICATION//START//Heparin'",
        "7, '2021-05-06 07:08', 'MEDS_DEATH'",
      ),
    });
    const tally = new Tally('stop');
    const [record, ...others] = await readAll(folder, { tally });
    expect(others).toEqual([]);
    expect(record).toMatchObject({
      id: '7',
      sex: 'female',
      ethnicity: '2135-2',
      birthDate: '1950-01-01',
      deathDate: '2021-05-06',
      encounters: [{ class: 'IMP', start: '2020-03-01', startTime: '09:30', end: '2020-03-03', endTime: '12:00' }],
    });
    expect(
      record.events.map(({ code: { code }, kind, start, startTime, encounter, quantity, text }) => [
        kind,
        code,
        start,
        startTime,
        encounter,
        quantity,
        text,
      ]),
    ).toEqual([
      ['measurement', '4548-4', '2020-03-01', '10:00', 0, { value: 7.2, unit: '%' }, undefined],
      ['measurement', 'LAB//51221', '2020-03-02', '06:00', 0, { value: 33.4, unit: '%' }, undefined],
      [
        'measurement',
        'LAB//50911',
        '2020-03-02',
        '07:00',
        0,
        { value: 0.5, comparator: '<', unit: 'ng/mL' },
        undefined,
      ],
      ['measurement', 'LAB//51463', '2020-03-02', '08:00', 0, undefined, 'MANY'],
      ['condition', 'E11.9', '2020-03-03', undefined, 0, undefined, undefined],
      ['drug', 'MEDICATION//START//Heparin', '2020-03-04', '08:00', undefined, undefined, undefined],
    ]);
    expect(tally.used).toEqual(
      new Map([
        ['data', 12],
        ['person', 1],
      ]),
    );
    expect(tally.unaccounted()).toEqual([]);
  });

  it('has local codes read as the standard parents that codes.parquet names', async () => {
    const folder = await medsOf(newFolder(), {
      'data/0.parquet': rows(
        "1, '2020-01-01', 'LAB//50912//mg/dL', 1.1",
        "1, '2020-01-02', 'MEDICATION//START//Metformin'",
        "1, '2020-01-03', 'ODD//1', 5",
        "1, '2020-01-04', 'ODD//2'",
      ),
      'metadata/codes.parquet': codes(
        "('LAB//50912//mg/dL', 'Creatinine', ['LOCAL/x', 'LOINC/2160-0'])",
        "('MEDICATION//START//Metformin', NULL, ['RxNorm/860975'])",
        "('ODD//1', 'Odd thing', NULL)",
        "('ODD//2', NULL, NULL)",
      ),
    });
    const tally = new Tally('stop');
    const [{ events }] = await readAll(folder, { tally });
    expect(events.map(({ kind, code, quantity }) => [kind, code, quantity])).toEqual([
      ['measurement', { system: System.loinc, code: '2160-0', display: 'Creatinine' }, { value: 1.1, unit: 'mg/dL' }],
      ['drug', { system: System.rxnorm, code: '860975' }, undefined],
      ['measurement', { system: 'urn:meds:code', code: 'ODD//1', display: 'Odd thing' }, { value: 5 }],
    ]);
    expect(tally.skipped.get('data')).toEqual(new Map([['code of no known system, without a number', 1]]));
    expect([...tally.notes.keys()]).toEqual(['code of no known system, kept under urn:meds:code']);
  });

  it("of OMOP's ETL has visits by their number, kinds by their table, ends and units", async () => {
    const folder = await medsOf(newFolder(), {
      'data/0.parquet': `SELECT s::BIGINT AS subject_id, t::TIMESTAMP AS time, c AS code, n::FLOAT AS numeric_value, e::TIMESTAMP AS "end", u AS unit, v::BIGINT AS visit_id, b AS "table" FROM (VALUES
        (1, NULL, 'Gender/F', NULL, NULL, NULL, NULL, 'person'), (1, NULL, 'Race/5', NULL, NULL, NULL, NULL, 'person'),
        (1, NULL, 'Ethnicity/Not Hispanic', NULL, NULL, NULL, NULL, 'person'),
        (1, '1960-01-01', 'MEDS_BIRTH', NULL, NULL, NULL, NULL, 'person'),
        (1, '2020-01-01', 'Visit/IP', NULL, '2020-01-09', NULL, 20, 'visit'),
        (1, '2020-01-01', 'Visit/OP', NULL, '2020-01-01', NULL, 10, 'visit'),
        (1, '2020-01-01', 'SNOMED/44054006', NULL, NULL, NULL, 10, 'condition'),
        (1, '2020-01-02', 'SNOMED/80146002', NULL, NULL, NULL, 20, 'procedure'),
        (1, '2020-01-02', 'LOINC/2160-0', 1.5, NULL, 'mg/dL', 20, 'measurement'),
        (1, '2020-01-03', 'RxNorm/860975', NULL, '2020-02-02', NULL, NULL, 'drug_exposure'),
        (1, '2020-01-04', 'STANFORD_MEAS/x', NULL, NULL, NULL, 99, 'measurement'),
        (1, '2020-01-05', 'SNOMED/73211009', NULL, NULL, NULL, NULL, NULL)) x(s, t, c, n, e, u, v, b)`,
    });
    const tally = new Tally('stop');
    const [record] = await readAll(folder, { tally });
    expect(record).toMatchObject({ sex: 'female', race: '2106-3', ethnicity: '2186-5' });
    expect(record.encounters.map(({ class: of, end }) => [of, end])).toEqual([
      ['IMP', '2020-01-09'],
      ['AMB', '2020-01-01'],
    ]);
    expect(record.events.map(({ kind, encounter, end, quantity }) => [kind, encounter, end, quantity])).toEqual([
      ['condition', 1, undefined, undefined],
      ['procedure', 0, undefined, undefined],
      ['measurement', 0, undefined, { value: 1.5, unit: 'mg/dL' }],
      ['drug', undefined, '2020-02-02', undefined],
      ['measurement', undefined, undefined, undefined],
      ['condition', undefined, undefined, undefined],
    ]);
    expect(tally.notes.get('SNOMED CT code whose kind nothing says, read as a condition')).toBe(1);
  });

  it('has dates that stand for none dropped, and NaN read as no number', async () => {
    const folder = await medsOf(newFolder(), {
      'data/0.parquet': rows(
        "1, '0001-01-01', 'LOINC//2160-0', 'NaN'",
        "1, '9999-12-31', 'LOINC//2160-0', 'Infinity'",
        "1, 'infinity', 'MEDS_DEATH'",
      ),
    });
    const tally = new Tally();
    const [record] = await readAll(folder, { tally });
    expect(record.deathDate).toBeUndefined();
    expect(record.events.map(({ start, quantity }) => [start, quantity])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
    expect(tally.notes.get('placeholder date, dropped')).toBe(2);
    expect(tally.notes.get('numeric_value is infinite: no number')).toBe(1);
  });

  it('gives the split of each subject before its record', async () => {
    const folder = await medsOf(newFolder(), {
      'data/0.parquet': rows(
        "3, NULL, 'GENDER//F'",
        "1, NULL, 'GENDER//M'",
        "2, NULL, 'GENDER//M'",
        "4, NULL, 'GENDER//M'",
      ),
      'metadata/subject_splits.parquet':
        "SELECT * FROM (VALUES (1::BIGINT, 'held_out'), (2, 'train'), (3, 'tuning'), (2, 'held_out'), (9, 'train')) v(subject_id, split)",
    });
    const told: unknown[] = [];
    const tally = new Tally();
    await readAll(folder, { tally, onSubject: (...what) => told.push(what) });
    expect(told).toEqual([
      ['3', 'tuning'],
      ['1', 'held_out'],
      ['2', undefined],
      ['4', undefined],
    ]);
    expect(tally.problems.filter(({ reason }) => /several splits/.test(reason))).toMatchObject([
      { where: 'subject 2' },
    ]);
  });
});
