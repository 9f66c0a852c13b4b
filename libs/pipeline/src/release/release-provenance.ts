import { isOfFutures } from '../assessment/futures.ts';
import { ContinuedRecordsError } from '../generation/errors.ts';
import { checkOrigin, folderOf, type ProvenRun, provenRun } from '../run/provenance.ts';

/** The folders behind a release, each proven to be what the next was made from. */
export interface ReleaseChain {
  synth: ProvenRun;
  model: ProvenRun;
  cohort: ProvenRun;
}

/**
 * Follows synthetic patients back to their model and its cohort. Every file is the one that its command wrote, and the one that the next
 * command read.
 * @param given folders that the user names in place of those in run.json
 * @throws ContinuedRecordsError where they are others' histories with drawn futures; BrokenLinkError, NoSumsError, NoLinkError,
 * WrongFolderError
 */
export async function releaseChain(folder: string, given: { model?: string; cohort?: string }): Promise<ReleaseChain> {
  const synth = await provenRun(folder, 'generate');
  if (isOfFutures(synth.run)) throw new ContinuedRecordsError(folder);
  const model = await provenRun(folderOf(folder, synth.run, 'model', given.model), 'train');
  checkOrigin(synth, 'model', model);
  const cohort = await provenRun(folderOf(model.folder, model.run, 'cohort', given.cohort), 'ingest');
  checkOrigin(model, 'cohort', cohort);
  return { synth, model, cohort };
}
