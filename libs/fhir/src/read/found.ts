import type { BundleEntryRequest, BundleEntryResponse } from 'fhir/r4.js';
import type { Addresses } from './addresses.ts';
import type { Folder } from './files.ts';
import type { Resource } from './resources.ts';

/** A resource, with where it was found and what was said of it there. */
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
