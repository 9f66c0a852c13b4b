import type { BundleEntryRequest, BundleEntryResponse } from 'fhir/r4.js';
import type { Addresses } from './addresses.ts';
import type { Folder } from './files.ts';

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
  /** The folder of its file, where that says what it is. */
  folder?: Folder;
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
  /** What is less than a fault: worth knowing, or a file that is not read at all. */
  kind?: 'note' | 'file not read' | 'file without FHIR';
}

export function isResource(value: unknown): value is Resource {
  return typeof (value as Partial<Resource> | null | undefined)?.resourceType === 'string';
}

/** What follows the last slash or colon of an address. */
export function lastPart(url: string): string {
  return url.replace(/^.*[:/]/, '');
}
