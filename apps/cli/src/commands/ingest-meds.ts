import { Command } from 'commander';
import { medsSource } from '@ehrsynth/pipeline';
import { addFormerCodesOption, type FormerCodes } from '../code-options.ts';
import { limitsOf } from '../limit-options.ts';
import { oneOf } from '../options.ts';
import { addCohortOptions, type CohortOptions, ingest } from './ingest-cohort.ts';

interface Options extends CohortOptions {
  formerCodes: FormerCodes;
  splits: 'keep' | 'redraw';
}

export function ingestMedsCommand(): Command {
  const command = new Command('meds')
    .description('MEDS 0.4 (Medical Event Data Standard): a folder with data/ and metadata/')
    .argument('<folder>', 'folder of the dataset')
    .option(
      '--splits <what>',
      'keep: the splits of metadata/subject_splits.parquet (held_out is held out, train and tuning are trained on); redraw: split by --holdout and --seed',
      oneOf('keep', 'redraw'),
      'keep',
    );
  return addCohortOptions(addFormerCodesOption(command)).action(ingestMeds);
}

async function ingestMeds(folder: string, options: Options): Promise<void> {
  const { onError, kinds, keepUnknownCodes, formerCodes, splits } = options;
  const reading = { onError, kinds, keepUnknownCodes, formerCodes, splits, limits: limitsOf(options) };
  await ingest({ ...medsSource(folder, reading), options });
}
