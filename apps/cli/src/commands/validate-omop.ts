import { Command, InvalidArgumentError, Option } from 'commander';
import {
  CDM_VERSIONS,
  type CdmVersion,
  CHECKS,
  type CheckName,
  checkOmop,
  type CheckResult,
  dayIn,
  toDqdResults,
  withoutPassword,
} from '@ehrsynth/omop';
import { version, writeFileAtomic } from '@ehrsynth/io';
import { console } from '../console.ts';
import { athenaFile } from '../omop.ts';
import { oneOf, wholeNumber } from '../options.ts';
import { Progress } from '../progress.ts';
import { table, text, wrapped } from '../table.ts';

interface Options {
  schema?: string;
  vocabularySchema?: string;
  timezone?: string;
  cdmVersion?: CdmVersion;
  header: 'yes' | 'no';
  encoding?: string;
  json?: string;
  threshold?: Partial<Record<CheckName, number>>;
  show: number;
}

const CATEGORIES = ['Conformance', 'Completeness', 'Plausibility'];

export function validateOmopCommand(): Command {
  return new Command('omop')
    .description("OMOP CDM 5.3 and 5.4: the checks of OHDSI's Data Quality Dashboard")
    .argument(
      '<source>',
      'folder of CSV or Parquet, a DuckDB file, or postgres://user@host/database (password: PGPASSWORD)',
    )
    .option('--schema <name>', 'schema of the database (PostgreSQL: public by default)')
    .option('--vocabulary-schema <name>', 'schema of the vocabulary tables, if it is a different one')
    .option('--timezone <Area/City>', 'time zone into which times with a zone are converted (default: UTC)')
    .addOption(
      new Option('--cdm-version <version>', 'version of the CDM (default: as cdm_source says, otherwise 5.4)').choices(
        CDM_VERSIONS,
      ),
    )
    .option(
      '--header <yes|no>',
      'whether CSV files have a header; no: columns are in the order of the official DDL',
      oneOf('yes', 'no'),
      'yes',
    )
    .option('--encoding <name>', 'encoding of CSV files that are neither UTF-8 nor UTF-16, such as windows-1252')
    .option('--json <file>', 'write all results in the format of the Data Quality Dashboard viewer')
    .option(
      '--threshold <CHECK=PERCENT>',
      "violations that a check allows, instead of OHDSI's default: standardConceptRecordCompleteness=100 (may be repeated)",
      threshold,
    )
    .option('--show <number>', 'failed checks to show, most severe first', wholeNumber(0), 40)
    .action(validateOmop);
}

async function validateOmop(source: string, options: Options): Promise<void> {
  const started = new Date();
  const progress = new Progress('Checking', 'checks');
  const checked = await checkOmop(source, {
    schema: options.schema,
    vocabularySchema: options.vocabularySchema,
    timeZone: options.timezone,
    header: options.header,
    encoding: options.encoding,
    athena: athenaFile(),
    version: options.cdmVersion,
    thresholds: options.threshold,
    today: dayIn(started, options.timezone),
    onProgress: (done, _, name) => progress.update(done, name),
  });
  progress.stop();
  const { results, seconds } = checked;
  if (options.json)
    await writeFileAtomic(options.json, `${JSON.stringify(toDqdResults(checked, started, version()), null, 1)}\n`);
  console.log(
    table(
      ['category', 'checks', 'failed', 'nothing to check'],
      CATEGORIES.map((category) => {
        const own = results.filter(({ name }) => CHECKS[name][2] === category);
        return [
          category,
          own.length,
          own.filter(({ hasFailed }) => hasFailed).length,
          own.filter(({ notApplicable }) => notApplicable).length,
        ];
      }),
    ),
  );
  const failed = results.filter(({ hasFailed }) => hasFailed);
  const counted = failed.filter(({ error }) => !error).sort((a, b) => b.share - a.share || b.violations - a.violations);
  if (counted.length > 0 && options.show > 0) {
    const headers = ['check', 'table', 'field', 'failed', 'of', '%', 'allowed %', 'what'];
    console.log(wrapped(headers, counted.slice(0, options.show).map(toRow)));
    if (counted.length > options.show)
      console.log(
        `  … ${text(counted.length - options.show)} more failed checks${options.json ? '' : ' (--json writes all)'}`,
      );
  }
  for (const [error, names] of errorsOf(failed))
    console.log(`${text(names.length)} checks could not be run. ${error}: ${[...new Set(names)].join(', ')}`);
  if (failed.some(({ name, share }) => name === 'standardConceptRecordCompleteness' && share === 1))
    console.log(
      "Nothing is mapped to standard concepts. Import Athena's vocabularies before the export (ehrsynth vocab import athena DIR), or allow it: --threshold standardConceptRecordCompleteness=100 --threshold sourceValueCompleteness=100 --threshold measurePersonCompleteness=100",
    );
  for (const { reason, where, detail } of checked.notes)
    console.log(`Worth knowing: ${reason}${detail ? ` (${detail})` : ''}, ${where}`);
  console.log(
    `${text(results.length)} checks of the CDM ${checked.version} in ${withoutPassword(source)}, ${text(failed.length)} failed, in ${seconds.toFixed(1)} s`,
  );
  if (failed.length > 0) process.exitCode = 1;
}

function toRow({
  name,
  table: of,
  field,
  violations,
  rows,
  share,
  threshold: most,
  description,
}: CheckResult): string[] {
  return [name, of, field ?? '', text(violations), text(rows), (share * 100).toFixed(1), String(most), description];
}

/** Why checks could not be made, with the names of those that each reason stopped. */
function errorsOf(results: CheckResult[]): Map<string, string[]> {
  const errors = new Map<string, string[]>();
  for (const { name, error } of results) {
    if (error) errors.set(error, [...(errors.get(error) ?? []), name]);
  }
  return errors;
}

function threshold(value: string, before: Partial<Record<CheckName, number>> = {}): Partial<Record<CheckName, number>> {
  const [name, percent] = value.split('=');
  if (!(name in CHECKS)) throw new InvalidArgumentError(`Must be one of ${Object.keys(CHECKS).join(', ')}`);
  const number = Number(percent);
  if (!(number >= 0 && number <= 100) || !percent?.trim())
    throw new InvalidArgumentError('Must have a number from 0 to 100 after =');
  return { ...before, [name]: number };
}
