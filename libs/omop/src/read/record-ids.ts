import type { CdmType } from '../cdm/tables.ts';

/** True for a column with the id of a row, as key or as reference; ids of concepts are OHDSI's numbers. */
export function isRecordId(column: string, type: CdmType): boolean {
  const name = column.slice(column.lastIndexOf('.') + 1);
  return type === 'integer' && /_id(_[12])?$/.test(name) && !/concept_id/.test(name);
}

/**
 * An id that is text as a number, in DuckDB's SQL; NULL where it is none, such as `NULL` or `(3 rows)`. UUIDs (in any case, with or
 * without braces), other tokens in which letters and digits stand, and integers too large for 64 bits: the first 64 bits of the MD5 of
 * the text in small letters, as a signed integer. Each id alike becomes the same number in each table. That two of ten million become
 * the same has a chance of 1 in 370,000 (n²/2⁶⁵).
 */
export function hashedId(text: string): string {
  const token = `trim(lower(${text}), '{} ')`;
  // A day with its time has letters too, and is no id: columns that are shifted.
  const isId = `regexp_full_match(${token}, '[a-z0-9][-a-z0-9_.:|/+=]*') AND regexp_matches(${token}, '[a-z]|[0-9]{19}')
    AND regexp_matches(${token}, '[0-9]') AND NOT regexp_matches(${token}, '^[0-9]{4}-[0-9]{2}-[0-9]{2}t|^[-0-9.]+e[-+]?[0-9]+$')`;
  const bits = `CAST(CAST('0x' || left(md5(${token}), 16) AS UBIGINT) AS HUGEINT)`;
  const signed = `CAST(CASE WHEN ${bits} >= 9223372036854775808 THEN ${bits} - 18446744073709551616 ELSE ${bits} END AS BIGINT)`;
  return `CASE WHEN ${isId} THEN ${signed} END`;
}
