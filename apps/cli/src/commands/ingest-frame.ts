import { Command } from 'commander';
import { frameSource } from '@ehrsynth/pipeline';
import { EventKind } from '@ehrsynth/records';
import { addFormerCodesOption, type FormerCodes } from '../code-options.ts';
import { addFrameOptions, type FrameFlags } from '../frame-options.ts';
import { limitsOf } from '../limit-options.ts';
import { oneOf } from '../options.ts';
import { addCohortOptions, type CohortOptions, ingest } from './ingest-cohort.ts';

interface Options extends CohortOptions, FrameFlags {
  formerCodes: FormerCodes;
  system?: string;
  kind: EventKind;
}

const FORMATS = {
  csv: 'CSV: one column per code and one row per patient, or one row per event (id, time, code, value)',
  parquet: 'Parquet: the same layouts as for csv',
  npz: 'a matrix of patients × codes: .npz of scipy.sparse or numpy.savez, .npy',
};

export function ingestFrameCommands(): Command[] {
  return Object.entries(FORMATS).map(([format, description]) => {
    const command = new Command(format)
      .description(description)
      .argument('<file>', format === 'npz' ? 'the matrix' : 'the table')
      .option(
        '--system <name>',
        'system of codes that do not name one: icd-10-cm, rxnorm, a URI (default: by their form)',
      )
      .option(
        '--kind <kind>',
        `kind of events whose code does not show it: ${EventKind.options.join(', ')}`,
        oneOf(...EventKind.options),
        'condition',
      );
    addFrameOptions(addCohortOptions(addFormerCodesOption(command)));
    return command.action((file: string, options: Options) => ingestFrame(`ingest ${format}`, file, options));
  });
}

async function ingestFrame(command: string, file: string, options: Options): Promise<void> {
  const { onError, kinds, keepUnknownCodes, formerCodes, column: columns, names, system, kind } = options;
  const reading = { onError, kinds, keepUnknownCodes, formerCodes, limits: limitsOf(options) };
  await ingest({ ...frameSource(command, file, { ...reading, columns, names, system, kind }), options });
}
