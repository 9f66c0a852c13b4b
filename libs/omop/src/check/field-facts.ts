import { addDays } from '@ehrsynth/records';
import { type Column, isText, type Table, VOCABULARY_TABLES } from '../cdm/tables.ts';
import type { CdmVersion } from './cdm-version.ts';

/**
 * Which checks the Data Quality Dashboard 2.8 makes of a field, and what it allows: its threshold files as rules and their exceptions.
 * @see https://github.com/OHDSI/DataQualityDashboard, inst/csv
 */

/** Fields of concepts of a domain that 5.3 does not check. */
const NO_DOMAIN_IN_53 = new Set([
  'condition_occurrence.condition_status_concept_id',
  'measurement.operator_concept_id',
  'drug_strength.drug_concept_id',
  'cdm_source.cdm_version_concept_id',
]);

const NO_TYPE_DOMAIN = /^(metadata|cost|cohort_definition|attribute_definition)$/;

const DOMAINS: Record<string, string> = {
  'person.gender_concept_id': 'Gender',
  'person.race_concept_id': 'Race',
  'person.ethnicity_concept_id': 'Ethnicity',
  'provider.gender_concept_id': 'Gender',
  'visit_occurrence.visit_concept_id': 'Visit',
  'visit_occurrence.admitted_from_concept_id': 'Visit',
  'visit_occurrence.discharged_to_concept_id': 'Visit',
  'visit_occurrence.admitting_source_concept_id': 'Visit',
  'visit_occurrence.discharge_to_concept_id': 'Visit',
  'visit_detail.visit_detail_concept_id': 'Visit',
  'visit_detail.admitted_from_concept_id': 'Visit',
  'visit_detail.discharged_to_concept_id': 'Visit',
  'condition_occurrence.condition_concept_id': 'Condition',
  'condition_occurrence.condition_status_concept_id': 'Condition Status',
  'drug_exposure.drug_concept_id': 'Drug',
  'drug_exposure.route_concept_id': 'Route',
  'procedure_occurrence.procedure_concept_id': 'Procedure',
  'device_exposure.device_concept_id': 'Device',
  'device_exposure.unit_concept_id': 'Unit',
  'measurement.measurement_concept_id': 'Measurement',
  'measurement.operator_concept_id': 'Meas Value Operator',
  'measurement.unit_concept_id': 'Unit',
  'observation.unit_concept_id': 'Unit',
  'condition_era.condition_concept_id': 'Condition',
  'drug_era.drug_concept_id': 'Drug',
  'dose_era.drug_concept_id': 'Drug',
  'dose_era.unit_concept_id': 'Unit',
  'drug_strength.drug_concept_id': 'Drug',
  'episode.episode_concept_id': 'Episode',
  'episode_event.episode_event_field_concept_id': 'Metadata',
  'location.country_concept_id': 'Geography',
  'cdm_source.cdm_version_concept_id': 'Metadata',
};

/** The domain of the concepts of a field; undefined where any may stand there. */
export function domainOf(table: string, field: string, version: CdmVersion): string | undefined {
  const key = `${table}.${field}`;
  if (version === '5.3' && NO_DOMAIN_IN_53.has(key)) return undefined;
  if (/_type_concept_id$/.test(field) && !NO_TYPE_DOMAIN.test(table)) return 'Type Concept';
  return DOMAINS[key];
}

/** The classes of the concepts of a field. */
export const CLASSES: Record<string, string[]> = {
  'drug_era.drug_concept_id': ['Ingredient'],
  'dose_era.drug_concept_id': ['Ingredient'],
  'drug_strength.ingredient_concept_id': ['Ingredient', 'Precise Ingredient'],
};

/** Source concepts by their name, and what is no concept of a standard. */
const NOT_STANDARD =
  /^(value_as_concept_id|currency_concept_id|revenue_code_concept_id|drg_concept_id|episode_object_concept_id)$|(?<!^admitting)_source_concept_id$/;
const NOT_STANDARD_TABLES = new Set([
  'metadata',
  'fact_relationship',
  'payer_plan_period',
  'attribute_definition',
  ...VOCABULARY_TABLES,
]);

/** True for fields whose concepts must be standard and valid. */
export function isStandardField(table: string, { name, foreignKey }: Column): boolean {
  if (table === 'source_to_concept_map') return name === 'target_concept_id';
  return foreignKey?.table === 'concept' && !NOT_STANDARD.test(name) && !NOT_STANDARD_TABLES.has(table);
}

const SELDOM_MAPPED = new Set([
  'person.race_concept_id',
  'person.ethnicity_concept_id',
  'drug_exposure.route_concept_id',
  'procedure_occurrence.modifier_concept_id',
  'care_site.place_of_service_concept_id',
  'location.country_concept_id',
  'provider.gender_concept_id',
  'provider.specialty_concept_id',
]);
/** These too, in 5.3. */
const SELDOM_MAPPED_IN_53 = /^(admitting_source|discharge_to|condition_status)_concept_id$/;
const ALWAYS_MAPPED = /_type_concept_id$|^visit(_detail)?_concept_id$/;
const NOT_COUNTED = new Set([
  'cdm_source',
  'note',
  'note_nlp',
  'episode_event',
  'cohort_definition',
  'source_to_concept_map',
]);
const NOT_COUNTED_FIELDS =
  /^(operator|meas_event_field|obs_event_field|qualifier|anatomic_site|disease_status|episode_type)_concept_id$/;

/** Percent of the rows whose standard concept may be 0; undefined for fields that are not counted. */
export function standardThreshold(table: string, column: Column, version: CdmVersion): number | undefined {
  if (table === 'fact_relationship' && column.foreignKey) return 100;
  if (!isStandardField(table, column) || NOT_COUNTED.has(table) || NOT_COUNTED_FIELDS.test(column.name))
    return undefined;
  if (SELDOM_MAPPED.has(`${table}.${column.name}`)) return 100;
  if (version === '5.3' && SELDOM_MAPPED_IN_53.test(column.name)) return 100;
  return ALWAYS_MAPPED.test(column.name) || table.endsWith('_era') ? 0 : 5;
}

/** Percent of the rows whose source concept may be 0; undefined for fields that are not counted. */
export function sourceThreshold(table: string, field: string, version: CdmVersion): number | undefined {
  if (!/_source_concept_id$/.test(field) || /^(payer_plan_period|note_nlp)$/.test(table)) return undefined;
  if (field === 'admitting_source_concept_id') return table === 'visit_detail' ? 100 : undefined;
  if (table === 'person') return version === '5.3' ? 100 : undefined;
  if (field === 'gender_source_concept_id') return undefined;
  return /^(condition|drug|procedure|device|measurement|observation|cause)_/.test(field) ? 10 : 100;
}

/** Source values that have a concept beside them and are not compared with it. */
const NO_SOURCE_VALUE = /^(care_site|cost|location|note|episode)$/;

/**
 * For a source value its concept's field, and percent of the values that may be mapped to 0. That of a cause of death is its source
 * concept.
 */
export function sourceValueOf(
  { name, columns }: Table,
  field: string,
  version: CdmVersion,
): { concept: string; threshold: number } | undefined {
  if (NO_SOURCE_VALUE.test(name) || VOCABULARY_TABLES.includes(name)) return undefined;
  if (field === 'visit_detail_source_value' && version === '5.4') return undefined;
  const concept =
    field === 'admitting_source_value'
      ? 'admitting_source_concept_id'
      : field.replace(/_source_value$/, name === 'death' ? '_source_concept_id' : '_concept_id');
  if (concept === field || !columns.some((column) => column.name === concept)) return undefined;
  const isMain = /^(condition|drug|procedure|measurement|cause|visit)_source_value$/.test(field);
  return { concept, threshold: isMain ? 10 : 100 };
}

const LOW: Record<string, string> = {
  'person.year_of_birth': '1850',
  'person.month_of_birth': '1',
  'person.day_of_birth': '1',
  'condition_era.condition_occurrence_count': '1',
  'device_exposure.quantity': '1',
  'dose_era.dose_value': '0',
  'drug_era.drug_exposure_count': '1',
  'drug_era.gap_days': '0',
  'drug_exposure.days_supply': '1',
  'drug_exposure.quantity': '0.0000001',
  'drug_exposure.refills': '0',
  'procedure_occurrence.quantity': '1',
  'specimen.quantity': '1',
};
const HIGH: Record<string, string> = {
  'person.month_of_birth': '12',
  'person.day_of_birth': '31',
  'drug_exposure.days_supply': '365',
  'drug_exposure.refills': '24',
};
const NO_LIMITS = new Set([
  'metadata.metadata_date',
  'metadata.metadata_datetime',
  'note_nlp.nlp_date',
  'cohort_definition.cohort_initiation_date',
]);
const NO_LIMITS_IN_53 = new Set([
  'measurement.measurement_datetime',
  'payer_plan_period.payer_plan_period_start_date',
  'payer_plan_period.payer_plan_period_end_date',
]);

/** The least and the greatest plausible value of a field: a number, or a day as YYYY-MM-DD. @param today YYYY-MM-DD */
export function limitsOf(
  table: string,
  { name, type }: Column,
  version: CdmVersion,
  today: string,
): { low?: string; high?: string } {
  const key = `${table}.${name}`;
  if (type === 'date' || type === 'datetime') {
    if (VOCABULARY_TABLES.includes(table) || NO_LIMITS.has(key)) return {};
    if (version === '5.3' && NO_LIMITS_IN_53.has(key)) return {};
    const since = table === 'person' ? '1850' : table === 'cdm_source' ? '2000' : '1950';
    return { low: `${since}-01-01`, high: addDays(today, 1) };
  }
  if (isText(type)) return {};
  if (key === 'specimen.quantity' && version === '5.3') return { low: '0' };
  const high = key === 'person.year_of_birth' ? String(Number(today.slice(0, 4)) + 1) : HIGH[key];
  return { low: LOW[key], high };
}
