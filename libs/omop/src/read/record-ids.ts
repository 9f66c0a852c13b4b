import { type CdmType, plainName } from '../cdm/tables.ts';

/** True for a column with the id of a row, as key or as reference; ids of concepts are OHDSI's numbers. */
export function isRecordId(column: string, type: CdmType): boolean {
  return type === 'integer' && /_id(_[12])?$/.test(nameOf(column)) && !/concept_id/.test(column);
}

/**
 * An id that is text as a number, in DuckDB's SQL; NULL where it is none, such as `NULL` or `(3 rows)`. Every text that is no plain number
 * is one: UUIDs, record numbers with dashes or letters, fractions, integers too large for 64 bits. It becomes the first 64 bits of its MD5,
 * as a signed integer; UUIDs alike in any case, with or without braces. Each id alike becomes the same number in each table. That two of
 * ten million become the same has a chance of 1 in 370,000 (n²/2⁶⁵).
 * @param column its name, after its table's or alone
 */
export function hashedId(column: string): string {
  const isId = `regexp_matches(${column}, '${SIGNS}') AND NOT regexp_matches(${column}, '(?i)${noId(column)}')`;
  // Each function of the text stands once: DuckDB does at once for all rows what stands in an expression twice.
  const text = `CASE WHEN regexp_matches(${column}, '(?i)${UUID}') THEN trim(lower(${column}), '{} ') ELSE trim(${column}, ${BLANKS}) END`;
  const bits = `CAST(CAST('0x' || left(md5(${text}), 16) AS UBIGINT) AS HUGEINT)`;
  return `CASE WHEN ${isId} THEN CAST((${bits} + 9223372036854775808) % 18446744073709551616 - 9223372036854775808 AS BIGINT) END`;
}

/** Characters that are trimmed, in SQL: blank, tab and line ends. */
export const BLANKS = "' ' || chr(9) || chr(10) || chr(13)";

/** What an id has at least one of: a letter or digit. As the others, a pattern that DuckDB and PostgreSQL understand alike. */
export const SIGNS = '[0-9A-Za-z]|[^\\x01-\\x7f]';

/** A UUID, in small letters or capitals. */
export const UUID = '^ *[{]?[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}[}]? *$';

/** What stands in place of an id, in small letters: words for NULL, a day (columns that are shifted), `(3 rows)`, the column's own name. */
export function noId(column: string): string {
  const words = '[(<]?null[)>]?|<?na>?|n/a|nan|none|[-+]?inf(inity)?';
  const day = '[0-9]{4}[-/][0-9][0-9]?[-/][0-9][0-9]?([ tz].*)?';
  return `^\\s*(${words}|${day}|[(]?[0-9]+ rows?( .*)?[)]?|${nameOf(column)})\\s*$`;
}

/** Whole numbers as databases and spreadsheets write them: 12, +12, 12.0. */
export const WHOLE = '^\\s*[+-]?[0-9]+([.]0*)?\\s*$';
/** The same by programs that take them for floating: 1e+05. */
export const FLOATING = '^\\s*[+-]?[0-9]+([.][0-9]*)?[eE][+-]?[0-9][0-9]?[0-9]?\\s*$';

/** A column's name without its table's. */
function nameOf(column: string): string {
  return plainName(column.slice(column.lastIndexOf('.') + 1));
}
