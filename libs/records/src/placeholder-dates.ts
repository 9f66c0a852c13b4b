/**
 * Whether a day stands for having no date: the first and last days that databases and programs can write, and years in which
 * nobody was treated. Records that were shifted into a coming century are none.
 */
export function isPlaceholder(day: string): boolean {
  return day < PLACEHOLDER_DAYS.before || day >= PLACEHOLDER_DAYS.from || PLACEHOLDERS.has(day);
}

/** The same of a birth date: some patients were born in 1900, and a birth in the future is a fault. */
export function isPlaceholderOfBirth(day: string): boolean {
  return day < PLACEHOLDER_DAYS.before || BIRTH_PLACEHOLDERS.has(day);
}

/** Days that are placeholders where the rest of the record contradicts them: epochs of SQL Server and Unix, and the eve. */
export const DOUBTFUL_DAYS: ReadonlySet<string> = new Set(['1900-01-01', '1901-01-01', '1969-12-31', '1970-01-01']);

/** A little more than the longest life that is known for sure (Jeanne Calment, 122 years). */
export const LONGEST_YEARS = 123;
/** Of those who were born on a day that databases write for none, nobody is taken to be that old. */
export const DOUBTFUL_YEARS = 100;
/** An instant may be written in a time zone that is a day behind: an event so many days before a birth is none before it. */
export const ZONE_DAYS = 1;
/** Days after a death in which something may still be recorded of a person. @see OHDSI's plausibleBeforeDeath */
export const RECORDED_AFTER_DEATH_DAYS = 60;
/** What is written after a death: autopsies, bills. A doubtful day of death is none where the record goes on for longer. */
export const AFTER_DEATH_DAYS = 366;

/** Five years: a doubtful day on which something is said to have happened is none where all else is further away. */
export const APART_DAYS = 1826;

const PLACEHOLDERS = new Set([
  '1858-11-17', // VMS
  '1899-12-30', // OLE, Delphi
  '1899-12-31', // Excel
  '1900-01-01', // SQL Server
  '2078-12-31',
  '2079-06-06', // SQL Server's smalldatetime
  '2099-12-31',
]);
const BIRTH_PLACEHOLDERS = new Set([
  '1858-11-17',
  '1899-12-30',
  '1899-12-31',
  '2999-12-31',
  '9999-01-01',
  '9999-12-31',
]);

/** The same as data, for a test in SQL. Before the first are 0001-01-01 (.NET), 1582 (calendar), 1753-01-01 (SQL Server), 1840-12-31 (MUMPS). */
export const PLACEHOLDER_DAYS = {
  before: '1850-01-01',
  from: '2400-01-01',
  days: [...PLACEHOLDERS],
  ofBirth: [...BIRTH_PLACEHOLDERS],
};
