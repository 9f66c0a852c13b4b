import { version } from '@ehrsynth/io';
import { type MedsCounts, SPLITS, writeMeds } from '@ehrsynth/meds';
import { z } from 'zod';
import { type Running, Work } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { intoRunFolder } from '../run/run-folder.ts';
import { syntheticRecords } from './synthetic-records.ts';

export const ExportMedsOptions = z.strictObject({
  out: z.string().min(1),
  /** The split that all subjects are in. */
  split: z.enum(SPLITS).default('train'),
  /** Name of the dataset. */
  name: z.string().min(1).default('synthetic patients'),
  /** Replaces the folder where it was exported. */
  force: z.boolean().default(false),
});
export type ExportMedsOptions = z.input<typeof ExportMedsOptions>;

/** Writes synthetic patients as MEDS 0.4. @param synth folder that `generate` wrote @throws UserError */
export async function exportMeds(
  synth: string,
  options: ExportMedsOptions,
  running: Running = {},
): Promise<{ out: string } & MedsCounts> {
  const { out, split, name, force } = checkedOptions('exportMeds', ExportMedsOptions, options);
  const { patients, started, inputs, read } = await syntheticRecords(synth, running);
  const run = { command: 'export meds', out, force, options: { split, name }, links: { synth }, inputs };
  let counts: MedsCounts | undefined;
  await intoRunFolder(run, async (folder) => {
    const work = new Work(running, 'Writing', 'patients', patients);
    counts = await writeMeds(read(), folder, {
      // When the patients were drawn: the same patients give the same files.
      dataset: { name, etlVersion: version(), createdAt: started },
      splitOf: () => split,
      onProgress: (done) => work.update(done),
    });
    work.stop();
    return { ...counts };
  });
  return { out, ...counts! };
}
