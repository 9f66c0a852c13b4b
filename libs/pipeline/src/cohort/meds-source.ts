import { readMeds } from '@ehrsynth/meds';
import { isSpark, withoutSecrets } from '@ehrsynth/omop';
import { Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { z } from 'zod';
import { medsThere } from '../cluster/meds-there.ts';
import { checkedOptions } from '../run/options.ts';
import { KeptSplits } from './kept-splits.ts';
import { newTraffic, readingOptions, type RecordSource, shownOptions } from './record-source.ts';

export const MedsSourceOptions = z.strictObject({
  ...readingOptions,
  /** keep: subjects of held_out are held out, those of train and tuning trained on; redraw: as the seed decides. */
  splits: z.enum(['keep', 'redraw']).default('keep'),
  /** Of Spark, where the tables are. */
  catalog: z.string().optional(),
  schema: z.string().optional(),
});
export type MedsSourceOptions = z.input<typeof MedsSourceOptions>;

/** A dataset of MEDS 0.4: a folder with data/ and metadata/, or tables on Spark (sc://…). @throws UserError */
export function medsSource(folder: string, options: MedsSourceOptions = {}): RecordSource {
  const given = checkedOptions('medsSource', MedsSourceOptions, options);
  const { onError, kinds, keepUnknownCodes, formerCodes, splits, catalog, schema } = given;
  const vocabulary = new Vocabulary();
  const tally = new Tally(onError);
  const traffic = newTraffic();
  const reading = { vocabulary, kinds, keepUnknownCodes, formerCodes, catalog, schema, onTraffic: traffic.add };
  const kept = splits === 'keep' ? new KeptSplits(tally) : undefined;
  const onSubject = (id: string, split: string | undefined) => kept?.next(id, split);
  return {
    command: 'ingest meds',
    name: withoutSecrets(folder),
    inputs: isSpark(folder) ? [] : [folder],
    options: shownOptions(given),
    vocabulary,
    tally,
    ...(isSpark(folder) && { spark: folder, traffic: traffic.sum }),
    unit: 'patients',
    partOf: kept && ((id) => kept.partOf(id)),
    read: (onProgress, workFolder, signal) =>
      readMeds(folder, { ...reading, onSubject, onProgress, workFolder, signal }, tally),
    ...(isSpark(folder) && {
      openMade: (opening, making, program) => {
        const options = { ...making, onError, kinds, keepUnknownCodes, formerCodes, splits };
        return medsThere(folder, { catalog, schema, onTraffic: traffic.add }, opening, options, program, tally);
      },
    }),
  };
}
