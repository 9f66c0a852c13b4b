/**
 * Columns that came with the CDM 5.4 between or after those of 5.3. Where 5.4 gave a column another name only, it stands in the same
 * place.
 */
export const ADDED_IN_54: Record<string, string[]> = {
  procedure_occurrence: ['procedure_end_date', 'procedure_end_datetime'],
  device_exposure: ['production_id', 'unit_concept_id', 'unit_source_value', 'unit_source_concept_id'],
  measurement: ['unit_source_concept_id', 'measurement_event_id', 'meas_event_field_concept_id'],
  observation: ['value_source_value', 'observation_event_id', 'obs_event_field_concept_id'],
  note: ['note_event_id', 'note_event_field_concept_id'],
  location: ['country_concept_id', 'country_source_value', 'latitude', 'longitude'],
  metadata: ['metadata_id', 'value_as_number'],
  cdm_source: ['cdm_version_concept_id'],
};
