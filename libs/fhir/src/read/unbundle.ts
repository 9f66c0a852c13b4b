import type { BundleEntryRequest } from 'fhir/r4.js';
import { type Fault, type Found, isResource, lastPart } from './resources.ts';

interface Entry {
  fullUrl?: unknown;
  resource?: unknown;
  request?: BundleEntryRequest;
}

/** The entries' resources with the bundle's own addresses (fullUrl). */
export function* unbundle(document: Found): Generator<Found | Fault> {
  const { entry } = document.resource;
  const list = (Array.isArray(entry) ? entry : []) as unknown[];
  const addresses = new BundleAddresses();
  for (const one of list) addresses.add(one);
  for (const [i, one] of list.entries()) {
    const found = foundInEntry(one, i, document, addresses);
    if (found) yield found;
  }
}

/** What the entries of a bundle are called in it. */
export class BundleAddresses {
  readonly local = new Map<string, string>();

  add(entry: unknown): void {
    const { fullUrl, resource } = Object(entry) as Entry;
    if (typeof fullUrl !== 'string' || !isResource(resource)) return;
    const id = typeof resource.id === 'string' ? resource.id : lastPart(fullUrl);
    this.local.set(fullUrl, `${resource.resourceType}/${id}`);
  }
}

/** The resource of one entry; undefined where it has none. */
export function foundInEntry(
  entry: unknown,
  index: number,
  { where, isClosed, folder }: Omit<Found, 'resource'>,
  { local }: BundleAddresses,
): Found | Fault | undefined {
  const { fullUrl, resource, request } = Object(entry) as Entry;
  if (resource === undefined || resource === null) return undefined;
  const at = `${where}, entry ${index}`;
  if (!isResource(resource)) {
    const path = `Bundle.entry[${index}].resource`;
    return { fault: 'not a FHIR resource', where: at, detail: `${path} has no resourceType`, path };
  }
  const address = typeof fullUrl === 'string' ? fullUrl : undefined;
  return { resource, where: at, fullUrl: address, request, local, isClosed, ...(folder && { folder }) };
}
