import { Command } from 'commander';
import { medsSource } from '@ehrsynth/pipeline';
import { addProgramOptions, type ProgramOptions } from '../cluster-options.ts';
import { addFormerCodesOption, type FormerCodes } from '../code-options.ts';
import { limitsOf } from '../limit-options.ts';
import { oneOf } from '../options.ts';
import { addCohortOptions, type CohortOptions, ingest } from './ingest-cohort.ts';

interface Options extends CohortOptions, ProgramOptions {
  formerCodes: FormerCodes;
  splits: 'keep' | 'redraw';
  catalog?: string;
  schema?: string;
}

export function ingestMedsCommand(): Command {
  const command = new Command('meds')
    .description('MEDS 0.4 (Medical Event Data Standard): a folder with data/ and metadata/, or tables on Spark')
    .argument(
      '<source>',
      'folder of the dataset, or sc://host:port of Apache Spark with the tables data, codes and subject_splits',
    )
    .option('--catalog <name>', "Spark catalog (default: the session's own)")
    .option('--schema <name>', "schema of Spark (default: the session's own)")
    .option(
      '--splits <what>',
      'keep: the splits of metadata/subject_splits.parquet (held_out is held out, train and tuning are trained on); redraw: split by --holdout and --seed',
      oneOf('keep', 'redraw'),
      'keep',
    );
  addCohortOptions(addFormerCodesOption(command))
    .option(
      '--rows-only',
      'on Spark, with --bundle or --executor: the cohort has rows of codes and no records, and no event travels (docs/scale.md)',
      false,
    )
    .option(
      '--stay <place>',
      "on Spark: the patients stay on the cluster's storage (s3://…, abfss://…, hdfs://…, file:/…), and the cohort names the place",
    );
  return addProgramOptions(command, '--stay or --rows-only').action(ingestMeds);
}

async function ingestMeds(folder: string, { bundle, executor, ...options }: Options): Promise<void> {
  const { onError, kinds, keepUnknownCodes, formerCodes, splits, catalog, schema } = options;
  const reading = { onError, kinds, keepUnknownCodes, formerCodes, splits, catalog, schema, limits: limitsOf(options) };
  await ingest({ ...medsSource(folder, reading), options }, { bundle, executor });
}
