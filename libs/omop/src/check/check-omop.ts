import type { Problem } from '@ehrsynth/records';
import { openSource } from '../read/open.ts';
import type { Source } from '../read/source.ts';
import type { Check, CheckName, CheckResult } from './check.ts';
import { fieldChecks } from './field-checks.ts';
import { genderChecks } from './gender-checks.ts';
import { tableChecks } from './table-checks.ts';

export interface OmopCheckOptions {
  /** Schema of a PostgreSQL database or a DuckDB file. */
  schema?: string;
  /** The schema of the vocabulary tables, where it is another. */
  vocabularySchema?: string;
  /** In which times that name their zone are read: an IANA name; UTC by default. */
  timeZone?: string;
  /** Whether files of text have a header: no stands for files in the order of the CDM's DDL. */
  header?: 'yes' | 'no';
  /** Of files of text that are neither UTF-8 nor UTF-16. */
  encoding?: string;
  /** The user's vocabularies from Athena, for a source that has none. */
  athena?: string;
  /** Percent, in place of the thresholds that OHDSI has for a check. */
  thresholds?: Partial<Record<CheckName, number>>;
  /** YYYY-MM-DD */
  today: string;
  onProgress?: (done: number, all: number, table: string) => void;
}

export interface OmopChecked {
  results: CheckResult[];
  /** The row of cdm_source; empty where there is none. */
  source: Record<string, string | null>;
  /** What of the CDM is not read, and why. */
  notes: Problem[];
  version: '5.3' | '5.4';
  seconds: number;
}

/**
 * The checks of OHDSI's Data Quality Dashboard on a CDM, each as SQL where the data is: in DuckDB for files, on the server for a
 * PostgreSQL database.
 * @throws MissingTableError, MissingColumnError, BrokenTableError, PostgresError
 */
export async function checkOmop(path: string, options: OmopCheckOptions): Promise<OmopChecked> {
  const started = Date.now();
  const source = await openSource(path, options);
  try {
    const own = await sourceRow(source);
    const version = /5\.3/.test(own.cdm_version ?? '') ? '5.3' : '5.4';
    const checks = [
      ...tableChecks(source, version),
      ...fieldChecks(source, version, options.today),
      ...(await genderChecks(source)),
    ].sort((a, b) => (a.table < b.table ? -1 : a.table > b.table ? 1 : 0));
    const runner = new Runner(source, options.thresholds ?? {});
    const results: CheckResult[] = [];
    for (const check of checks) {
      options.onProgress?.(results.length, checks.length, check.table);
      results.push(await runner.run(check));
    }
    return { results, source: own, notes: source.notes, version, seconds: (Date.now() - started) / 1000 };
  } finally {
    await source.close();
  }
}

async function sourceRow({ database }: Source): Promise<Record<string, string | null>> {
  const texts = ['cdm_source_name', 'cdm_source_abbreviation', 'cdm_holder', 'source_description', 'source_documentation_reference', 'cdm_etl_reference', 'source_release_date', 'cdm_release_date', 'cdm_version', 'cdm_version_concept_id', 'vocabulary_version']; // prettier-ignore
  const [row] = await database.all<Record<string, string | null>>(
    `SELECT ${texts.map((name) => `CAST(${name} AS VARCHAR) AS ${name}`).join(', ')} FROM cdm_source LIMIT 1`,
  );
  return row ?? {};
}

/** Checks that a field without values can fail: a text that is no value of its type is read as none. */
const MAY_BE_EMPTY = new Set<CheckName>(['measureValueCompleteness', 'isRequired', 'cdmDatatype']);

/** Asks one check after the other; how many rows a table has is asked once. */
class Runner {
  private readonly sizes = new Map<string, number>();

  constructor(
    private readonly source: Source,
    private readonly thresholds: Partial<Record<CheckName, number>>,
  ) {}

  async run(check: Check): Promise<CheckResult> {
    const started = Date.now();
    const threshold = this.thresholds[check.name] ?? check.threshold;
    const result = (violations: number, rows: number, more: Partial<CheckResult> = {}): CheckResult => {
      const share = rows > 0 ? violations / rows : 0;
      const hasFailed = violations > 0 && share * 100 > threshold;
      return {
        ...check,
        threshold,
        violations,
        rows,
        share,
        hasFailed,
        seconds: (Date.now() - started) / 1000,
        ...more,
      };
    };
    if (check.isViolated !== undefined) return result(check.isViolated ? 1 : 0, 1);
    const notApplicable = await this.whyNot(check);
    if (notApplicable) return result(0, 0, { notApplicable });
    try {
      const violations = await this.count(check.violated!);
      const rows = check.checked ? await this.count(check.checked) : await this.valuesIn(check.table);
      return result(violations, rows);
    } catch (error) {
      return result(0, 0, { error: (error as Error).message, hasFailed: true });
    }
  }

  /** Why there is nothing to check, by the dashboard's rules. */
  private async whyNot({ name, table, field, needs }: Check): Promise<string | undefined> {
    const { tables, columns } = this.source;
    const isEmpty = async (some: string) => !tables.has(some) || (await this.valuesIn(some)) === 0;
    // Conditions want eras: a table of eras without rows is a fault where there are conditions.
    if (name === 'measureConditionEraCompleteness')
      return (await isEmpty('condition_occurrence')) ? 'condition_occurrence has no rows' : undefined;
    if (!tables.has(table)) return `There is no table ${table}`;
    if (field && !columns.get(table)?.has(field)) return `${table} has no field ${field}`;
    if (await isEmpty(table)) return `${table} has no rows`;
    if (needs && (await isEmpty(needs))) return `${needs} has no rows`;
    if (field && !MAY_BE_EMPTY.has(name) && (await this.valuesIn(table, field)) === 0)
      return `${field} of ${table} has no values`;
    return undefined;
  }

  /** Rows of a table, or values in one of its fields. */
  private async valuesIn(table: string, field?: string): Promise<number> {
    const key = `${table}.${field ?? '*'}`;
    let known = this.sizes.get(key);
    if (known === undefined) {
      const counted = field ? `"${field}"` : '*';
      known = await this.count(`SELECT count(${counted}) AS n FROM ${table}`);
      this.sizes.set(key, known);
    }
    return known;
  }

  private async count(sql: string): Promise<number> {
    return Number((await this.source.database.all<{ n: bigint | number }>(sql))[0].n);
  }
}
