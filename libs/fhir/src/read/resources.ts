import type { BundleEntryRequest, BundleEntryResponse } from 'fhir/r4.js';
import { parse as parseTolerantly, type ParseError } from 'jsonc-parser';
import type { ReadLimits } from '@ehrsynth/io';
import { type OnFile, readTexts, type Text } from './files.ts';
import type { Addresses } from './addresses.ts';
import { unbundle } from './unbundle.ts';
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
  /** Bundle-local address → Type/id, where the address itself does not end with it. */
  local?: Map<string, string>;
  /** Those of its bundle. */
  addresses?: Addresses;
  /** Which entry of its bundle it is. */
  index?: number;
  /** What the server answered, in a history. */
  response?: Partial<BundleEntryResponse>;
  /** The entry says that the resource was deleted; `resource` has its type and id alone. */
  deleted?: true;
  /** References are to be keys of the whole source (identity.ts), not Type/id as the bundle or file has it. */
  asKeys?: true;
  /** What it refers to must be there too: a line of an export, or a server's own data. */
  isClosed?: boolean;
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

/**
 * All resources of a file or folder (Bundles as .json, resources as .ndjson, either gzipped), in name order of the
 * files, one at a time; those of a Bundle each for itself, with those that it says were deleted.
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
    else yield* unbundle(document, { deletions: true });
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

/** The resource that a text holds, or what is wrong with it. */
export function parseDocument({ text, where, isClosed }: Text): Found | Fault {
  const found = parse(text, where);
  if (!('fault' in found)) return isClosed ? { ...found, isClosed } : found;
  return isClosed ? found : { ...found, where: `${where}, line ${lineOfFault(text)}`, file: true };
}

export function isResource(value: unknown): value is Resource {
  return typeof (value as Partial<Resource> | null | undefined)?.resourceType === 'string';
}

/** What follows the last slash or colon of an address. */
export function lastPart(url: string): string {
  return url.replace(/^.*[:/]/, '');
}

/** The resource, or that it is of another release. */
export function* checked(found: Found): Generator<Found | Fault> {
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
