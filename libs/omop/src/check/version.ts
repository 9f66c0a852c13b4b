/** Tables and columns that came with the CDM 5.4. */
const SINCE_54: Record<string, string[] | true> = {
  episode: true,
  episode_event: true,
  visit_occurrence: ['admitted_from_concept_id', 'admitted_from_source_value', 'discharged_to_concept_id', 'discharged_to_source_value'],
  visit_detail: ['admitted_from_concept_id', 'admitted_from_source_value', 'discharged_to_concept_id', 'discharged_to_source_value', 'parent_visit_detail_id'],
  procedure_occurrence: ['procedure_end_date', 'procedure_end_datetime'],
  device_exposure: ['production_id', 'unit_concept_id', 'unit_source_value', 'unit_source_concept_id'],
  measurement: ['unit_source_concept_id', 'measurement_event_id', 'meas_event_field_concept_id'],
  observation: ['value_source_value', 'observation_event_id', 'obs_event_field_concept_id'],
  note: ['note_event_id', 'note_event_field_concept_id'],
  location: ['country_concept_id', 'country_source_value', 'latitude', 'longitude'],
  metadata: ['metadata_id', 'value_as_number'],
  cdm_source: ['cdm_version_concept_id'],
}; // prettier-ignore
/** Tables of results, which a CDM may keep elsewhere. */
const ELSEWHERE = new Set(['cohort', 'cohort_definition']);

/** Whether a CDM of the version has the table, or the field of it. @param version 5.3 or 5.4 */
export function isOfVersion(table: string, field: string | undefined, version: string): boolean {
  if (ELSEWHERE.has(table)) return false;
  const since = version === '5.3' ? SINCE_54[table] : undefined;
  return since === undefined || (since !== true && !(field && since.includes(field)));
}
