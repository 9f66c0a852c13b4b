import { setMaxListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { outsideName, writeFileAtomic } from '@ehrsynth/io';
import { isResourceType } from '../resource-types.ts';
import { downloadLines } from './download.ts';
import { ExportError, LimitError, OtherFetchError, ServerError } from './errors.ts';
import { removeExported } from './fetched.ts';
import type { FhirServer } from './fhir-server.ts';
import { timeText } from './limits.ts';
import { outsideAddress } from './origins.ts';
import { delayOf, isAbort, pause } from './retry.ts';

export interface BulkOptions {
  /** Everything the server has, the records of its patients, or those of a group. */
  level: 'system' | 'patient' | { group: string };
  types?: string[];
  /** Only what changed since: an instant. */
  since?: string;
  /** Files on their way at once. */
  concurrency: number;
  signal?: AbortSignal;
  onProgress?: (progress: { note: string; resources: number }) => void;
}

const File = z.object({ type: z.string(), url: z.string(), count: z.number().optional() });
const Manifest = z.object({
  transactionTime: z.string(),
  requiresAccessToken: z.boolean().default(false),
  output: z.array(File),
  error: z.array(z.unknown()).default([]),
});
type Manifest = z.infer<typeof Manifest>;

/** What a run leaves for the next: which export of which server it waits for or downloads. */
const State = z.object({
  server: z.string(),
  request: z.string(),
  status: z.url(),
  manifest: Manifest.optional(),
});
type State = z.infer<typeof State>;

const STATE = 'export.state';
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

export interface BulkResult {
  files: number;
  /** Files of problems that the server had. */
  errors: number;
  /** Files of types that R4 does not have. */
  unknownTypes: number;
}

/**
 * Has the server export what it has and downloads it into a folder, a file of NDJSON for each of the server's. A folder that
 * an interrupted run left is gone on with: files that are whole are not fetched again.
 * Gives undefined where the server has no bulk export.
 * @throws ExportError where the export fails; OtherFetchError where the folder is of another server or export; ServerError,
 *   NoServerError, LimitError, ForeignOriginError
 * @see FHIR Bulk Data Access IG 2.0
 */
export async function exportInBulk(
  server: FhirServer,
  folder: string,
  options: BulkOptions,
): Promise<BulkResult | undefined> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const request = requestOf(options);
  let state = await readState(folder, server.url, request);
  let manifest = state && (state.manifest ?? (await poll(server, state.status, options)));
  if (!state || !manifest) {
    // None is under way, or it is one of an earlier run that the server has forgotten. What this run begins is not begun again.
    await removeExported(folder);
    state = await kickOff(server, request);
    if (!state) return undefined;
    await writeState(folder, state);
    manifest = await poll(server, state.status, options);
    if (!manifest)
      throw new ExportError(state.status, 'The server knows nothing of the export that it began');
  }
  await writeState(folder, { ...state, manifest });
  const unknownTypes = await downloadAll(server, folder, manifest, options);
  await server.request(state.status, { method: 'DELETE' }, { attempts: 1 }).catch((error) => {
    if (isAbort(error)) throw error; // Otherwise the server may keep it.
  });
  await rm(join(folder, STATE));
  return { files: manifest.output.length, errors: manifest.error.length, unknownTypes };
}

function requestOf({ level, types, since }: BulkOptions): string {
  const query = new URLSearchParams();
  if (types) query.set('_type', types.join(','));
  if (since) query.set('_since', since);
  const path =
    level === 'system' ? '$export' : level === 'patient' ? 'Patient/$export' : `Group/${level.group}/$export`;
  return query.size > 0 ? `${path}?${query}` : path;
}

/** undefined where the server answers as one without exports does. */
async function kickOff(server: FhirServer, request: string): Promise<State | undefined> {
  const headers = { Prefer: 'respond-async', Accept: 'application/fhir+json' };
  try {
    const { status, headers: answered } = await server.request(request, { headers });
    const address = answered.get('content-location');
    if (status !== 202 || !address) return undefined;
    return { server: server.url, request, status: outsideAddress(address, `${server.url}/`).href };
  } catch (error) {
    const isUnknown = error instanceof ServerError && [400, 404, 405, 501].includes(error.status ?? 0);
    if (isUnknown && !request.startsWith('Group/')) return undefined;
    throw error;
  }
}

/** Waits for the manifest; undefined where the server knows nothing of the export. */
async function poll(
  server: FhirServer,
  address: string,
  { signal, onProgress }: BulkOptions,
): Promise<Manifest | undefined> {
  const { maxWaitMs } = server.limits;
  const started = performance.now();
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, 2 * wait)) {
    const headers = { Accept: 'application/json' };
    const purpose = { what: 'The status of the export', isOpen: false };
    const answer = await server.request<object>(address, { headers, purpose }).catch((error) => {
      if (error instanceof ServerError && (error.status === 404 || error.status === 410)) return undefined;
      throw error;
    });
    if (!answer) return undefined;
    if (answer.status !== 202) return manifestOf(answer.body, server, address);
    onProgress?.({ note: answer.headers.get('x-progress') ?? 'the server is at work', resources: 0 });
    const asked = delayOf(answer.headers.get('retry-after'), answer.headers.get('date'));
    const delay = Math.max(FIRST_WAIT_MS, asked ?? wait);
    const left = maxWaitMs - (performance.now() - started);
    if (delay > left) {
      const what =
        asked && asked > maxWaitMs
          ? `asks to wait for ${timeText(asked)}`
          : `is at work for ${timeText(maxWaitMs)}`;
      throw new LimitError(`The server ${what}, and the export is not done`, address, 'maxWaitMs');
    }
    await pause(delay, signal ?? server.retries.signal);
  }
}

function manifestOf(body: unknown, server: FhirServer, address: string): Manifest {
  const manifest = Manifest.safeParse(body);
  if (!manifest.success)
    throw new ExportError(address, `The manifest is none: ${manifest.error.issues[0].message}`);
  const output = manifest.data.output.map((file) => ({
    ...file,
    url: outsideAddress(file.url, `${server.url}/`).href,
  }));
  return { ...manifest.data, output };
}

/** Gives the number of files whose types R4 does not have. */
async function downloadAll(
  server: FhirServer,
  folder: string,
  manifest: Manifest,
  options: BulkOptions,
): Promise<number> {
  const { output, requiresAccessToken } = manifest;
  const waiting = output.map((file, i) => ({ ...file, path: join(folder, nameOf(i, file.type)) }));
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
  let files = 0;
  let failure: unknown;
  const worker = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      signal.throwIfAborted();
      if (!existsSync(file.path)) {
        const lines = await downloadLines(server, file.url, file.path, requiresAccessToken, signal);
        if (file.count !== undefined && lines !== file.count) {
          await rm(file.path);
          throw new ExportError(file.url, `The server told of ${file.count} resources and sent ${lines}`);
        }
        resources += lines;
      }
      options.onProgress?.({ note: `(file ${++files} of ${output.length})`, resources });
    }
  };
  const guarded = () =>
    worker().catch((error: unknown) => {
      failure ??= error;
      stop(); // The others' files are not wanted any more.
    });
  await Promise.all(Array.from({ length: options.concurrency }, guarded));
  signals.forEach((one) => one.removeEventListener('abort', stop));
  if (failure) throw failure;
  return output.filter(({ type }) => !isResourceType(type)).length;
}

/** Numbered by us; a type that R4 does not have is no part of a name. */
function nameOf(index: number, type: string): string {
  const number = String(index + 1).padStart(4, '0');
  return outsideName(isResourceType(type) ? `${number}.${type}.ndjson` : `${number}.ndjson`);
}

/** @throws OtherFetchError where the folder holds something else */
async function readState(folder: string, server: string, request: string): Promise<State | undefined> {
  const path = join(folder, STATE);
  if (!existsSync(path)) return undefined;
  const state = State.safeParse(asJson(await readFile(path, 'utf8')));
  if (!state.success) return undefined;
  if (state.data.server !== server)
    throw new OtherFetchError(folder, `from another server, ${state.data.server}`);
  if (state.data.request !== request)
    throw new OtherFetchError(folder, `with other options: ${state.data.request}`);
  return state.data;
}

/** It may have addresses that let in whoever has them. */
async function writeState(folder: string, state: State): Promise<void> {
  await writeFileAtomic(join(folder, STATE), JSON.stringify(state), 0o600);
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
