/**
 * Names that the Medical Event Data Standard gives.
 * @see MEDS 0.4, https://github.com/Medical-Event-Data-Standard/meds
 */
export const BIRTH = 'MEDS_BIRTH';
export const DEATH = 'MEDS_DEATH';
export const MEDS_VERSION = '0.4.1';

export const DATA_FOLDER = 'data';
export const CODES_FILE = 'metadata/codes.parquet';
export const SPLITS_FILE = 'metadata/subject_splits.parquet';
export const DATASET_FILE = 'metadata/dataset.json';

/** The splits that the standard recommends. */
export const SPLITS = ['train', 'tuning', 'held_out'] as const;
export type Split = (typeof SPLITS)[number];

/** Between the parts of a code: SYSTEM//CODE//UNIT. */
export const BETWEEN_PARTS = '//';

/** What dataset.json calls the program that wrote it. The extra columns of such a dataset are read as ours. */
export const ETL_NAME = 'ehrsynth';

/** The columns that the standard names, with DuckDB's types. */
export const CORE_COLUMNS = [
  ['subject_id', 'BIGINT'],
  ['time', 'TIMESTAMP'],
  ['code', 'VARCHAR'],
  ['numeric_value', 'FLOAT'],
  ['text_value', 'VARCHAR'],
] as const;

/** The columns that we write beside them, with DuckDB's types. docs/meds.md has what each says. */
export const EXTRA_COLUMNS = [
  ['source_id', 'VARCHAR'],
  ['kind', 'VARCHAR'],
  ['time_precision', 'VARCHAR'],
  ['end', 'TIMESTAMP'],
  ['end_precision', 'VARCHAR'],
  ['encounter', 'INTEGER'],
  ['numeric_value_double', 'DOUBLE'],
  ['unit', 'VARCHAR'],
  ['unit_system', 'VARCHAR'],
  ['unit_code', 'VARCHAR'],
  ['comparator', 'VARCHAR'],
  ['range_low', 'DOUBLE'],
  ['range_high', 'DOUBLE'],
  ['interpretation', 'VARCHAR'],
  ['category', 'VARCHAR'],
  ['panel', 'VARCHAR'],
  ['answer', 'VARCHAR'],
  ['source_text', 'VARCHAR'],
  ['dose_value', 'DOUBLE'],
  ['dose_unit', 'VARCHAR'],
  ['dose_unit_system', 'VARCHAR'],
  ['dose_unit_code', 'VARCHAR'],
  ['dose_comparator', 'VARCHAR'],
  ['times_per_day', 'DOUBLE'],
  ['days_supply', 'BIGINT'],
  ['refills', 'BIGINT'],
  ['route', 'VARCHAR'],
  ['route_text', 'VARCHAR'],
  ['verbatim_end', 'DATE'],
  ['active', 'BOOLEAN'],
] as const;

export type ColumnName = (typeof CORE_COLUMNS)[number][0] | (typeof EXTRA_COLUMNS)[number][0];
export type ColumnType = (typeof CORE_COLUMNS)[number][1] | (typeof EXTRA_COLUMNS)[number][1];
