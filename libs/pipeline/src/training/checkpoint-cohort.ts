import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { writeFileAtomic } from '@ehrsynth/io';
import { z } from 'zod';
import { readJsonIfAny } from '../run/json-file.ts';
import type { ProvenRun } from '../run/provenance.ts';
import { OtherCheckpointError } from './errors.ts';

const FILE = 'cohort.json';

/** Which cohort a checkpoint is of: the id of the run that wrote it, and a sum over its files. */
const CohortFile = z.object({ run: z.string(), sha256: z.string().optional() });
type CohortFile = z.infer<typeof CohortFile>;

/** Keeps beside a training's checkpoint which cohort it is of. @param isPrivate nothing is kept that follows from the patients */
export async function keepCohort(folder: string, cohort: ProvenRun, isPrivate: boolean): Promise<void> {
  await writeFileAtomic(join(folder, FILE), JSON.stringify(cohortFile(cohort, isPrivate)), 0o600);
}

/** @throws OtherCheckpointError where a checkpoint is of another cohort; one of an earlier version does not say */
export async function expectSameCohort(folder: string, cohort: ProvenRun, isPrivate: boolean): Promise<void> {
  const kept = await readJsonIfAny(join(folder, FILE), CohortFile);
  if (!kept) return;
  const { run, sha256 } = cohortFile(cohort, isPrivate);
  // A cohort that was ingested again may be the same one.
  const isSame = kept.run === run || (sha256 !== undefined && kept.sha256 === sha256);
  if (!isSame) throw new OtherCheckpointError(folder);
}

function cohortFile({ run, files }: ProvenRun, isPrivate: boolean): CohortFile {
  // Who knows all patients but one could see by a checksum whether that one is there.
  if (isPrivate) return { run: run.id };
  const sums = files.map(({ name, sha256 }) => [name, sha256]).sort();
  return { run: run.id, sha256: createHash('sha256').update(JSON.stringify(sums)).digest('hex') };
}
