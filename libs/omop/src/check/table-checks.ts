import { type Table, VOCABULARY_TABLES } from '../cdm/tables.ts';
import type { Source } from '../read/source.ts';
import type { CdmVersion } from './cdm-version.ts';
import type { Check } from './check.ts';
import { countFrom } from './sql.ts';

/** Percent of the persons that need have no row in the table. */
const PERSONS: Record<string, number> = {
  observation_period: 0,
  visit_occurrence: 95,
  visit_detail: 100,
  condition_occurrence: 95,
  drug_exposure: 95,
  procedure_occurrence: 95,
  device_exposure: 100,
  measurement: 95,
  observation: 95,
  death: 100,
  note: 100,
  specimen: 100,
  payer_plan_period: 100,
  drug_era: 95,
  dose_era: 100,
  condition_era: 95,
};

/** Tables of 5.3 that the dashboard does not ask for, beside those of the vocabularies. */
const NOT_ASKED_FOR_IN_53 = new Set(['cdm_source', 'metadata', 'cohort', 'cohort_definition', 'attribute_definition']);

/**
 * The tables that are checked: those that the dashboard asks for, and others that are there. It leaves those of the vocabularies out,
 * which may stand in a schema of their own.
 */
export function checkedTables(found: Set<string>, all: Table[], version: CdmVersion): Table[] {
  return all.filter(({ name }) => {
    const isAskedFor =
      version === '5.3'
        ? !VOCABULARY_TABLES.includes(name) && !NOT_ASKED_FOR_IN_53.has(name)
        : !VOCABULARY_TABLES.includes(name) || name === 'source_to_concept_map';
    return isAskedFor || found.has(name);
  });
}

/** Checks of whole tables. */
export function tableChecks({ tables }: Source, checked: Table[]): Check[] {
  return [
    ...checked.map(({ name: table }): Check => ({
      name: 'cdmTable',
      table,
      description: `Whether the table ${table} exists`,
      threshold: 0,
      isViolated: !tables.has(table),
    })),
    ...Object.entries(PERSONS).map(([table, threshold]): Check => ({
      name: 'measurePersonCompleteness',
      table,
      description: `Persons without a row in ${table}`,
      threshold,
      needs: [`${table}.person_id`],
      violated: countFrom(
        `FROM person p WHERE p.person_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ${table} t WHERE t.person_id = p.person_id)`,
      ),
      checked: countFrom('FROM person'),
    })),
    {
      name: 'measureConditionEraCompleteness',
      table: 'condition_era',
      description: 'Persons with a mapped condition but no condition era',
      threshold: 0,
      needs: ['condition_era'],
      violated:
        'SELECT count(DISTINCT t.person_id) AS n FROM condition_occurrence t WHERE t.condition_concept_id <> 0 AND NOT EXISTS (SELECT 1 FROM condition_era e WHERE e.person_id = t.person_id)',
      checked: 'SELECT count(DISTINCT person_id) AS n FROM condition_occurrence WHERE condition_concept_id <> 0',
    },
    {
      name: 'measureObservationPeriodOverlap',
      table: 'observation_period',
      description: 'Persons whose observation periods overlap or follow each other without a gap',
      threshold: 0,
      violated: `SELECT count(DISTINCT a.person_id) AS n FROM observation_period a JOIN observation_period b
        ON b.person_id = a.person_id AND b.observation_period_id <> a.observation_period_id
        WHERE (a.observation_period_start_date <= b.observation_period_end_date
            AND b.observation_period_start_date <= a.observation_period_end_date)
          OR a.observation_period_end_date + 1 = b.observation_period_start_date
          OR b.observation_period_end_date + 1 = a.observation_period_start_date`,
      checked: 'SELECT count(DISTINCT person_id) AS n FROM observation_period',
    },
  ];
}
