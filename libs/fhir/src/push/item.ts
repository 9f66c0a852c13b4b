import type { BundleEntryRequest } from 'fhir/r4.js';
import { uuidOf } from '@ehrsynth/random';
import type { Resource } from '../read/resources.ts';
import { withTag } from './mark.ts';
import { referencesIn } from './references.ts';
import type { Node } from './order.ts';

/** A resource to be sent. */
export interface Item extends Node {
  /** By which the others refer to it: Type/id, or the fullUrl of its bundle. */
  key: string;
  resource: Resource;
  request: BundleEntryRequest;
}

/** The tag by which a server knows that it has a resource that has no identifier of its own. */
const PUSH_SYSTEM = 'urn:ehrsynth:push';

/**
 * A resource with the request that creates it once: on condition that nothing has its identifier, or, where it has none,
 * the tag that it gets.
 * @param source names where it is from: two resources without identifiers differ by it and by their key
 */
export function toItem(
  resource: Resource,
  key: string,
  aliases: string[],
  source: string,
  request: Partial<BundleEntryRequest> = {},
): Item {
  const { method = 'POST', url = resource.resourceType } = request;
  const references = referencesIn(resource);
  if (method !== 'POST' || request.ifNoneExist) {
    return { key, aliases, references, resource, request: { ...request, method, url } };
  }
  const identifier = ownIdentifier(resource);
  if (identifier) return { key, aliases, references, resource, request: { method, url, ifNoneExist: identifier } };
  return tagged({ key, aliases, references, resource, request: { method, url } }, source);
}

/** The item known by a tag alone: for one whose identifier another of its bundle has too. */
export function tagged(item: Item, source: string): Item {
  const { resource, request, key } = item;
  const code = uuidOf(`${source}#${key}`);
  return {
    ...item,
    resource: withTag(resource, PUSH_SYSTEM, code),
    request: { ...request, ifNoneExist: `_tag=${PUSH_SYSTEM}|${code}` },
  };
}

function ownIdentifier({ identifier }: Resource): string | undefined {
  const all = [identifier ?? []].flat() as { system?: string; value?: string }[];
  const own = all.find((one) => isText(one?.system) && isText(one.value));
  return own && `identifier=${encodeURIComponent(own.system!)}|${encodeURIComponent(own.value!)}`;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && !/\p{Surrogate}/u.test(value);
}
