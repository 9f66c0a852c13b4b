import { mkdir, rm } from 'node:fs/promises';
import type { FhirServer } from './fhir-server.ts';
import { type Loss, writeLosses } from './losses.ts';
import { fileOf } from './search-files.ts';
import type { SearchOptions } from './search-options.ts';
import { freshSearch, freshType, SEARCH_STATE } from './search-state.ts';
import { TypeSearch } from './type-search.ts';

export interface SearchResult {
  /** Types that the server does not have. */
  unknown: string[];
  /** What it did not send, or said that it does not. */
  losses: Loss[];
}

/**
 * Reads a server page by page into a folder, a file of NDJSON for each type; of a server without bulk export. A type that may
 * only be searched for a patient is read patient by patient, by the ids of those that were found. A folder that an interrupted
 * run left is gone on with.
 * @throws RefusedSearchError with the server's words where it lets a type be searched in no form; LimitError, NoPageError where
 *   pages repeat or do not end; OtherFetchError where the folder is of another server; ServerError, NoServerError,
 *   ForeignOriginError
 */
export async function exportBySearch(
  server: FhirServer,
  folder: string,
  options: SearchOptions,
): Promise<SearchResult> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const state = (await SEARCH_STATE.read(folder, server.url)) ?? freshSearch(server.url);
  const unknown: string[] = [];
  const included = new Set<string>();
  let resources = 0;
  for (const type of inOrder(options.types)) {
    const at = (state.types[type] ??= freshType());
    const search = new TypeSearch(server, folder, type, options, state, at, included);
    if (!(await search.run(resources))) {
      unknown.push(type);
      await rm(fileOf(folder, type), { force: true });
    }
    resources += at.resources;
  }
  await writeLosses(folder, state.losses);
  await SEARCH_STATE.remove(folder);
  return { unknown, losses: state.losses };
}

/** Patients first, to go by; Medications last: which ones there are, others say. */
function inOrder(types: string[]): string[] {
  const place = (type: string) => (type === 'Patient' ? 0 : type === 'Medication' ? 2 : 1);
  return [...new Set(types)].sort((a, b) => place(a) - place(b));
}
