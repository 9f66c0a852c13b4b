import { readCertificates, readSitesFile, remoteSites } from '@ehrsynth/federation';
import type { Running } from '../run/events.ts';
import type { Trained } from '../training/train.ts';
import type { TrainOptions } from '../training/train-options.ts';
import { trainShared } from './train-shared.ts';

/**
 * Trains a model at sites that answer over HTTPS. @see trainShared
 * @param path a file that names the sites
 * @throws UserError
 */
export async function trainFederated(path: string, options: TrainOptions, running: Running = {}): Promise<Trained> {
  const { sites: named, retries, timeoutMinutes, atLeast, roundsPerEpoch, ...files } = await readSitesFile(path);
  const sites = remoteSites(named, {
    certificates: readCertificates(files),
    retries,
    timeoutMs: 60_000 * timeoutMinutes,
    onRetry: (site, why) => running.onEvent?.({ type: 'note', text: `Site ${site}: ${why}; retrying` }),
  });
  const shared = { ...(atLeast !== undefined && { atLeast }), ...(roundsPerEpoch !== undefined && { roundsPerEpoch }) };
  try {
    return await trainShared(sites, options, shared, running);
  } finally {
    await sites.close();
  }
}
