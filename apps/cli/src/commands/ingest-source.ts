import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import {
  type BulkOptions,
  exportBySearch,
  exportInBulk,
  FhirServer,
  kindOf,
  type Loss,
  lossText,
  removeFetched,
} from '@ehrsynth/fhir';
import { lockOutput, redactUrls, UserError } from '@ehrsynth/io';
import type { EventKind } from '@ehrsynth/records';
import { addConnectionOptions, addFetchLimits, connectionOf, type ConnectionOptions } from '../connection-options.ts';
import { StoppedError } from '@ehrsynth/pipeline';
import { exportLevel, instant, oneOf, resourceTypes, wholeNumber } from '../options.ts';
import { Progress } from '../progress.ts';
import { EmptyExportError, EmptyServerError, IncompleteServerError, NoBulkExportError } from '../server-errors.ts';
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
  onError: 'skip' | 'stop';
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
  'Immunization',
  'AllergyIntolerance',
];

/** The options for a source that is a server. */
export function addSourceOptions(command: Command): Command {
  command
    .option(
      '--read <how>',
      'how to read from a server: bulk export, search, or auto (export if it has one)',
      oneOf('auto', 'bulk', 'search'),
      'auto',
    )
    .option('--export-level <level>', 'what to export: system, patient, or Group/ID', exportLevel, 'patient')
    .option('--types <list>', 'resource types to fetch (default: those needed for --kinds)', resourceTypes)
    .option('--since <instant>', 'only what has changed on the server since this time: 2026-01-31T00:00:00Z', instant)
    .option('--page-size <number>', 'resources per page of a search', wholeNumber(1), 500)
    .option('--concurrency <number>', 'files of an export to fetch at the same time', wholeNumber(1), 4)
    .option(
      '--keep <folder>',
      'keep the fetched files in this folder (default: delete them once the cohort is written)',
    )
    .option('--resume', 'continue an interrupted fetch', false);
  return addFetchLimits(addConnectionOptions(command, 'system/*.rs'));
}

export function isServer(source: string): boolean {
  return /^https?:\/\//.test(source);
}

/**
 * Gives the work a folder with what the server has, which goes when the work has succeeded, unless it is to be kept, and what
 * the server did not send: the exit code is 1 where there is any.
 * @throws IncompleteServerError where there is any and the user asked to stop
 */
export async function withFetched(
  url: string,
  options: SourceOptions,
  work: (folder: string, losses: Loss[]) => Promise<void>,
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
  work: (folder: string, losses: Loss[]) => Promise<void>,
): Promise<void> {
  if (!options.resume && existsSync(folder)) {
    if (options.keep)
      throw new UserError('output-exists', 2, 'The folder given with --keep already exists', {
        where: folder,
        todo: 'Choose another folder with --keep, or continue with --resume.',
      });
    await removeFetched(folder);
  }
  let losses: Loss[] = [];
  await withSignal(async (signal) => void (losses = await fetchFrom(url, folder, options, signal)));
  if (losses.length > 0 && options.onError === 'stop')
    throw new IncompleteServerError(redactUrls(url), losses.map(lossText));
  await work(folder, losses).catch((error: unknown) => {
    const isEmpty = error instanceof UserError && error.code === 'nothing-to-read';
    throw isEmpty ? new EmptyServerError(redactUrls(url), losses.map(lossText)) : error;
  });
  if (losses.length > 0) process.exitCode = 1;
  if (!options.keep) await removeFetched(folder);
}

async function fetchFrom(url: string, folder: string, options: SourceOptions, signal: AbortSignal): Promise<Loss[]> {
  const server = new FhirServer(await connectionOf(url, options, signal));
  const progress = new Progress('Fetching', 'resources');
  try {
    await server.greet();
    const losses = await fetchAll(server, folder, options, progress, signal);
    signal.throwIfAborted();
    return losses;
  } catch (error) {
    if (signal.aborted) throw new StoppedError('Stopped; everything fetched so far is kept', folder);
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
): Promise<Loss[]> {
  const types = options.types ?? READ.filter((type) => isWanted(type, options));
  const { read, since, concurrency, pageSize } = options;
  const onProgress = ({ note, resources }: { note: string; resources: number }) => progress.update(resources, note);
  const onNote = (note: string) => progress.say(note);
  if (read !== 'search') {
    const level = options.exportLevel;
    const bulk = { level, types, since, concurrency, signal, onProgress, onNote };
    const done = await exportInBulk(server, folder, bulk);
    if (done) {
      sayLosses(done.losses, progress);
      if (done.files === 0) throw new EmptyExportError(server.url, since);
      if (done.unknownTypes > 0)
        progress.say(
          `${files(done.unknownTypes)} with resource types that R4 does not have: fetched, and named by number only`,
        );
      progress.say(`Fetched ${files(done.files - done.notSent)} of a bulk export from ${server.url}`);
      return done.losses;
    }
    if (read === 'bulk') throw new NoBulkExportError(server.url);
    progress.say('The server has no bulk export: reading page by page');
  }
  const search = { types, since, pageSize, signal, onProgress, onNote };
  const { unknown, losses } = await exportBySearch(server, folder, search);
  if (unknown.length > 0) progress.say(`The server has no ${unknown.join(', ')}`);
  sayLosses(losses, progress);
  return losses;
}

function sayLosses(losses: Loss[], progress: Progress): void {
  if (losses.length > 0)
    progress.say(['The server did not send everything it has:', ...losses.map(lossText)].join('\n  '));
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
