import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import {
  type BulkOptions,
  exportBySearch,
  exportInBulk,
  FhirServer,
  kindOf,
  removeFetched,
} from '@ehrsynth/fhir';
import { lockOutput, UserError } from '@ehrsynth/io';
import type { EventKind } from '@ehrsynth/records';
import {
  addConnectionOptions,
  addFetchLimits,
  connectionOf,
  type ConnectionOptions,
} from '../connection-options.ts';
import { NoBulkExportError, StoppedError } from '../errors.ts';
import { exportLevel, instant, oneOf, resourceTypes, wholeNumber } from '../options.ts';
import { Progress } from '../progress.ts';
import { withSignal } from '../signals.ts';
import { text } from '../table.ts';

export interface SourceOptions extends ConnectionOptions {
  out: string;
  kinds: EventKind[];
  drugResources?: string[];
  read: 'auto' | 'bulk' | 'search';
  exportLevel: BulkOptions['level'];
  since?: string;
  types?: string[];
  pageSize: number;
  concurrency: number;
  keep?: string;
  resume: boolean;
}

const READ = [
  'Patient',
  'Encounter',
  'Condition',
  'Medication',
  'MedicationRequest',
  'MedicationDispense',
  'MedicationAdministration',
  'MedicationStatement',
  'Procedure',
  'Observation',
];

/** The options for a source that is a server. */
export function addSourceOptions(command: Command): Command {
  command
    .option('--read <how>', 'from a server: by bulk export, by search, or by export where it has one', oneOf('auto', 'bulk', 'search'), 'auto')
    .option('--export-level <level>', 'what to export: system, patient, or Group/ID', exportLevel, 'patient')
    .option('--types <list>', 'resource types to fetch (default: those that --kinds needs)', resourceTypes)
    .option('--since <instant>', 'only what changed on the server since: 2026-01-31T00:00:00Z', instant)
    .option('--page-size <number>', 'resources to a page of a search', wholeNumber(1), 500)
    .option('--concurrency <number>', 'files of an export on their way at once', wholeNumber(1), 4)
    .option('--keep <folder>', 'keep what was fetched in this folder (default: removed when the cohort is written)')
    .option('--resume', 'go on with the fetching that was interrupted', false); // prettier-ignore
  return addFetchLimits(addConnectionOptions(command, 'system/*.rs'));
}

export function isServer(source: string): boolean {
  return /^https?:\/\//.test(source);
}

/** Gives the work a folder with what the server has, which goes when the work has succeeded, unless it is to be kept. */
export async function withFetched(
  url: string,
  options: SourceOptions,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = options.keep ?? `${options.out.replace(/[/\\]+$/, '')}.fetched`;
  const unlock = lockOutput(folder);
  try {
    await fetchInto(url, folder, options, work);
  } finally {
    unlock();
  }
}

async function fetchInto(
  url: string,
  folder: string,
  options: SourceOptions,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  if (!options.resume && existsSync(folder)) {
    if (options.keep) throw new UserError('output-exists', 2, 'The folder to keep it in exists', { where: folder, todo: 'Choose another with --keep, or go on with --resume.' }); // prettier-ignore
    await removeFetched(folder);
  }
  await withSignal((signal) => fetchFrom(url, folder, options, signal));
  await work(folder);
  if (!options.keep) await removeFetched(folder);
}

async function fetchFrom(
  url: string,
  folder: string,
  options: SourceOptions,
  signal: AbortSignal,
): Promise<void> {
  const server = new FhirServer(await connectionOf(url, options, signal));
  const progress = new Progress('Fetching', 'resources');
  try {
    await server.greet();
    await fetchAll(server, folder, options, progress, signal);
    signal.throwIfAborted();
  } catch (error) {
    if (signal.aborted) throw new StoppedError('Stopped; what was fetched so far is kept', folder);
    throw error;
  } finally {
    progress.stop();
    await server.close();
  }
}

async function fetchAll(
  server: FhirServer,
  folder: string,
  options: SourceOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const types = options.types ?? READ.filter((type) => isWanted(type, options));
  const { read, since, concurrency, pageSize } = options;
  const onProgress = ({ note, resources }: { note: string; resources: number }) =>
    progress.update(resources, note);
  if (read !== 'search') {
    const level = options.exportLevel;
    const done = await exportInBulk(server, folder, { level, types, since, concurrency, signal, onProgress });
    if (done) {
      if (done.errors > 0) progress.say(`The server reports ${files(done.errors)} with errors of its export`);
      if (done.unknownTypes > 0)
        progress.say(
          `${files(done.unknownTypes)} of a type that R4 does not have: fetched, named by number alone`,
        );
      return progress.say(`Fetched ${files(done.files)} of a bulk export from ${server.url}`);
    }
    if (read === 'bulk') throw new NoBulkExportError(server.url);
    progress.say('The server has no bulk export: reading page by page');
  }
  const unknown = await exportBySearch(server, folder, { types, since, pageSize, signal, onProgress });
  if (unknown.length > 0) progress.say(`The server has no ${unknown.join(', ')}`);
}

function files(count: number): string {
  return `${text(count)} file${count === 1 ? '' : 's'}`;
}

function isWanted(type: string, { kinds, drugResources }: SourceOptions): boolean {
  if (type === 'Medication') return kinds.includes('drug');
  const kind = kindOf(type);
  if (!kind) return true;
  return kinds.includes(kind) && (kind !== 'drug' || !drugResources || drugResources.includes(type));
}
