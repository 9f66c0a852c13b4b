import type { EventKind } from '@ehrsynth/records';

/** How a table of events names what all of them have. */
export interface EventTable {
  kind: EventKind;
  table: string;
  /** Begins its columns: condition_concept_id. */
  prefix: string;
  key: string;
  start: string;
  end?: string;
  number?: string;
  unit?: string;
}

export const EVENT_TABLES: EventTable[] = [
  { kind: 'condition', table: 'condition_occurrence', prefix: 'condition', key: 'condition_occurrence_id', start: 'condition_start_date', end: 'condition_end_date' },
  { kind: 'drug', table: 'drug_exposure', prefix: 'drug', key: 'drug_exposure_id', start: 'drug_exposure_start_date', end: 'drug_exposure_end_date', number: 'quantity', unit: 'dose_unit_source_value' },
  { kind: 'procedure', table: 'procedure_occurrence', prefix: 'procedure', key: 'procedure_occurrence_id', start: 'procedure_date', end: 'procedure_end_date' },
  { kind: 'measurement', table: 'measurement', prefix: 'measurement', key: 'measurement_id', start: 'measurement_date', number: 'value_as_number', unit: 'unit_source_value' },
]; // prettier-ignore

/** The same by kind. */
export const EVENT_TABLE = Object.fromEntries(EVENT_TABLES.map((table) => [table.kind, table])) as Record<
  EventKind,
  EventTable
>;
