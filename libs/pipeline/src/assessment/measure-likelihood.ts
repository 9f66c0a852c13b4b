import { join } from 'node:path';
import { startEngine } from '@ehrsynth/engine';
import { type Encoder, openRows } from '@ehrsynth/matrix';
import { loadAnyModel, MODELS, type RecordLikelihoods, takesRecords } from '@ehrsynth/models';
import { type LikelihoodAttacks, likelihoodAttacks } from '@ehrsynth/privacy';
import { Rng } from '@ehrsynth/random';
import type { PatientRecord } from '@ehrsynth/records';
import { readRecords } from '../cohort/records-file.ts';
import { type Running, untilStopped, Work } from '../run/events.ts';
import { readRun } from '../run/run-folder.ts';

/** People of each side, about, whose likelihood is looked at. */
const MOST_PEOPLE = 5000;

/**
 * Membership inference by the likelihood that a model gives to records of a cohort, training beside held-out patients.
 * @param modelFolder that `train` wrote
 * @returns undefined where the model draws rows
 */
export async function measureLikelihood(
  modelFolder: string,
  cohort: string,
  encoder: Encoder,
  seed: number,
  running: Running = {},
): Promise<LikelihoodAttacks | undefined> {
  const { options } = await readRun(modelFolder, 'train');
  const name = String(options['model']);
  if (!(name in MODELS) || !takesRecords(name as keyof typeof MODELS)) return undefined;
  await startEngine();
  const model = await loadAnyModel(modelFolder);
  if (!('takes' in model)) return undefined;
  const likelihoodsOf = async (part: 'train' | 'holdout'): Promise<RecordLikelihoods> => {
    const people = await peopleOf(join(cohort, part));
    const work = new Work(running, 'Measuring likelihood', 'patients', Math.min(people, MOST_PEOPLE));
    try {
      const some = someOf(readRecords(join(cohort, part, 'records.ndjson.gz')), people, seed, (count) =>
        work.update(count, part),
      );
      return await model.logLikelihood(untilStopped(some, running), (event) => encoder.columnOf(event));
    } finally {
      work.stop();
    }
  };
  try {
    return likelihoodAttacks(await likelihoodsOf('train'), await likelihoodsOf('holdout'));
  } finally {
    model.dispose();
  }
}

async function peopleOf(folder: string): Promise<number> {
  const rows = await openRows(folder);
  await rows.close();
  return rows.rows;
}

/** Of many records a part drawn at random. */
async function* someOf(
  records: AsyncIterable<PatientRecord>,
  people: number,
  seed: number,
  onRecord: (count: number) => void,
): AsyncGenerator<PatientRecord> {
  const rng = new Rng(seed).fork('likelihood');
  let count = 0;
  for await (const record of records) {
    if (!rng.chance(MOST_PEOPLE / people)) continue;
    yield record;
    onRecord(++count);
  }
}
