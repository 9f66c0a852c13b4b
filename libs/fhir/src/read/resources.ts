import { basename } from 'node:path';
import type { BundleEntryRequest } from 'fhir/r4.js';
import { parse as parseTolerantly, type ParseError } from 'jsonc-parser';
import {
  BrokenGzipError,
  ExpansionError,
  listFiles,
  LongFileError,
  READ_LIMITS,
  type ReadLimits,
  readLines,
  readWholeFile,
  type SkippedEntry,
  UserError,
} from '@ehrsynth/io';
import { NothingToReadError } from './errors.ts';
import { otherRelease } from './version.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- input that is not known to be FHIR yet
export type Resource = Record<string, any> & { resourceType: string };

export interface Found {
  resource: Resource;
  /** File and line, or file and entry. */
  where: string;
  /** Of the entry, in a bundle. */
  fullUrl?: string;
  /** What the entry asks of a server, in a bundle. */
  request?: BundleEntryRequest;
  /** Bundle-local address → Type/id. */
  local?: Map<string, string>;
  /** What it refers to must be there too: a line of an export, or a server's own data. */
  isClosed?: boolean;
}

/** A JSON document as it stands in a file or on a line of one. */
export interface Text {
  text: string;
  where: string;
  /** A line of an NDJSON file: one of an export that is whole in itself. */
  isClosed: boolean;
}

/** What is wrong with a part of the input; the reading goes on after it. */
export interface Fault {
  fault: string;
  where: string;
  detail?: string;
  /** FHIRPath of the element at fault. */
  path?: string;
  /** The file could not be read to its end. */
  file?: boolean;
}

type OnFile = (path: string, index: number, files: number) => void;

/** What ehrsynth itself writes beside its output. */
const RUN_FILE = 'run.json';
const NDJSON = /\.(ndjson|jsonl)(\.gz)?$/i;
const JSON_FILE = /\.json(\.gz)?$/i;

/**
 * All resources of a file or folder (Bundles as .json, resources as .ndjson, either gzipped), in name order of the
 * files, one at a time; those of a Bundle each for itself.
 * @throws NothingToReadError where no file can hold any; UserError where the folder cannot be read
 */
export async function* readResources(
  source: string,
  onFile?: OnFile,
  limits?: ReadLimits,
): AsyncGenerator<Found | Fault> {
  for await (const document of readDocuments(source, onFile, limits)) {
    if ('fault' in document) yield document;
    else if (document.resource.resourceType !== 'Bundle') yield* checked(document);
    else yield* unbundle(document);
  }
}

/** The same, with Bundles whole. */
export async function* readDocuments(
  source: string,
  onFile?: OnFile,
  limits?: ReadLimits,
): AsyncGenerator<Found | Fault> {
  for await (const text of readTexts(source, onFile, limits))
    yield 'fault' in text ? text : parseDocument(text);
}

/** The same, not yet parsed: a Bundle's file, or a line. What of the folder cannot be read, and a line over the limit, is a fault. */
export async function* readTexts(
  source: string,
  onFile: OnFile = () => {},
  limits: ReadLimits = READ_LIMITS,
): AsyncGenerator<Text | Fault> {
  const skipped: SkippedEntry[] = [];
  const all = await listFiles(source, (entry) => skipped.push(entry));
  const files = all.filter(
    (path) => NDJSON.test(path) || (JSON_FILE.test(path) && basename(path) !== RUN_FILE),
  );
  if (files.length === 0) throw new NothingToReadError(source, all.length);
  for (const { path, why } of skipped) yield { fault: `skipped: ${why}`, where: path, file: true };
  for (const [index, path] of files.entries()) {
    onFile(path, index, files.length);
    try {
      if (!NDJSON.test(path)) yield { text: await readWholeFile(path, limits), where: path, isClosed: false };
      else {
        for await (const { text, number, tooLong } of readLines(path, limits, 'report')) {
          const where = `${path}, line ${number}`;
          yield tooLong ? tooLongLine(where, limits) : { text, where, isClosed: true };
        }
      }
    } catch (error) {
      const fault = UNREADABLE.find(([kind]) => error instanceof kind)?.[1];
      if (!fault) throw error;
      yield { fault, where: (error as UserError).details.where!, detail: firstLine(error), file: true };
    }
  }
}

/** What is wrong with a file that is not read, or not to its end, while the others are. */
const UNREADABLE = [
  [BrokenGzipError, 'truncated or damaged gzip'],
  [ExpansionError, 'gzip that decompresses to more than --max-expansion allows'],
  [LongFileError, 'a JSON document that is too long for memory'],
] as const;

function tooLongLine(where: string, { maxLineBytes }: ReadLimits): Fault {
  const limit = Math.round((maxLineBytes / (1 << 20)) * 100) / 100;
  return { fault: 'line longer than --max-line-mb allows', where, detail: `more than ${limit} MB` };
}

function firstLine(error: unknown): string {
  return (error as Error).message.split('\n')[0];
}

/** The resource that a text holds, or what is wrong with it. */
export function parseDocument({ text, where, isClosed }: Text): Found | Fault {
  const found = parse(text, where);
  if (!('fault' in found)) return isClosed ? { ...found, isClosed } : found;
  return isClosed ? found : { ...found, where: `${where}, line ${lineOfFault(text)}`, file: true };
}

/** The entries' resources with the bundle's own addresses (fullUrl). */
export function* unbundle({ resource: bundle, where, isClosed }: Found): Generator<Found | Fault> {
  const list = (Array.isArray(bundle.entry) ? bundle.entry : []) as ({
    fullUrl?: string;
    resource?: Resource;
    request?: BundleEntryRequest;
  } | null)[];
  const other = list
    .map((entry) => (isResource(entry?.resource) ? otherRelease(entry.resource) : undefined))
    .find(Boolean);
  if (other) {
    yield { fault: `Bundle of FHIR ${other}, not R4`, where, file: true };
    return;
  }
  const local = new Map<string, string>();
  for (const entry of list) {
    const { fullUrl, resource } = entry ?? {};
    if (typeof fullUrl === 'string' && isResource(resource))
      local.set(
        fullUrl,
        `${resource.resourceType}/${typeof resource.id === 'string' ? resource.id : lastPart(fullUrl)}`,
      );
  }
  for (const [i, entry] of list.entries()) {
    const { resource, request } = entry ?? {};
    if (resource === undefined || resource === null) continue;
    const at = `${where}, entry ${i}`;
    if (!isResource(resource)) {
      const path = `Bundle.entry[${i}].resource`;
      yield { fault: 'not a FHIR resource', where: at, detail: `${path} has no resourceType`, path };
      continue;
    }
    const fullUrl = typeof entry?.fullUrl === 'string' ? entry.fullUrl : undefined;
    yield* checked({ resource, where: at, fullUrl, request, local, isClosed });
  }
}

function isResource(value: unknown): value is Resource {
  return typeof (value as Partial<Resource> | null | undefined)?.resourceType === 'string';
}

/** What follows the last slash or colon of an address. */
export function lastPart(url: string): string {
  return url.replace(/^.*[:/]/, '');
}

function* checked(found: Found): Generator<Found | Fault> {
  const other = otherRelease(found.resource);
  if (other) yield { fault: `${found.resource.resourceType} of FHIR ${other}, not R4`, where: found.where };
  else yield found;
}

function parse(text: string, where: string): Found | Fault {
  try {
    const resource = JSON.parse(text) as unknown;
    if (isResource(resource)) return { resource, where };
    return { fault: 'not a FHIR resource', where, detail: 'no resourceType' };
  } catch (error) {
    return { fault: 'broken JSON', where, detail: (error as Error).message };
  }
}

/** The line of the first fault; JSON.parse itself does not always say the place. */
function lineOfFault(text: string): number {
  const faults: ParseError[] = [];
  try {
    parseTolerantly(text, faults);
  } catch {
    // Deeper than the stack: the end of the file has to do for the place.
  }
  return text.slice(0, faults[0]?.offset ?? text.length).split('\n').length;
}
