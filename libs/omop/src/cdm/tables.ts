/** SQL types of the CDM, as the specification writes them. */
export type CdmType = 'integer' | 'float' | 'date' | 'datetime' | 'text' | `varchar(${number})`;

export interface Column {
  name: string;
  type: CdmType;
  required: boolean;
}

export interface Table {
  name: string;
  columns: Column[];
  /** Undefined where the CDM gives the table none. */
  primaryKey?: string;
}

/**
 * Tables of the CDM 5.4 that we read or write: "name type" for each column, with ! where it is required.
 * @see OMOP CDM 5.4, https://ohdsi.github.io/CommonDataModel/cdm54.html
 */
const DEFINITIONS: Record<string, string> = {
  person: `person_id integer!, gender_concept_id integer!, year_of_birth integer!, month_of_birth integer, day_of_birth integer,
    birth_datetime datetime, race_concept_id integer!, ethnicity_concept_id integer!, location_id integer, provider_id integer,
    care_site_id integer, person_source_value varchar(50), gender_source_value varchar(50), gender_source_concept_id integer,
    race_source_value varchar(50), race_source_concept_id integer, ethnicity_source_value varchar(50),
    ethnicity_source_concept_id integer`,
  observation_period: `observation_period_id integer!, person_id integer!, observation_period_start_date date!,
    observation_period_end_date date!, period_type_concept_id integer!`,
  visit_occurrence: `visit_occurrence_id integer!, person_id integer!, visit_concept_id integer!, visit_start_date date!,
    visit_start_datetime datetime, visit_end_date date!, visit_end_datetime datetime, visit_type_concept_id integer!,
    provider_id integer, care_site_id integer, visit_source_value varchar(50), visit_source_concept_id integer,
    admitted_from_concept_id integer, admitted_from_source_value varchar(50), discharged_to_concept_id integer,
    discharged_to_source_value varchar(50), preceding_visit_occurrence_id integer`,
  condition_occurrence: `condition_occurrence_id integer!, person_id integer!, condition_concept_id integer!,
    condition_start_date date!, condition_start_datetime datetime, condition_end_date date, condition_end_datetime datetime,
    condition_type_concept_id integer!, condition_status_concept_id integer, stop_reason varchar(20), provider_id integer,
    visit_occurrence_id integer, visit_detail_id integer, condition_source_value varchar(50),
    condition_source_concept_id integer, condition_status_source_value varchar(50)`,
  drug_exposure: `drug_exposure_id integer!, person_id integer!, drug_concept_id integer!, drug_exposure_start_date date!,
    drug_exposure_start_datetime datetime, drug_exposure_end_date date!, drug_exposure_end_datetime datetime,
    verbatim_end_date date, drug_type_concept_id integer!, stop_reason varchar(20), refills integer, quantity float,
    days_supply integer, sig text, route_concept_id integer, lot_number varchar(50), provider_id integer,
    visit_occurrence_id integer, visit_detail_id integer, drug_source_value varchar(50), drug_source_concept_id integer,
    route_source_value varchar(50), dose_unit_source_value varchar(50)`,
  procedure_occurrence: `procedure_occurrence_id integer!, person_id integer!, procedure_concept_id integer!,
    procedure_date date!, procedure_datetime datetime, procedure_end_date date, procedure_end_datetime datetime,
    procedure_type_concept_id integer!, modifier_concept_id integer, quantity integer, provider_id integer,
    visit_occurrence_id integer, visit_detail_id integer, procedure_source_value varchar(50),
    procedure_source_concept_id integer, modifier_source_value varchar(50)`,
  measurement: `measurement_id integer!, person_id integer!, measurement_concept_id integer!, measurement_date date!,
    measurement_datetime datetime, measurement_time varchar(10), measurement_type_concept_id integer!,
    operator_concept_id integer, value_as_number float, value_as_concept_id integer, unit_concept_id integer,
    range_low float, range_high float, provider_id integer, visit_occurrence_id integer, visit_detail_id integer,
    measurement_source_value varchar(50), measurement_source_concept_id integer, unit_source_value varchar(50),
    unit_source_concept_id integer, value_source_value varchar(50), measurement_event_id integer,
    meas_event_field_concept_id integer`,
  death: `person_id integer!, death_date date!, death_datetime datetime, death_type_concept_id integer,
    cause_concept_id integer, cause_source_value varchar(50), cause_source_concept_id integer`,
  cdm_source: `cdm_source_name varchar(255)!, cdm_source_abbreviation varchar(25)!, cdm_holder varchar(255)!,
    source_description text, source_documentation_reference varchar(255), cdm_etl_reference varchar(255),
    source_release_date date!, cdm_release_date date!, cdm_version varchar(10), cdm_version_concept_id integer!,
    vocabulary_version varchar(20)!`,
  concept: `concept_id integer!, concept_name varchar(255)!, domain_id varchar(20)!, vocabulary_id varchar(20)!,
    concept_class_id varchar(20)!, standard_concept varchar(1), concept_code varchar(50)!, valid_start_date date!,
    valid_end_date date!, invalid_reason varchar(1)`,
  vocabulary: `vocabulary_id varchar(20)!, vocabulary_name varchar(255)!, vocabulary_reference varchar(255),
    vocabulary_version varchar(255), vocabulary_concept_id integer!`,
};

const WITHOUT_KEY = new Set(['death', 'cdm_source']);

export const TABLES: Record<string, Table> = Object.fromEntries(
  Object.entries(DEFINITIONS).map(([name, text]) => [name, toTable(name, text)]),
);

/** The table's CREATE TABLE in DuckDB's SQL, which PostgreSQL reads too, with its primary key. */
export function createTable({ name, columns, primaryKey }: Table): string {
  const lines = columns.map((column) => {
    const key = column.name === primaryKey ? ' PRIMARY KEY' : '';
    return `  ${column.name} ${sqlType(column.type)}${column.required ? ' NOT NULL' : ''}${key}`;
  });
  return `CREATE TABLE ${name} (\n${lines.join(',\n')}\n)`;
}

/** The type in SQL. */
export function sqlType(type: CdmType): string {
  if (type === 'datetime') return 'TIMESTAMP';
  return type === 'float' ? 'DOUBLE PRECISION' : type.toUpperCase();
}

function toTable(name: string, text: string): Table {
  const columns = text.split(',').map((part) => {
    const [column, type] = part.trim().split(/\s+/);
    return { name: column, type: type.replace('!', '') as CdmType, required: type.endsWith('!') };
  });
  return { name, columns, primaryKey: WITHOUT_KEY.has(name) ? undefined : columns[0].name };
}
