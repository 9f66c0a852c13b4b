import { isSpark, withoutToken } from '@ehrsynth/spark';
import { NotOnSparkError } from '../spark/errors.ts';
import type { Problem } from '@ehrsynth/records';
import { openSource } from '../read/open.ts';
import type { Source } from '../read/source.ts';
import { inFixedOrder } from '../read/sql-days.ts';
import { type CdmVersion, tablesOf, versionOf } from './cdm-version.ts';
import type { CheckName, CheckResult } from './check.ts';
import { conceptChecks } from './concept-checks.ts';
import { fieldChecks } from './field-checks.ts';
import { Runner } from './runner.ts';
import { checkedTables, tableChecks } from './table-checks.ts';

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
  /** In place of the version that cdm_source names. */
  version?: CdmVersion;
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
  version: CdmVersion;
  seconds: number;
}

/**
 * The checks of OHDSI's Data Quality Dashboard on a CDM, each as SQL where the data is: in DuckDB for files, on the server for a
 * PostgreSQL database.
 * @throws CdmVersionError, MissingTableError, MissingColumnError, BrokenTableError, PostgresError, NotOnSparkError
 */
export async function checkOmop(path: string, options: OmopCheckOptions): Promise<OmopChecked> {
  const started = Date.now();
  if (isSpark(path)) throw new NotOnSparkError('Checking a CDM', withoutToken(path));
  const source = await openSource(path, { ...options, mayLackColumns: true });
  try {
    const own = await sourceRow(source);
    const version = options.version ?? (await versionOf(source, own));
    const all = tablesOf(version);
    const tables = checkedTables(ownTables(source, options.athena), all, version);
    const checks = [
      ...tableChecks(source, tables),
      ...fieldChecks(source, tables, version, options.today),
      ...(await conceptChecks(source)),
    ].sort((a, b) => (a.table < b.table ? -1 : a.table > b.table ? 1 : 0));
    const runner = new Runner(source, all, options.thresholds ?? {});
    const results: CheckResult[] = [];
    for (const check of checks) {
      options.onProgress?.(results.length, checks.length, check.table);
      results.push(await runner.run(check));
    }
    return {
      results,
      source: own,
      notes: [...source.notes, ...unread(source)],
      version,
      seconds: (Date.now() - started) / 1000,
    };
  } finally {
    await source.close();
  }
}

/** What is not read and may hold data. */
function unread({ inventory }: Source): Problem[] {
  const found = inventory?.notRead.filter(({ mayHoldData }) => mayHoldData) ?? [];
  return found.map(({ reason, where }) => ({ reason, where, resourceType: 'file' }));
}

/** The tables of the CDM itself, without the imported vocabularies that stand in for missing ones. */
function ownTables({ tables, where }: Source, athena?: string): Set<string> {
  return new Set([...tables].filter((table) => athena === undefined || where.get(table) !== athena));
}

/** The row of cdm_source, of several the one of the latest release: the same one wherever they are kept. */
async function sourceRow({ database, where, notes }: Source): Promise<Record<string, string | null>> {
  const texts = [
    'cdm_source_name',
    'cdm_source_abbreviation',
    'cdm_holder',
    'source_description',
    'source_documentation_reference',
    'cdm_etl_reference',
    'source_release_date',
    'cdm_release_date',
    'cdm_version',
    'cdm_version_concept_id',
    'vocabulary_version',
  ];
  const columns = texts.map((name) => `CAST(${name} AS VARCHAR) AS ${name}`);
  const order = inFixedOrder(texts.map((name) => ({ name, isText: true })));
  const rows = await database.all<Record<string, string | null>>(
    `SELECT * FROM (SELECT ${columns.join(', ')} FROM cdm_source) s
      ORDER BY cdm_release_date COLLATE "C" DESC NULLS LAST, ${order} LIMIT 2`,
  );
  if (rows.length > 1)
    notes.push({
      reason: 'several rows in cdm_source; the latest release was read',
      resourceType: 'cdm_source',
      where: where.get('cdm_source') ?? 'cdm_source',
    });
  return rows[0] ?? {};
}
