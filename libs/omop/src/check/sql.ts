/** SQL that counts rows of a table, called t, as `n`. */
export function countOf(table: string, where = '1 = 1'): string {
  return `SELECT count(*) AS n FROM ${table} t WHERE ${where}`;
}

/** SQL that counts what a FROM clause gives, as `n`. */
export function countFrom(from: string): string {
  return `SELECT count(*) AS n ${from}`;
}

const DAYS_IN_MONTH = `CASE WHEN p.month_of_birth IN (4, 6, 9, 11) THEN 30 WHEN p.month_of_birth <> 2 THEN 31
  WHEN p.year_of_birth % 4 = 0 AND (p.year_of_birth % 100 <> 0 OR p.year_of_birth % 400 = 0) THEN 29 ELSE 28 END`;

/** Day on which person p was born: of birth_datetime, else of the parts, the first where month or day are missing; NULL where they are no day. */
export const BIRTH = `coalesce(CAST(p.birth_datetime AS DATE), CASE WHEN p.year_of_birth BETWEEN 1 AND 9999
  AND coalesce(p.month_of_birth, 1) BETWEEN 1 AND 12 AND coalesce(p.day_of_birth, 1) BETWEEN 1 AND coalesce(${DAYS_IN_MONTH}, 31)
  THEN CAST(${datePart('p.year_of_birth', 4)} || '-' || ${datePart('coalesce(p.month_of_birth, 1)', 2)} || '-' || ${datePart('coalesce(p.day_of_birth, 1)', 2)} AS DATE) END)`;

/** The same for the older check of order: the first of June where there is no birth_datetime. */
export const BIRTH_OR_JUNE = `coalesce(CAST(p.birth_datetime AS DATE), CASE WHEN p.year_of_birth BETWEEN 1 AND 9999
  THEN CAST(${datePart('p.year_of_birth', 4)} || '-06-01' AS DATE) END)`;

function datePart(column: string, digits: number): string {
  return `lpad(CAST(${column} AS VARCHAR), ${digits}, '0')`;
}
