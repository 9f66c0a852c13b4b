import { createReadStream, existsSync } from 'node:fs';
import { readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { outsideName } from '@ehrsynth/io';
import { FHIR_ID } from '../resource-types.ts';
import { NoPageError } from './errors.ts';
import type { Entry } from './search-page.ts';

/** Where the resources of a type go. */
export function fileOf(folder: string, type: string): string {
  return join(folder, outsideName(`${type}.ndjson`));
}

/** What an interrupted run wrote after its last sure page is written again. */
export async function rewind(path: string, bytes: number): Promise<void> {
  if (bytes > 0 && existsSync(path)) await truncate(path, bytes);
  else await writeFile(path, '', { mode: 0o600 });
}

/**
 * The entries as lines. One that has another base than the server's others is another server's: it keeps its fullUrl, in a
 * Bundle of its own, so that its id is not taken for one of the others'.
 * @see R4, bundle.html#references
 * @throws NoPageError where they are nested beyond reason
 */
export function linesOf(entries: Entry[], base: string | undefined, address: string): string {
  try {
    return entries.map((entry) => `${JSON.stringify(inBundle(entry, base))}\n`).join('');
  } catch (error) {
    if (error instanceof RangeError) throw new NoPageError(address, 'a resource is nested too deep');
    throw error;
  }
}

function inBundle(entry: Entry, base: string | undefined): object {
  const { resource, fullUrl } = entry;
  if (!isForeign(entry, base)) return resource;
  return { resourceType: 'Bundle', type: 'collection', entry: [{ fullUrl, resource }] };
}

/** What stands before Type/id in its fullUrl, without the scheme: proxies change that. */
export function baseOf({ resource, fullUrl }: Entry): string | undefined {
  if (!fullUrl?.startsWith('http')) return undefined;
  const end = `/${resource.resourceType}/${String(resource.id)}`;
  const at = fullUrl.endsWith(end) ? fullUrl : fullUrl.replace(/\/_history\/[^/]*$/, '');
  return at.endsWith(end) ? at.slice(at.indexOf('//'), -end.length) : undefined;
}

function isForeign(entry: Entry, base: string | undefined): boolean {
  const own = baseOf(entry);
  return base !== undefined && own !== undefined && own !== base;
}

/** Distinguishes the resources of a search; undefined where there is no id. */
export function keyOf(entry: Entry, base: string | undefined): string | undefined {
  if (isForeign(entry, base)) return entry.fullUrl;
  return typeof entry.resource.id === 'string' ? entry.resource.id : undefined;
}

/** Keys of the resources of a type that stand in its file, from a byte on. */
export async function keysIn(folder: string, type: string, from = 0): Promise<string[]> {
  const keys: string[] = [];
  await eachLine(fileOf(folder, type), from, (line) => {
    const found = JSON.parse(line) as Entry['resource'] & { entry?: { fullUrl: string }[] };
    if (found.resourceType === type && typeof found.id === 'string') keys.push(found.id);
    else if (found.resourceType === 'Bundle' && found.entry) keys.push(found.entry[0].fullUrl);
  });
  return keys;
}

/** Ids of the patients that were found, each once. */
export async function patientIds(folder: string): Promise<string[]> {
  if (!existsSync(fileOf(folder, 'Patient'))) return [];
  const keys = await keysIn(folder, 'Patient');
  return [...new Set(keys)].filter((key) => FHIR_ID.test(key));
}

/** Ids to which the files of the folder refer as Type/id, each once. */
export async function referredIds(folder: string, type: string): Promise<string[]> {
  const ids = new Set<string>();
  const reference = new RegExp(`"reference":"(?:[^"]*/)?${type}/([A-Za-z0-9.-]{1,64})(?:/_history/[^"]*)?"`, 'g');
  const names = (await readdir(folder)).filter((one) => one.endsWith('.ndjson') && one !== `${type}.ndjson`);
  for (const name of names.sort()) {
    await eachLine(join(folder, name), 0, (line) => {
      for (const [, id] of line.matchAll(reference)) ids.add(id);
    });
  }
  return [...ids];
}

async function eachLine(path: string, start: number, use: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: createReadStream(path, { start }), crlfDelay: Infinity }))
    if (line !== '') use(line);
}
