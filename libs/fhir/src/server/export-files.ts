import { setMaxListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { outsideName, READ_LIMITS, readLines } from '@ehrsynth/io';
import { isResourceType } from '../resource-types.ts';
import { downloadLines } from './download.ts';
import { ExportError, NotSentError, ServerError } from './errors.ts';
import type { FhirServer } from './fhir-server.ts';
import { ERRORS } from './losses.ts';
import type { ExportFile, Manifest } from './manifest.ts';
import { inPlaceOfResources } from './sent-file.ts';

/** The folder, beside what was fetched, of Bundles that say what was deleted on the server. */
export const DELETED = 'deleted';

/** A file of an export with its place on the disk. */
export interface PlacedFile extends ExportFile {
  path: string;
  /** Whether the export is of use without it. */
  isOptional: boolean;
}

/** Where each file goes: numbered by us; a type that R4 does not have is no part of a name. */
export function placesOf(folder: string, { output, error, deleted }: Manifest): PlacedFile[] {
  const placed = (files: ExportFile[], subfolder: string, isOptional: boolean) =>
    files.map((file, i) => ({ ...file, path: join(folder, subfolder, nameOf(i, file.type)), isOptional }));
  return [...placed(output, '', false), ...placed(deleted, DELETED, false), ...placed(error, ERRORS, true)];
}

export interface DownloadOptions {
  requiresAccessToken: boolean;
  /** Files on their way at once. */
  concurrency: number;
  signal?: AbortSignal;
  onProgress?: (progress: { note: string; resources: number }) => void;
}

export interface FailedFile {
  file: PlacedFile;
  error: ServerError | NotSentError;
}

/**
 * Fetches the files that are not there yet. Gives those that are not sent, and, of what the export is of use without, those that
 * cannot be fetched.
 * @throws ExportError where one has not as many resources as the manifest counts; the first failure otherwise: the others' files
 *   are not wanted any more then
 */
export async function downloadAll(
  server: FhirServer,
  files: PlacedFile[],
  options: DownloadOptions,
): Promise<FailedFile[]> {
  const { requiresAccessToken, concurrency, onProgress } = options;
  for (const folder of new Set(files.map(({ path }) => dirname(path))))
    await mkdir(folder, { recursive: true, mode: 0o700 });
  const waiting = [...files];
  const failed: FailedFile[] = [];
  const stopped = new AbortController();
  const { signal } = stopped;
  setMaxListeners(0, signal);
  const stop = () => stopped.abort();
  const signals = [options.signal, server.retries.signal].filter((one) => one !== undefined);
  for (const one of signals) {
    one.throwIfAborted();
    one.addEventListener('abort', stop);
  }
  let resources = 0;
  let done = 0;
  let failure: unknown;
  const worker = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      signal.throwIfAborted();
      const placed = file;
      if (!existsSync(placed.path)) {
        resources += await downloadOne(server, placed, requiresAccessToken, signal).catch((error: unknown) => {
          // Without what was deleted, too much would be read.
          const isNotSent = error instanceof NotSentError && basename(dirname(placed.path)) !== DELETED;
          if (!isNotSent && !(placed.isOptional && error instanceof ServerError)) throw error;
          failed.push({ file: placed, error });
          return 0;
        });
      }
      onProgress?.({ note: `(file ${++done} of ${files.length})`, resources });
    }
  };
  const guarded = () =>
    worker().catch((error: unknown) => {
      failure ??= error;
      stop();
    });
  await Promise.all(Array.from({ length: concurrency }, guarded));
  signals.forEach((one) => one.removeEventListener('abort', stop));
  if (failure) throw failure;
  return failed;
}

/** Gives its lines. What it is expected to be decides between the two addresses that it may have. */
async function downloadOne(
  server: FhirServer,
  file: PlacedFile,
  withToken: boolean,
  signal: AbortSignal,
): Promise<number> {
  const { url, otherUrl, path } = file;
  try {
    const lines = await downloadLines(server, url, path, withToken, signal);
    await check(file, lines, otherUrl !== undefined);
    return lines;
  } catch (error) {
    if (otherUrl === undefined || !(error instanceof ExportError || error instanceof ServerError)) throw error;
    const lines = await downloadLines(server, otherUrl, path, withToken, signal);
    await check(file, lines, false);
    return lines;
  }
}

/** @throws ExportError where it is not what the manifest says; it is removed then */
async function check(
  { path, url, count, type, isOptional }: PlacedFile,
  lines: number,
  byType: boolean,
): Promise<void> {
  const inPlace = lines === 0 && count ? 'nothing' : await inPlaceOfResources(path);
  if (inPlace !== undefined) {
    await rm(path);
    throw new NotSentError(url, inPlace);
  }
  const hasOther = count !== undefined && lines !== count && !isOptional;
  const isOther = byType && type !== undefined && lines > 0 && (await firstType(path)) !== type;
  if (!hasOther && !isOther) return;
  await rm(path);
  throw new ExportError(
    url,
    hasOther ? `The server announced ${count} resources and sent ${lines}` : `The file is not of ${type}`,
  );
}

async function firstType(path: string): Promise<unknown> {
  try {
    for await (const { text } of readLines(path, READ_LIMITS, 'report'))
      return (JSON.parse(text) as { resourceType?: unknown } | null)?.resourceType;
  } catch {
    return undefined;
  }
  return undefined;
}

function nameOf(index: number, type: string | undefined): string {
  const number = String(index + 1).padStart(4, '0');
  return outsideName(type !== undefined && isResourceType(type) ? `${number}.${type}.ndjson` : `${number}.ndjson`);
}
