import { version } from '@ehrsynth/io';
import {
  Executors,
  linesQuery,
  type Program,
  type SessionOptions,
  type SparkProgress,
  SparkSession,
} from '@ehrsynth/spark';
import { z } from 'zod';
import type { Running } from '../run/events.ts';
import { OtherVersionError } from './errors.ts';

/** Where executors have this program from. */
export const PROGRAM_OPTIONS = {
  /** An archive that `ehrsynth bundle` wrote, of this machine or on the cluster's storage: the executors get it. */
  bundle: z.string().min(1).optional(),
  /** The command that starts ehrsynth on each node, where it is installed there (default: ehrsynth). */
  executor: z.string().min(1).optional(),
};
/** Options of all that runs on a cluster. */
export const CLUSTER_OPTIONS = {
  /** A Spark Connect server: sc://host:15002/;use_ssl=true. */
  on: z.string().min(1),
  ...PROGRAM_OPTIONS,
};
const ClusterOptions = z.strictObject(CLUSTER_OPTIONS).refine(({ bundle, executor }) => !(bundle && executor), {
  message: 'a bundle, or a command of what is installed on the nodes: not both',
});
export type ClusterOptions = z.output<typeof ClusterOptions>;

/**
 * Opens a session of a cluster whose executors have this program; it is to be closed.
 * @throws NoScriptsError, OtherVersionError, TaskFailedError, SparkError
 */
export async function openExecutors(
  options: ClusterOptions,
  { signal, onProgress }: Pick<SessionOptions, 'signal' | 'onProgress'>,
): Promise<Executors> {
  const { on, bundle, executor } = ClusterOptions.parse(options);
  const session = await SparkSession.open(on, { signal, onProgress });
  try {
    return await executorsOf(session, { bundle, executor });
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** The executors of a session that is open, with this program. @throws what `openExecutors` throws */
export async function executorsOf(session: SparkSession, program: Program): Promise<Executors> {
  const executors = await Executors.open(session, program);
  await refuseOtherVersion(executors);
  return executors;
}

/** Works with the executors of a cluster, and closes the session. @throws what `openExecutors` throws */
export async function withExecutors<T>(
  options: ClusterOptions,
  { signal }: Running,
  work: (executors: Executors) => Promise<T>,
  onProgress?: (progress: SparkProgress) => void,
): Promise<T> {
  const executors = await openExecutors(options, { signal, onProgress });
  try {
    return await work(executors);
  } finally {
    await executors.session.close();
  }
}

/** How many tasks a cluster does at once. */
export async function coresOf(session: SparkSession): Promise<number> {
  const [{ cores }] = await session.all<{ cores: number }>(
    'SELECT max(p) + 1 AS cores FROM (SELECT spark_partition_id() AS p FROM range(1000000))',
  );
  return cores;
}

async function refuseOtherVersion(executors: Executors): Promise<void> {
  const { session } = executors;
  const [{ there }] = await session.all<{ there: string }>(
    executors.query(['check'], linesQuery(['version']), 'there STRING'),
  );
  if (there !== version()) throw new OtherVersionError(there, version(), session.where);
}
