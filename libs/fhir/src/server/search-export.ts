import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bundle } from 'fhir/r4.js';
import { writeFileAtomic } from '@ehrsynth/io';
import { ServerError } from './errors.ts';
import type { FhirServer } from './fhir-server.ts';

export interface SearchOptions {
  types: string[];
  /** Only what changed since: an instant. */
  since?: string;
  /** Resources to a page. */
  pageSize: number;
  signal?: AbortSignal;
  onProgress?: (progress: { note: string; resources: number }) => void;
}

/** How far each type has been read: the address of its next page, and how much of its file is sure. */
type State = Record<string, { next?: string; bytes: number; resources: number }>;

const STATE = 'search.state';

/**
 * Reads a server page by page into a folder, a file of NDJSON for each type; of a server without bulk export. A folder that an
 * interrupted run left is gone on with. Gives the types that the server does not know.
 * @throws ServerError, NoServerError
 */
export async function exportBySearch(
  server: FhirServer,
  folder: string,
  options: SearchOptions,
): Promise<string[]> {
  const { types, onProgress, signal } = options;
  await mkdir(folder, { recursive: true });
  const state = await readState(folder);
  const unknown: string[] = [];
  let resources = 0;
  for (const type of types) {
    const path = join(folder, `${type}.ndjson`);
    const at = (state[type] ??= { next: firstPage(type, options), bytes: 0, resources: 0 });
    await rewind(path, at.bytes);
    resources += at.resources;
    while (at.next) {
      signal?.throwIfAborted();
      const page = await fetchPage(server, at.next);
      if (!page) {
        unknown.push(type);
        await rm(path, { force: true });
        break;
      }
      const found = (page.entry ?? []).filter(({ resource }) => resource?.resourceType === type);
      const lines = found.map(({ resource }) => `${JSON.stringify(resource)}\n`).join('');
      await appendFile(path, lines);
      at.bytes += Buffer.byteLength(lines);
      at.resources += found.length;
      resources += found.length;
      const next = page.link?.find(({ relation }) => relation === 'next')?.url;
      at.next = next && new URL(next, `${server.url}/`).href;
      await writeFileAtomic(join(folder, STATE), JSON.stringify(state));
      onProgress?.({ note: `(${type})`, resources });
    }
  }
  await rm(join(folder, STATE), { force: true });
  return unknown;
}

function firstPage(type: string, { since, pageSize }: SearchOptions): string {
  const query = new URLSearchParams({ _count: String(pageSize) });
  if (since) query.set('_lastUpdated', `gt${since}`);
  return `${type}?${query}`;
}

/** undefined where the server has no such type. */
async function fetchPage(server: FhirServer, address: string): Promise<Bundle | undefined> {
  try {
    return (await server.request<Bundle>(address)).body;
  } catch (error) {
    const isFirst = !address.startsWith('http');
    if (isFirst && error instanceof ServerError && (error.status === 404 || error.status === 400))
      return undefined;
    throw error;
  }
}

/** What an interrupted run wrote after its last sure page is written again. */
async function rewind(path: string, bytes: number): Promise<void> {
  if (bytes > 0 && existsSync(path)) await truncate(path, bytes);
  else await writeFile(path, '');
}

async function readState(folder: string): Promise<State> {
  const path = join(folder, STATE);
  return existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as State) : {};
}
