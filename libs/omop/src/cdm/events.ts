import type { EventKind } from '@ehrsynth/records';

/** How a table of events names what all of them have. */
export interface EventTable {
  /** What its events are where neither their vocabulary nor, in observation and device_exposure, the domain of their concept says it. */
  kind: EventKind;
  /** Standard concepts of this domain stand in it. */
  domain: string;
  table: string;
  /** Begins its columns: condition_concept_id. */
  prefix: string;
  key: string;
  start: string;
  end?: string;
  number?: string;
  unit?: string;
  /** Says whether a condition is active. */
  status?: string;
}

export const EVENT_TABLES: EventTable[] = [
  {
    kind: 'condition',
    domain: 'Condition',
    table: 'condition_occurrence',
    prefix: 'condition',
    key: 'condition_occurrence_id',
    start: 'condition_start_date',
    end: 'condition_end_date',
    status: 'condition_status_source_value',
  },
  {
    kind: 'drug',
    domain: 'Drug',
    table: 'drug_exposure',
    prefix: 'drug',
    key: 'drug_exposure_id',
    start: 'drug_exposure_start_date',
    end: 'drug_exposure_end_date',
    number: 'quantity',
    unit: 'dose_unit_source_value',
  },
  {
    kind: 'procedure',
    domain: 'Procedure',
    table: 'procedure_occurrence',
    prefix: 'procedure',
    key: 'procedure_occurrence_id',
    start: 'procedure_date',
    end: 'procedure_end_date',
    number: 'quantity',
  },
  {
    kind: 'measurement',
    domain: 'Measurement',
    table: 'measurement',
    prefix: 'measurement',
    key: 'measurement_id',
    start: 'measurement_date',
    number: 'value_as_number',
    unit: 'unit_source_value',
  },
  {
    kind: 'procedure',
    domain: 'Device',
    table: 'device_exposure',
    prefix: 'device',
    key: 'device_exposure_id',
    start: 'device_exposure_start_date',
    end: 'device_exposure_end_date',
    number: 'quantity',
    unit: 'unit_source_value',
  },
  {
    kind: 'measurement',
    domain: 'Observation',
    table: 'observation',
    prefix: 'observation',
    key: 'observation_id',
    start: 'observation_date',
    number: 'value_as_number',
    unit: 'unit_source_value',
    status: 'qualifier_source_value',
  },
];

/** The table in which standard concepts of a domain stand: observation for those that have none of their own. */
export function tableOfDomain(domain: string): EventTable {
  return EVENT_TABLES.find((table) => table.domain === domain) ?? EVENT_TABLES.at(-1)!;
}

/** The table of a kind of event that no standard concept puts elsewhere. */
export function tableOfKind(kind: EventKind): EventTable {
  const domain = DOMAIN_OF_KIND[kind];
  return domain ? tableOfDomain(domain) : EVENT_TABLES.find((table) => table.kind === kind)!;
}

/** Of kinds that have no table of their own. */
const DOMAIN_OF_KIND: Partial<Record<EventKind, string>> = { immunization: 'Drug', allergy: 'Observation' };

/** The column of a date's time of day. */
export function datetimeOf(dateColumn: string): string {
  return `${dateColumn}time`;
}
