import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { outsideName, writeFileAtomic } from '@ehrsynth/io';
import { LimitError, NoPageError, OtherFetchError, ServerError } from './errors.ts';
import type { FhirServer } from './fhir-server.ts';
import { outsideAddress } from './origins.ts';

export interface SearchOptions {
  types: string[];
  /** Only what changed since: an instant. */
  since?: string;
  /** Resources to a page. */
  pageSize: number;
  signal?: AbortSignal;
  onProgress?: (progress: { note: string; resources: number }) => void;
}

const TypeState = z.object({
  /** Address of its next page. */
  next: z.string().optional(),
  /** So much of its file is sure. */
  bytes: z.number(),
  resources: z.number(),
  pages: z.number().default(0),
});
type TypeState = z.infer<typeof TypeState>;
/** How far each type of a server has been read. */
const State = z.object({ server: z.string(), types: z.record(z.string(), TypeState) });
type State = z.infer<typeof State>;

const STATE = 'search.state';

/**
 * Reads a server page by page into a folder, a file of NDJSON for each type; of a server without bulk export. A folder that an
 * interrupted run left is gone on with. Gives the types that the server does not know.
 * @throws LimitError where pages repeat or do not end; NoPageError; OtherFetchError where the folder is of another server;
 *   ServerError, NoServerError, ForeignOriginError
 */
export async function exportBySearch(
  server: FhirServer,
  folder: string,
  options: SearchOptions,
): Promise<string[]> {
  const { types, onProgress, signal } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const state = await readState(folder, server.url);
  const unknown: string[] = [];
  let resources = 0;
  for (const type of types) {
    const path = join(folder, outsideName(`${type}.ndjson`));
    const at = (state.types[type] ??= {
      next: firstPage(type, options),
      bytes: 0,
      resources: 0,
      pages: 0,
    });
    await rewind(path, at.bytes);
    resources += at.resources;
    const seen = new SeenPages();
    while (at.next) {
      signal?.throwIfAborted();
      checkPage(at, seen, server, type);
      const page = await fetchPage(server, at.next);
      if (!page) {
        unknown.push(type);
        await rm(path, { force: true });
        break;
      }
      const lines = linesOf(page, type, at.next);
      await appendFile(path, lines.text, { mode: 0o600 });
      at.bytes += Buffer.byteLength(lines.text);
      at.resources += lines.count;
      at.pages++;
      resources += lines.count;
      at.next = nextOf(page, `${server.url}/`);
      await writeFileAtomic(join(folder, STATE), JSON.stringify(state), 0o600);
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

/** @throws LimitError where it was read before, or one too many */
function checkPage({ next, pages }: TypeState, seen: SeenPages, server: FhirServer, type: string): void {
  const { maxPages } = server.limits;
  if (pages >= maxPages)
    throw new LimitError(
      `The server has more than ${maxPages.toLocaleString('en-US')} pages of ${type}`,
      next!,
      'maxPages',
    );
  if (!seen.add(next!)) throw new NoPageError(next!, `it leads to a page that was there before, of ${type}`);
}

/** Addresses of pages, by their hashes. */
class SeenPages {
  private readonly hashes = new Set<string>();

  /** False where it was there. */
  add(address: string): boolean {
    const { size } = this.hashes;
    this.hashes.add(createHash('sha256').update(address).digest('base64').slice(0, HASH_CHARACTERS));
    return this.hashes.size > size;
  }
}
const HASH_CHARACTERS = 16;

const Page = z.object({
  resourceType: z.literal('Bundle'),
  entry: z.array(z.object({ resource: z.unknown() }).nullable()).default([]),
  link: z.array(z.object({ relation: z.unknown(), url: z.unknown() })).default([]),
});
type Page = z.infer<typeof Page>;

/** undefined where the server has no such type. */
async function fetchPage(server: FhirServer, address: string): Promise<Page | undefined> {
  try {
    const purpose = { what: 'The next page', isOpen: false };
    const { body } = await server.request<object>(address, { purpose });
    const page = Page.safeParse(body);
    if (page.success) return page.data;
    const { path, message } = page.error.issues[0];
    throw new NoPageError(address, `no page of a search (${path.join('.') || 'the answer'}: ${message})`);
  } catch (error) {
    const isFirst = !address.startsWith('http');
    if (isFirst && error instanceof ServerError && (error.status === 404 || error.status === 400))
      return undefined;
    throw error;
  }
}

/** The page's resources of the type, a line each. @throws NoPageError where they are nested beyond reason */
function linesOf({ entry }: Page, type: string, address: string): { text: string; count: number } {
  const resources = entry.map((one) => one?.resource as { resourceType?: unknown } | null | undefined);
  const found = resources.filter((one) => one?.resourceType === type);
  try {
    return { text: found.map((one) => `${JSON.stringify(one)}\n`).join(''), count: found.length };
  } catch (error) {
    if (error instanceof RangeError) throw new NoPageError(address, 'a resource is nested too deep');
    throw error;
  }
}

function nextOf({ link }: Page, base: string): string | undefined {
  const next = link.find(({ relation }) => relation === 'next');
  if (!next) return undefined;
  if (typeof next.url !== 'string') throw new NoPageError(base, 'its next page has no address');
  return outsideAddress(next.url, base).href;
}

/** What an interrupted run wrote after its last sure page is written again. */
async function rewind(path: string, bytes: number): Promise<void> {
  if (bytes > 0 && existsSync(path)) await truncate(path, bytes);
  else await writeFile(path, '', { mode: 0o600 });
}

/** @throws OtherFetchError where it is of another server */
async function readState(folder: string, server: string): Promise<State> {
  const path = join(folder, STATE);
  const empty = { server, types: {} };
  if (!existsSync(path)) return empty;
  const state = State.safeParse(asJson(await readFile(path, 'utf8')));
  if (!state.success) return empty;
  if (state.data.server !== server)
    throw new OtherFetchError(folder, `from another server, ${state.data.server}`);
  return state.data;
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
