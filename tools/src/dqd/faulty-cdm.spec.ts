import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATABASE, writeOmop } from '@ehrsynth/omop';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Faults, type LevelFiles, makeFaulty } from './faulty-cdm.ts';
import { type Query, withDatabase } from './query.ts';

let work: string;
let level: Promise<LevelFiles>;
let values: Promise<string>;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'faulty-'));
  level = files();
  values = make('values');
});
afterAll(() => rmSync(work, { recursive: true }));

/** Files of the dashboard's form: the fields are those of an export without patients. */
async function files(): Promise<LevelFiles> {
  const [fields, concepts] = [join(work, 'fields.csv'), join(work, 'concepts.csv')];
  await writeOmop((async function* () {})(), join(work, 'empty'), { format: 'duckdb', today: '2026-01-01' });
  await withDatabase(join(work, 'empty', DATABASE), (query) =>
    query(`COPY (
      SELECT upper(table_name) AS cdmTableName, column_name AS cdmFieldName,
        CASE data_type WHEN 'DOUBLE' THEN 'float' WHEN 'TIMESTAMP' THEN 'datetime' ELSE lower(data_type) END AS cdmDatatype,
        if(column_name = table_name || '_id', 'Yes', 'No') AS isPrimaryKey,
        if(column_name LIKE '%concept_id' OR (column_name = 'person_id' AND table_name <> 'person'), 'Yes', 'No') AS isForeignKey,
        if(column_name = 'person_id', 'PERSON', 'CONCEPT') AS fkTableName,
        if(column_name = 'gender_concept_id', 'Gender', NULL) AS fkDomain, NULL AS fkClass
      FROM information_schema.columns WHERE table_catalog = 'omop' ORDER BY table_name, ordinal_position) TO '${fields}'`),
  );
  writeFileSync(
    concepts,
    [
      'cdmTableName,cdmFieldName,conceptId,unitConceptId,plausibleValueLow,plausibleValueHigh,plausibleUnitConceptIds',
      'MEASUREMENT,MEASUREMENT_CONCEPT_ID,3004410,,,,"8554,8737"',
      'CONDITION_OCCURRENCE,CONDITION_CONCEPT_ID,26662,,,,',
    ].join('\n'),
  );
  return { fields: [fields], concepts };
}

const count = async (query: Query, sql: string) =>
  Number((await query<{ n: bigint }>(`SELECT count(*) AS n FROM ${sql}`))[0].n);
const make = async (faults: Faults, name: string = faults) => makeFaulty(join(work, name), faults, '5.4', await level);

describe('a CDM with faults', () => {
  it.each([
    ['a key that another row has', '(SELECT person_id FROM person GROUP BY 1 HAVING count(*) > 1)'],
    ['a required field without a value', 'condition_occurrence WHERE condition_concept_id IS NULL'],
    ['a person that is not there', 'condition_occurrence ANTI JOIN person USING (person_id)'],
    ['a concept that is not there', 'condition_occurrence ANTI JOIN concept ON concept_id = condition_concept_id'],
    [
      'a concept of another domain',
      "person JOIN concept ON concept_id = gender_concept_id WHERE domain_id <> 'Gender'",
    ],
    ['a concept that is not standard', 'concept WHERE standard_concept IS NULL'],
    ['a day before 1950', "condition_occurrence WHERE condition_start_date < DATE '1950-01-01'"],
    ['a day to come', 'condition_occurrence WHERE condition_start_date > current_date'],
    ['an end before the start', 'visit_occurrence WHERE visit_end_date < visit_start_date'],
    [
      'the concept of a check, with a unit that fits',
      'measurement WHERE measurement_concept_id = 3004410 AND unit_concept_id = 8554',
    ],
    [
      'and with one that does not',
      'measurement WHERE measurement_concept_id = 3004410 AND unit_concept_id NOT IN (8554, 8737)',
    ],
  ])('has %s', async (_, rows) => {
    expect(await withDatabase(await values, (query) => count(query, rows))).toBeGreaterThan(0);
  });

  it('is the same each time', async () => {
    const sum = (path: string) =>
      withDatabase(path, (query) => query('SELECT sum(hash(t)) AS all_rows FROM condition_occurrence t'));
    expect(await sum(await make('values', 'again'))).toEqual(await sum(await values));
  });

  it('lacks tables, fields and rows where gaps are asked for', async () => {
    await withDatabase(await make('gaps'), async (query) => {
      const columns = "information_schema.columns WHERE table_catalog = 'faulty' AND table_name";
      expect(await count(query, `${columns} = 'visit_detail'`)).toBe(0);
      expect(await count(query, `${columns} = 'measurement' AND column_name = 'unit_concept_id'`)).toBe(0);
      expect(await count(query, 'drug_exposure')).toBe(0);
      expect(await count(query, 'measurement WHERE value_as_number IS NOT NULL')).toBe(0);
      expect(await count(query, 'measurement')).toBeGreaterThan(0);
    });
  });
});
