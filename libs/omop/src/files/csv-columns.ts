import { plainName, READ_TABLES, TABLES } from '../cdm/tables.ts';

/**
 * Columns that came with the CDM 5.4 between or after those of 5.3. Where 5.4 gave a column another name only, it stands in the same
 * place.
 */
const ADDED_IN_54: Record<string, string[]> = {
  procedure_occurrence: ['procedure_end_date', 'procedure_end_datetime'],
  device_exposure: ['production_id', 'unit_concept_id', 'unit_source_value', 'unit_source_concept_id'],
  measurement: ['unit_source_concept_id', 'measurement_event_id', 'meas_event_field_concept_id'],
  observation: ['value_source_value', 'observation_event_id', 'obs_event_field_concept_id'],
  note: ['note_event_id', 'note_event_field_concept_id'],
  location: ['country_concept_id', 'country_source_value', 'latitude', 'longitude'],
  metadata: ['metadata_id', 'value_as_number'],
  cdm_source: ['cdm_version_concept_id'],
};
/** Names of 5.3 and of common exports for what stands in 5.4 under another. */
const OTHER_NAMES = ['admitting_source_concept_id', 'admitting_source_value', 'discharge_to_concept_id', 'discharge_to_source_value', 'visit_detail_parent_id']; // prettier-ignore

/** The columns of a table in the order of the CDM's DDL: 5.4's, and 5.3's where it has fewer. */
export function columnOrders(table: string): string[][] {
  const all = (TABLES[table] ?? READ_TABLES[table]).columns.map(({ name }) => plainName(name));
  const added = ADDED_IN_54[table];
  return added ? [all, all.filter((name) => !added.includes(name))] : [all];
}

/** Which of the names are columns of the table, in any case. */
export function knownColumns(table: string, names: string[]): string[] {
  const own = new Set([...columnOrders(table)[0], ...OTHER_NAMES]);
  return names.filter((name) => own.has(name.toLowerCase()));
}
