import { resolve } from 'node:path';
import { readCertificates, RefusedError, serveSite } from '@ehrsynth/federation';
import { isSystemError, LockedError, lockOutput, UserError } from '@ehrsynth/io';
import { z } from 'zod';
import { checkedOptions } from '../run/options.ts';
import { engineName } from '../training/train-options.ts';
import { LocalSite, type SiteEvent } from './local-site.ts';
import { SiteLedger } from './site-ledger.ts';
import { readSitePolicy, SitePolicy } from './site-policy.ts';
import { siteRecords } from './site-records.ts';

const ADDRESS = /^(?<host>\[[0-9a-fA-F:]+\]|[^:\s]+):(?<port>\d{1,5})$/;

export const SiteOptions = z.strictObject({
  /** host:port to listen on; port 0 is any that is free. */
  listen: z
    .string()
    .regex(ADDRESS, 'a host and a port, such as 0.0.0.0:7443')
    .refine((text) => Number(ADDRESS.exec(text)?.groups?.port ?? 0) <= 65535, 'a port must be from 0 to 65535'),
  /** The site's certificate and key, and the authority of the coordinators' certificates. */
  cert: z.string().min(1),
  key: z.string().min(1),
  ca: z.string().min(1),
  /** Names of coordinators that may ask, as their certificates have them. */
  coordinators: z.array(z.string().min(1)).min(1),
  /** A file that says what coordinators may have. */
  policy: z.string().optional(),
  /** Where the site keeps what it has given away; by default beside its patients. */
  state: z.string().optional(),
  engine: engineName.default('auto'),
});
export type SiteOptions = z.input<typeof SiteOptions>;

/** A site that answers. */
export interface RunningSite {
  host: string;
  port: number;
  patients: number;
  policy: SitePolicy;
  /** Trainings that it has taken part in before. */
  trainings: number;
  close(): Promise<void>;
}

/** An address that cannot be listened on. */
export class ListenError extends UserError {
  constructor(address: string, cause: Error) {
    super('listen', 3, `Cannot listen on ${address}: ${cause.message}`, {
      todo: 'Choose another host or port with --listen.',
      cause,
    });
  }
}

/** Two sites of one ledger would each give away what one may. */
export class SiteRunsError extends UserError {
  constructor(state: string, cause: unknown) {
    super('site-runs', 2, 'Another `ehrsynth site` is running with the same --state folder', {
      where: state,
      todo: 'Stop that one first, or give a site with other patients its own folder with --state.',
      cause,
    });
  }
}

/** Takes the state for this process alone. @throws SiteRunsError */
function lockState(state: string): () => void {
  try {
    return lockOutput(state);
  } catch (error) {
    throw error instanceof LockedError ? new SiteRunsError(state, error) : error;
  }
}

/** What an option that nobody can follow is refused with: asking again would not help, and nothing of patients is in it. */
function asRefusal(error: unknown): unknown {
  const isUsage = error instanceof UserError && error.exitCode === 2;
  return isUsage ? new RefusedError(error.code, error.message.split('\n')[0]) : error;
}

/**
 * Serves a site on its patients until it is closed.
 * @param path a cohort that `ingest` wrote, of which the training patients take part, or a file of records
 * @param onEvent hears what it is asked, and what is turned away
 * @throws UserError
 */
export async function runSite(
  path: string,
  options: SiteOptions,
  onEvent: (event: SiteEvent | { type: 'refused'; why: string }) => void = () => {},
): Promise<RunningSite> {
  const given = checkedOptions('site', SiteOptions, options);
  const certificates = readCertificates(given);
  const policy = given.policy === undefined ? SitePolicy.parse({}) : await readSitePolicy(given.policy);
  const records = await siteRecords(path);
  const state = given.state ?? `${resolve(path)}.site`;
  const release = lockState(state);
  const ledger = await SiteLedger.open(state).catch((error) => {
    release();
    throw error;
  });
  const site = new LocalSite(records, policy, ledger, given.engine, onEvent);
  const { host, port } = ADDRESS.exec(given.listen)!.groups!;
  const server = await serveSite({
    host: host.replace(/^\[|\]$/g, ''),
    port: Number(port),
    certificates,
    coordinators: given.coordinators,
    answer: async (request, coordinator) => {
      try {
        return await site.answer(request, coordinator, String(request.head.site ?? ''));
      } catch (thrown) {
        const error = asRefusal(thrown);
        if (error instanceof RefusedError) onEvent({ type: 'refused', why: error.message.split('\n')[0] });
        throw error;
      }
    },
    onRefused: (why) => onEvent({ type: 'refused', why }),
  }).catch((error) => {
    release();
    throw isSystemError(error) ? new ListenError(given.listen, error) : error;
  });
  const close = async () => {
    await server.close();
    await site.close();
    release();
  };
  return { host, port: server.port, patients: records.patients, policy, trainings: ledger.all.length, close };
}
