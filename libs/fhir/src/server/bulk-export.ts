import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { writeFileAtomic } from '@ehrsynth/io';
import { downloadLines } from './download.ts';
import { ExportError, ServerError } from './errors.ts';
import type { FhirServer } from './fhir-server.ts';
import { delayOf } from './retry.ts';

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

const File = z.object({ type: z.string(), url: z.url(), count: z.number().optional() });
const Manifest = z.object({
  transactionTime: z.string(),
  requiresAccessToken: z.boolean().default(false),
  output: z.array(File),
  error: z.array(File).default([]),
});
type Manifest = z.infer<typeof Manifest>;

/** What a run leaves for the next: which export it waits for or downloads. */
const State = z.object({ request: z.string(), status: z.url(), manifest: Manifest.optional() });
type State = z.infer<typeof State>;

const STATE = 'export.state';
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/**
 * Has the server export what it has and downloads it into a folder, a file of NDJSON for each of the server's. A folder that
 * an interrupted run left is gone on with: files that are whole are not fetched again.
 * Gives undefined where the server has no bulk export.
 * @throws ExportError where the export fails; ServerError, NoServerError
 * @see FHIR Bulk Data Access IG 2.0
 */
export async function exportInBulk(
  server: FhirServer,
  folder: string,
  options: BulkOptions,
): Promise<{ files: number; errors: number } | undefined> {
  await mkdir(folder, { recursive: true });
  const request = requestOf(options);
  const state = (await readState(folder, request)) ?? (await kickOff(server, request));
  if (!state) return undefined;
  await writeState(folder, state);
  const manifest = state.manifest ?? (await poll(server, state.status, options));
  if (!manifest) {
    // An export that an earlier run began, and of which the server knows nothing any more.
    await rm(folder, { recursive: true });
    return exportInBulk(server, folder, options);
  }
  await writeState(folder, { ...state, manifest });
  await downloadAll(server, folder, manifest, options);
  await server.request(state.status, { method: 'DELETE' }, { attempts: 1 }).catch(() => {}); // The server may keep it.
  await rm(join(folder, STATE));
  return { files: manifest.output.length, errors: manifest.error.length };
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
    return { request, status: new URL(address, `${server.url}/`).href };
  } catch (error) {
    const isUnknown = error instanceof ServerError && [400, 404, 405, 501].includes(error.status ?? 0);
    if (isUnknown && !request.startsWith('Group/')) return undefined;
    throw error;
  }
}

async function poll(
  server: FhirServer,
  address: string,
  { signal, onProgress }: BulkOptions,
): Promise<Manifest | undefined> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, 2 * wait)) {
    const headers = { Accept: 'application/json' };
    const answer = await server.request<object>(address, { headers }).catch((error) => {
      if (error instanceof ServerError && (error.status === 404 || error.status === 410)) return undefined;
      throw error;
    });
    if (!answer) return undefined;
    if (answer.status !== 202) {
      const manifest = Manifest.safeParse(answer.body);
      if (manifest.success) return manifest.data;
      throw new ExportError(address, `The manifest is none: ${manifest.error.issues[0].message}`);
    }
    onProgress?.({ note: answer.headers.get('x-progress') ?? 'the server is at work', resources: 0 });
    await sleep(delayOf(answer.headers.get('retry-after')) ?? wait, undefined, { signal });
  }
}

async function downloadAll(
  server: FhirServer,
  folder: string,
  manifest: Manifest,
  options: BulkOptions,
): Promise<void> {
  const waiting = manifest.output.map((file, i) => ({
    ...file,
    path: join(folder, `${String(i + 1).padStart(4, '0')}.${file.type}.ndjson`),
  }));
  let resources = 0;
  let files = 0;
  const worker = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      options.signal?.throwIfAborted();
      if (!existsSync(file.path)) {
        const lines = await downloadLines(
          server,
          file.url,
          file.path,
          manifest.requiresAccessToken,
          options.signal,
        );
        if (file.count !== undefined && lines !== file.count) {
          await rm(file.path);
          throw new ExportError(file.url, `The server told of ${file.count} resources and sent ${lines}`);
        }
        resources += lines;
      }
      options.onProgress?.({ note: `(file ${++files} of ${manifest.output.length})`, resources });
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
}

async function readState(folder: string, request: string): Promise<State | undefined> {
  const path = join(folder, STATE);
  if (!existsSync(path)) return undefined;
  const state = State.safeParse(JSON.parse(await readFile(path, 'utf8')));
  return state.success && state.data.request === request ? state.data : undefined;
}

async function writeState(folder: string, state: State): Promise<void> {
  await writeFileAtomic(join(folder, STATE), JSON.stringify(state));
}
