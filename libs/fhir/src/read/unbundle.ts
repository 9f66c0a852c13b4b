import { Addresses, type Entry } from './addresses.ts';
import { literalOf } from './identity.ts';
import type { Found } from './found.ts';
import { type Fault, isResource } from './resources.ts';
import { timeOf } from './versions.ts';

export { Addresses, type Entry } from './addresses.ts';

/**
 * The entries' resources with the bundle's own addresses (fullUrl).
 * @param options deletions: also what the bundle says was deleted
 */
export function* unbundle(
  { resource: bundle, where, isClosed }: Found,
  { deletions = false }: { deletions?: boolean } = {},
): Generator<Found | Fault> {
  const list = (Array.isArray(bundle.entry) ? bundle.entry : []) as (Entry | null)[];
  const addresses = new Addresses(where, bundle.type);
  addresses.at = timeOf(bundle.meta?.lastUpdated) ?? timeOf(bundle.timestamp);
  for (const [i, entry] of list.entries()) addresses.add(entry, i);
  for (const [i, entry] of list.entries()) {
    const found = foundOf(entry, i, where, addresses, isClosed);
    if (found) yield found;
    else if (deletions) {
      const deleted = deletionOf(entry, i, where, addresses, isClosed);
      if (deleted) yield deleted;
    }
  }
}

/**
 * The resource of one entry, or what is wrong with it; undefined where it has none.
 * @param addresses those of the whole bundle
 */
export function foundOf(
  entry: Entry | null | undefined,
  index: number,
  where: string,
  addresses: Addresses,
  isClosed?: boolean,
): Found | Fault | undefined {
  const resource = entry?.resource;
  if (!entry || resource === undefined || resource === null) return undefined;
  const at = `${where}, entry ${index}`;
  if (!isResource(resource)) {
    const path = `Bundle.entry[${index}].resource`;
    return { fault: 'not a FHIR resource', where: at, detail: `${path} has no resourceType`, path };
  }
  return { resource, where: at, isClosed, ...placeOf(entry, index, addresses) };
}

/** What an entry without a resource says was deleted; undefined where it says nothing. */
export function deletionOf(
  entry: Entry | null | undefined,
  index: number,
  where: string,
  addresses: Addresses,
  isClosed?: boolean,
): Found | undefined {
  const request = entry?.request;
  if (!entry || request?.method !== 'DELETE' || isResource(entry.resource)) return undefined;
  const literal = [entry.fullUrl, request.url]
    .map((address) => (typeof address === 'string' ? literalOf(address) : undefined))
    .find((found) => found !== undefined);
  if (!literal) return undefined;
  const resource = { resourceType: literal.type, id: literal.id };
  const at = `${where}, entry ${index}`;
  return { resource, where: at, isClosed, deleted: true, ...placeOf(entry, index, addresses) };
}

function placeOf({ fullUrl, request, response }: Entry, index: number, addresses: Addresses) {
  return {
    fullUrl: typeof fullUrl === 'string' ? fullUrl : undefined,
    request: (request ?? undefined) as Found['request'],
    response: response ?? undefined,
    local: addresses.local,
    addresses,
    index,
  };
}
