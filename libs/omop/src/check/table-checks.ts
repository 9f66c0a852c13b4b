import type { Source } from '../read/source.ts';
import type { Check } from './check.ts';
import { isOfVersion } from './version.ts';
import { TABLES } from '../cdm/tables.ts';

/** Percent of the persons that need have no row in the table. */
const PERSONS: Record<string, number> = { observation_period: 0, visit_occurrence: 95, visit_detail: 100, condition_occurrence: 95, drug_exposure: 95, procedure_occurrence: 95, device_exposure: 100, measurement: 95, observation: 95, death: 100, note: 100, specimen: 100, payer_plan_period: 100, drug_era: 95, dose_era: 100, condition_era: 95 }; // prettier-ignore

/** Checks of whole tables. */
export function tableChecks({ tables }: Source, version: string): Check[] {
  return [
    ...Object.keys(TABLES)
      .filter((table) => isOfVersion(table, undefined, version))
      .map((table): Check => ({
        name: 'cdmTable',
        table,
        description: `Whether the table ${table} is there`,
        threshold: 0,
        isViolated: !tables.has(table),
      })),
    ...Object.entries(PERSONS).map(([table, threshold]): Check => ({
      name: 'measurePersonCompleteness',
      table,
      description: `Persons without a row in ${table}`,
      threshold,
      violated: `SELECT count(*) AS n FROM person p WHERE NOT EXISTS (SELECT 1 FROM ${table} t WHERE t.person_id = p.person_id)`,
      checked: 'SELECT count(*) AS n FROM person',
    })),
    {
      name: 'measureConditionEraCompleteness',
      table: 'condition_era',
      description: 'Persons with a condition and no condition era',
      threshold: 0,
      violated:
        'SELECT count(DISTINCT t.person_id) AS n FROM condition_occurrence t WHERE NOT EXISTS (SELECT 1 FROM condition_era e WHERE e.person_id = t.person_id)',
      checked: 'SELECT count(DISTINCT person_id) AS n FROM condition_occurrence',
    },
    {
      name: 'measureObservationPeriodOverlap',
      table: 'observation_period',
      description: 'Persons whose observation periods overlap or follow each other without a day between',
      threshold: 0,
      violated: `SELECT count(DISTINCT person_id) AS n FROM (
        SELECT person_id, observation_period_start_date AS starts,
          max(observation_period_end_date) OVER (PARTITION BY person_id ORDER BY observation_period_start_date, observation_period_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
        FROM observation_period) o WHERE starts <= before + 1`,
      checked: 'SELECT count(DISTINCT person_id) AS n FROM observation_period',
    },
  ];
}
