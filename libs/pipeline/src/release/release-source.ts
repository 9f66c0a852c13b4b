import { join } from 'node:path';
import type { Filling, Policy } from '@ehrsynth/release';
import type { Running } from '../run/events.ts';
import { fileOf } from '../run/run-folder.ts';
import { fillRelease } from './fill-release.ts';
import type { CheckedRelease } from './release-options.ts';
import type { ReleaseChain } from './release-provenance.ts';

/** The records that a release gives away. */
export interface ReleaseSource {
  /** Path of the records. */
  records: string;
  /** SHA-256 of those that were drawn. */
  sample: string;
  patients: number;
  filling?: Filling;
  /** Patients that were left out. */
  suppressed: number;
}

const RECORDS = 'records.ndjson.gz';

/**
 * What is given away: the patients of the folder, and those that are drawn until classes have k.
 * @param work folder for what is no part of the package
 */
export async function sourceOf(
  { synth, model, cohort }: ReleaseChain,
  work: string,
  policy: Policy,
  { engine, mostDraws, suppress }: CheckedRelease,
  running: Running,
): Promise<ReleaseSource> {
  const drawn = join(synth.folder, RECORDS);
  const { sha256: sample } = await fileOf(drawn, RECORDS);
  const patients = Number(synth.run.counts.patients);
  const asked = policy['k-anonymity'];
  if (!asked) return { records: drawn, sample, patients, suppressed: 0 };
  const records = join(work, RECORDS);
  const { filling, suppressed } = await fillRelease(
    synth.folder,
    records,
    synth.run,
    model.folder,
    cohort.folder,
    asked,
    { engine, mostDraws, suppress },
    running,
  );
  running.onEvent?.({ type: 'filled', filling, suppressed });
  return { records, sample, patients: patients + filling.added - suppressed, filling, suppressed };
}
