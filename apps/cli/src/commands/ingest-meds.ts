import { Command } from 'commander';
import { readMeds } from '@ehrsynth/meds';
import { Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { addFormerCodesOption, type FormerCodes } from '../code-options.ts';
import { KeptSplits } from '../kept-splits.ts';
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
      'keep: held_out is held out, train and tuning are trained on, as metadata/subject_splits.parquet has them; redraw: by --holdout and --seed',
      oneOf('keep', 'redraw'),
      'keep',
    );
  return addCohortOptions(addFormerCodesOption(command)).action(ingestMeds);
}

async function ingestMeds(folder: string, options: Options): Promise<void> {
  const { onError, kinds, keepUnknownCodes, formerCodes } = options;
  const vocabulary = new Vocabulary();
  const tally = new Tally(onError);
  const kept = options.splits === 'keep' ? new KeptSplits(tally) : undefined;
  await ingest({
    command: 'ingest meds',
    name: folder,
    inputs: [folder],
    options,
    vocabulary,
    tally,
    unit: 'patients',
    partOf: kept && ((id) => kept.partOf(id)),
    read: (onProgress, workFolder) =>
      readMeds(
        folder,
        {
          vocabulary,
          kinds,
          keepUnknownCodes,
          formerCodes,
          onSubject: (id, split) => kept?.next(id, split),
          onProgress,
          workFolder,
        },
        tally,
      ),
  });
}
