import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PatientRecord, System } from '@ehrsynth/records';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importAthena, writeOmop } from '../index.ts';
import { writeAthena } from '../testing/athena.ts';
import { startPostgres } from '../testing/postgres.ts';
import { CHECKS, type CheckResult } from './check.ts';
import { checkOmop } from './check-omop.ts';
import { toDqdResults } from './dqd-results.ts';

const server = await startPostgres();
let work: string;
let athena: string;
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'checks-'));
  athena = join(work, 'athena.duckdb');
  await importAthena(writeAthena(join(work, 'download')), athena);
});
afterAll(async () => {
  rmSync(work, { recursive: true });
  await server?.stop();
});
const today = '2026-01-01';

/** A woman and a man with mapped codes of every table. */
const RECORDS: PatientRecord[] = (['female', 'male'] as const).map((sex) => ({
  id: sex,
  sex,
  birthDate: '1960-03-04',
  race: '2106-3',
  ethnicity: '2186-5',
  deathDate: '2021-01-01',
  encounters: [{ class: 'AMB', start: '2020-01-02', end: '2020-01-02' }],
  events: [
    ['condition', System.icd10cm, 'I10'],
    ['condition', System.icd10cm, 'Z79.4'],
    ['drug', System.ndc, '68180051301'],
    ['procedure', System.icd10pcs, '0DTJ4ZZ'],
    ['measurement', System.loinc, '4548-4'],
  ].map(([kind, system, code]) => ({
    kind: kind as 'condition',
    code: { system, code },
    start: '2020-01-02',
    encounter: 0,
  })),
}));
const stream = async function* () {
  yield* RECORDS;
};
const failures = (results: CheckResult[]) =>
  results
    .filter(({ hasFailed }) => hasFailed)
    .map(({ name, table, field, violations, rows }) =>
      [name, [table, field].filter(Boolean).join('.'), `${violations}/${rows}`].join(' '),
    );

describe("the checks of OHDSI's dashboard", () => {
  /** Of what we write, with the vocabularies imported. */
  let good: Awaited<ReturnType<typeof checkOmop>>;
  beforeAll(async () => {
    const folder = join(work, 'good');
    mkdirSync(folder);
    await writeOmop(stream(), folder, { format: 'parquet', today, athena });
    good = await checkOmop(folder, { today });
  });

  it('all pass on what we write, with the vocabularies imported', () => {
    const { results, version } = good;
    expect(failures(results)).toEqual([]);
    expect(version).toBe('5.4');
    const checked = results.filter(({ notApplicable, rows }) => !notApplicable && rows > 0);
    expect(checked.length).toBeGreaterThan(500);
  });

  it.skipIf(!server)('count the same on a server as in files', async () => {
    await writeOmop(stream(), undefined, { format: { url: server!.url, schema: 'cdm' }, today, athena });
    const there = (await checkOmop(server!.url, { schema: 'cdm', today })).results;
    const counts = (results: CheckResult[]) =>
      results
        // Types are the server's own there.
        .filter(({ name }) => name !== 'cdmDatatype')
        .map(({ name, table, field, violations, rows, error }) => [name, table, field, violations, rows, error].join());
    expect(counts(there).sort()).toEqual(counts(good.results).sort());
  });

  it('find each what it is for', async () => {
    const folder = join(work, 'faulty');
    mkdirSync(folder);
    const file = (name: string, header: string, ...lines: string[]) =>
      writeFileSync(join(folder, `${name}.csv`), [header, ...lines].join('\n') + '\n');
    file(
      'concept',
      'concept_id,concept_name,domain_id,vocabulary_id,concept_class_id,standard_concept,concept_code,valid_start_date,valid_end_date,invalid_reason',
      '8507,MALE,Gender,Gender,Gender,S,M,1970-01-01,2099-12-31,',
      '8532,FEMALE,Gender,Gender,Gender,S,F,1970-01-01,2099-12-31,',
      '1,Hypertension,Condition,SNOMED,Disorder,S,59621000,1970-01-01,2099-12-31,',
      '2,Metformin tablet,Drug,RxNorm,Clinical Drug,S,861007,1970-01-01,2099-12-31,',
      '3,Old,Condition,SNOMED,Disorder,,123,1970-01-01,2000-01-01,D',
      '4,Pre-eclampsia,Condition,ICD10CM,4-char billing code,,O14.9,1970-01-01,2099-12-31,',
      '198212,Spotting per vagina in pregnancy,Condition,SNOMED,Disorder,S,3950001,1970-01-01,2099-12-31,',
      '444094,Finding related to pregnancy,Condition,SNOMED,Clinical Finding,S,118185001,1970-01-01,2099-12-31,',
    );
    file(
      'concept_ancestor',
      'ancestor_concept_id,descendant_concept_id,min_levels_of_separation,max_levels_of_separation',
      '444094,198212,1,1',
    );
    file(
      'person',
      'person_id,gender_concept_id,year_of_birth,month_of_birth,day_of_birth,birth_datetime,race_concept_id,ethnicity_concept_id',
      // Born in month 13; the second has no race, which must be 0 where it is not known.
      '1,8507,1960,13,1,1960-01-01,0,0',
      '2,8532,1970,1,1,1970-01-01,,0',
      '2,8532,1970,1,1,1970-01-01,0,0',
    );
    file('death', 'person_id,death_date', '1,2020-01-01');
    file(
      'observation_period',
      'observation_period_id,person_id,observation_period_start_date,observation_period_end_date,period_type_concept_id',
      '1,1,2000-01-01,2010-12-31,0',
      '2,1,2010-06-01,2015-12-31,0',
    );
    file(
      'visit_occurrence',
      'visit_occurrence_id,person_id,visit_concept_id,visit_start_date,visit_end_date,visit_type_concept_id,visit_source_value',
      '1,1,0,2010-01-10,2010-01-09,0,AMB',
    );
    file(
      'condition_occurrence',
      'condition_occurrence_id,person_id,condition_concept_id,condition_start_date,condition_end_date,condition_type_concept_id,visit_occurrence_id,condition_source_value,condition_source_concept_id',
      '1,1,1,2010-01-10,,0,1,I10,0',
      // Of a person that is not there; three weeks after its visit; before birth; long after death; in a man.
      '2,9,1,2010-01-10,,0,,I10,0',
      '3,1,1,2010-01-31,,0,1,I10,0',
      '4,1,1,1955-01-01,,0,,I10,0',
      '5,1,1,2020-06-01,,0,,I10,0',
      '6,1,198212,2011-01-01,,0,,O149,4',
      // A drug's concept, an invalid one, none; a text in place of a number; too early.
      '7,1,2,2011-01-01,,0,,I10,0',
      '8,1,3,2011-01-01,,0,,old,0',
      '9,1,0,2011-01-01,,0,,none,0',
      'ten,1,1,1940-01-01,,0,,I10,0',
    );
    file(
      'drug_exposure',
      'drug_exposure_id,person_id,drug_concept_id,drug_exposure_start_date,drug_exposure_end_date,drug_type_concept_id',
      '1,2,2,2030-01-01,2029-01-01,0',
    );
    file(
      'condition_era',
      'condition_era_id,person_id,condition_concept_id,condition_era_start_date,condition_era_end_date',
    );
    file(
      'measurement',
      'measurement_id,person_id,measurement_concept_id,measurement_date,measurement_type_concept_id,unit_concept_id',
      '1,1,3004410,2010-01-10,0,8840',
    );
    file(
      'drug_era',
      'drug_era_id,person_id,drug_concept_id,drug_era_start_date,drug_era_end_date',
      '1,2,2,2010-01-01,2010-01-02',
    );
    const { results } = await checkOmop(folder, { today, thresholds: { measurePersonCompleteness: 0 } });
    const found = failures(results);
    for (const expected of [
      'cdmTable procedure_occurrence 1/1',
      'cdmField condition_occurrence.provider_id 1/1',
      'measurePersonCompleteness observation_period 2/3',
      'measureConditionEraCompleteness condition_era 2/2',
      'measureObservationPeriodOverlap observation_period 1/1',
      'isRequired person.race_concept_id 1/3',
      'cdmDatatype condition_occurrence.condition_occurrence_id 1/10',
      'isPrimaryKey person.person_id 2/3',
      'isForeignKey condition_occurrence.person_id 1/10',
      'fkDomain condition_occurrence.condition_concept_id 1/10',
      'fkClass drug_era.drug_concept_id 1/1',
      'isStandardValidConcept condition_occurrence.condition_concept_id 1/10',
      'measureValueCompleteness person.race_concept_id 1/3',
      'standardConceptRecordCompleteness condition_occurrence.condition_concept_id 1/10',
      'sourceConceptRecordCompleteness condition_occurrence.condition_source_concept_id 9/10',
      'sourceValueCompleteness condition_occurrence.condition_source_value 1/4',
      'plausibleValueLow condition_occurrence.condition_start_date 1/10',
      'plausibleValueHigh person.month_of_birth 1/3',
      'plausibleAfterBirth condition_occurrence.condition_start_date 2/10',
      'plausibleTemporalAfter condition_occurrence.condition_start_date 2/10',
      'plausibleDuringLife condition_occurrence.condition_start_date 1/9',
      'plausibleBeforeDeath condition_occurrence.condition_start_date 1/9',
      'plausibleStartBeforeEnd drug_exposure.drug_exposure_start_date 1/1',
      'withinVisitDates condition_occurrence.condition_start_date 1/2',
      'plausibleGender condition_occurrence.condition_concept_id 1/1',
      'plausibleUnitConceptIds measurement.measurement_concept_id 1/1',
      'plausibleGenderUseDescendants condition_occurrence.condition_concept_id 1/1',
      'withinObservationPeriod condition_occurrence.condition_start_date 4/10',
    ])
      expect(found).toContain(expected);
    // Every check has found something, so none is without effect.
    expect(new Set(found.map((line) => line.split(' ')[0]))).toEqual(new Set(Object.keys(CHECKS)));
    // Nothing but a missing table or field keeps a check from being made.
    expect(results.filter(({ error }) => error && !/^The table \w+ is missing|has no field/.test(error))).toEqual([]);
  });

  it('write a file that the dashboard opens: its fields, counts that agree, the source', () => {
    const json = toDqdResults(good, new Date('2026-01-01T10:00:00Z'), '1.0') as Record<string, never>;
    expect(Object.keys(json)).toEqual([
      'startTimestamp',
      'endTimestamp',
      'executionTime',
      'CheckResults',
      'Metadata',
      'Overview',
    ]);
    const results = json.CheckResults as unknown as Record<string, unknown>[];
    expect(results.find(({ checkId }) => checkId === 'field_fkdomain_person_gender_concept_id')).toMatchObject({
      numViolatedRows: 0,
      numDenominatorRows: 2,
      checkName: 'fkDomain',
      checkLevel: 'FIELD',
      cdmTableName: 'PERSON',
      cdmFieldName: 'gender_concept_id',
      category: 'Conformance',
      subcategory: 'Value',
      context: 'Verification',
      sqlFile: 'field_fk_domain.sql',
      failed: 0,
      passed: 1,
      isError: 0,
      notApplicable: 0,
      thresholdValue: 0,
    });
    expect(json.Metadata).toMatchObject([
      { cdmSourceName: 'Synthetic patients of ehrsynth', dqdVersion: 'ehrsynth 1.0' },
    ]);
    const { countTotal, countPassed, countOverallFailed } = json.Overview as unknown as Record<string, number[]>;
    expect(countTotal[0]).toBe(results.length);
    expect(countPassed[0] + countOverallFailed[0]).toBe(countTotal[0]);
    expect(new Set(results.map(({ checkId }) => checkId)).size).toBe(results.length);
  });
});
