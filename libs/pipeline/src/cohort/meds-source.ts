import { readMeds } from '@ehrsynth/meds';
import { Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { z } from 'zod';
import { checkedOptions } from '../run/options.ts';
import { KeptSplits } from './kept-splits.ts';
import { readingOptions, type RecordSource, shownOptions } from './record-source.ts';

export const MedsSourceOptions = z.strictObject({
  ...readingOptions,
  /** keep: subjects of held_out are held out, those of train and tuning trained on; redraw: as the seed decides. */
  splits: z.enum(['keep', 'redraw']).default('keep'),
});
export type MedsSourceOptions = z.input<typeof MedsSourceOptions>;

/** A dataset of MEDS 0.4: a folder with data/ and metadata/. @throws UserError */
export function medsSource(folder: string, options: MedsSourceOptions = {}): RecordSource {
  const given = checkedOptions('medsSource', MedsSourceOptions, options);
  const { onError, kinds, keepUnknownCodes, formerCodes, splits } = given;
  const vocabulary = new Vocabulary();
  const tally = new Tally(onError);
  const reading = { vocabulary, kinds, keepUnknownCodes, formerCodes };
  const kept = splits === 'keep' ? new KeptSplits(tally) : undefined;
  const onSubject = (id: string, split: string | undefined) => kept?.next(id, split);
  return {
    command: 'ingest meds',
    name: folder,
    inputs: [folder],
    options: shownOptions(given),
    vocabulary,
    tally,
    unit: 'patients',
    partOf: kept && ((id) => kept.partOf(id)),
    read: (onProgress, workFolder) => readMeds(folder, { ...reading, onSubject, onProgress, workFolder }, tally),
  };
}
