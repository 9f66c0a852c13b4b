import { Command } from 'commander';
import { omopSource } from '@ehrsynth/pipeline';
import { EventKind } from '@ehrsynth/records';
import { addProgramOptions, type ProgramOptions } from '../cluster-options.ts';
import { limitsOf } from '../limit-options.ts';
import { collect, oneOf } from '../options.ts';
import { InvalidSourceSystemError } from '../errors.ts';
import { addFormerCodesOption, type FormerCodes } from '../code-options.ts';
import { addCohortOptions, type CohortOptions, ingest } from './ingest-cohort.ts';

interface Options extends CohortOptions, ProgramOptions {
  sourceSystem?: string[];
  codes: 'source' | 'mapped' | 'standard';
  catalog?: string;
  schema?: string;
  vocabularySchema?: string;
  timezone?: string;
  header: 'yes' | 'no';
  encoding?: string;
  formerCodes: FormerCodes;
}

const KINDS = EventKind.options;

export function ingestOmopCommand(): Command {
  const command = new Command('omop')
    .description('OMOP CDM 5.3 and 5.4: a folder of CSV or Parquet, a DuckDB file, a PostgreSQL database, or Spark')
    .argument(
      '<source>',
      'folder with person.csv or person.parquet and the other tables, a DuckDB file, postgres://user@host/database (password: PGPASSWORD), or sc://host:15002/;use_ssl=true (token: SPARK_CONNECT_AUTHENTICATE_TOKEN)',
    )
    .option('--catalog <name>', "Spark catalog (default: the session's own)")
    .option('--schema <name>', "schema of the database (PostgreSQL: public by default; Spark: the session's own)")
    .option('--vocabulary-schema <name>', 'schema of the vocabulary tables, if it is a different one')
    .option('--timezone <Area/City>', 'time zone into which times with a zone are converted (default: UTC)')
    .option(
      '--header <yes|no>',
      'whether CSV files have a header; no: columns are in the order of the official DDL',
      oneOf('yes', 'no'),
      'yes',
    )
    .option('--encoding <name>', 'encoding of CSV files that are neither UTF-8 nor UTF-16, such as windows-1252')
    .option(
      '--codes <which>',
      "source: the source's own codes; mapped: standard concepts mapped back to ICD-10-CM, NDC, ICD-10-PCS and LOINC; standard: the standard concepts themselves (SNOMED, RxNorm, LOINC)",
      oneOf('source', 'mapped', 'standard'),
      'source',
    )
    .option(
      '--source-system <KIND=URI>',
      'code system of source values without a known concept: condition=… (default: ICD-10-CM, NDC, ICD-10-PCS or LOINC, if a value has that form; may be repeated)',
      collect,
    );
  addCohortOptions(addFormerCodesOption(command))
    .option(
      '--rows-only',
      'count codes in the database: no event is transferred, and the cohort has rows of codes but no records (docs/scale.md)',
      false,
    )
    .option(
      '--stay <place>',
      "on Spark: the patients stay on the cluster's storage (s3://…, abfss://…, hdfs://…, file:/…), and the cohort names the place",
    );
  return addProgramOptions(command, '--stay').action(ingestOmop);
}

async function ingestOmop(source: string, { bundle, executor, ...options }: Options): Promise<void> {
  const { onError, kinds, keepUnknownCodes, formerCodes, codes, header, encoding } = options;
  const { catalog, schema, vocabularySchema, timezone: timeZone } = options;
  const systems = Object.fromEntries((options.sourceSystem ?? []).map(kindAndSystem));
  const reading = { onError, kinds, keepUnknownCodes, formerCodes, systems, codes, header, encoding };
  const place = { catalog, schema, vocabularySchema, timeZone, limits: limitsOf(options) };
  await ingest({ ...omopSource(source, { ...reading, ...place }), options }, { bundle, executor });
}

function kindAndSystem(text: string): [EventKind, string] {
  const [kind, system] = text.split(/=(.*)/s);
  if (!system || !KINDS.includes(kind as EventKind)) throw new InvalidSourceSystemError(text, KINDS);
  return [kind as EventKind, system];
}
