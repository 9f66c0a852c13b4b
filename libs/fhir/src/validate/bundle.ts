import type { Resource } from '../read/resources.ts';
import { ABSOLUTE, OID, UUID } from './addresses.ts';
import type { Report } from './finding.ts';

interface Entry {
  fullUrl?: unknown;
  search?: { mode?: unknown } | null;
  resource?: Resource | null;
  request?: { method?: unknown; url?: unknown; ifNoneExist?: unknown };
}

/** Type/id at the end of a server's address of a resource. */
const REST = /\/([A-Z]\w+)\/([A-Za-z0-9\-.]{1,64})(\/_history\/.+)?$/;
const PAGES = new Set(['self', 'first', 'previous', 'prev', 'next', 'last']);
/** Bundles whose entries need no fullUrl: what they have gets its address from the server, or is an answer. */
const WITHOUT_ADDRESS = new Set(['transaction', 'batch', 'transaction-response', 'batch-response']);
const METHODS_WITH_ID = new Set(['PUT', 'PATCH', 'DELETE']);

/**
 * What a bundle's entries owe to each other and to their resources, beyond its invariants.
 * @param targets what the entries before these change, by address; @param first place of the first of these entries
 * @see FHIR R4, bundle, "Resource URL & Uniqueness rules in a bundle"; http, "Transaction Processing Rules"
 */
export function checkBundle(bundle: Resource, report: Report, targets = new Map<string, number>(), first = 0): void {
  checkLinks(bundle, report);
  if (!Array.isArray(bundle.entry)) return;
  const changes = bundle.type === 'transaction' || bundle.type === 'batch';
  for (const [i, entry] of (bundle.entry as (Entry | null)[]).entries()) {
    if (typeof entry !== 'object' || entry === null) continue;
    const path = `Bundle.entry[${i}]`;
    checkFullUrl(entry, path, report);
    if (!WITHOUT_ADDRESS.has(String(bundle.type))) checkHasAddress(entry, path, report);
    if (!changes || !entry.request) continue;
    checkRequest(entry, path, report);
    if (bundle.type === 'transaction') checkOnce(entry, i, first + i, targets, report);
  }
}

/** A page is one, and has one before and after it. @see RFC 5005, section 3 */
function checkLinks({ link }: Resource, report: Report): void {
  if (!Array.isArray(link)) return;
  const seen = new Set<unknown>();
  for (const [i, one] of (link as ({ relation?: unknown } | null)[]).entries()) {
    const relation = one?.relation;
    if (seen.has(relation) && PAGES.has(String(relation)))
      report('error', 'bundle', `Bundle.link[${i}]`, `A second link ${String(relation)}`, 'Leave one of the two out.');
    seen.add(relation);
  }
}

/** The outcome of a search is about the search, and is nowhere. */
function checkHasAddress(entry: Entry, path: string, report: Report): void {
  if ('fullUrl' in entry || '_fullUrl' in entry || entry.search?.mode === 'outcome') return;
  if (typeof entry.resource !== 'object' || entry.resource === null) return;
  const message = 'An entry without a fullUrl, which is only allowed in a transaction, a batch or a response to one';
  report('error', 'bundle', path, message, 'Give the URL of the resource, or urn:uuid: and a UUID.');
}

function checkFullUrl({ fullUrl, resource, request }: Entry, path: string, report: Report): void {
  if (typeof fullUrl !== 'string') return;
  const at = `${path}.fullUrl`;
  if (!ABSOLUTE.test(fullUrl)) {
    report('error', 'bundle', at, `Not absolute: ${fullUrl}`, 'Give the absolute URL, or urn:uuid: and a UUID.');
  } else if (fullUrl.startsWith('urn:uuid:') && !UUID.test(fullUrl)) {
    report('error', 'bundle', at, `Not a UUID: ${fullUrl}`, 'Write 8-4-4-4-12 digits of 0-9 a-f, in lower case.');
  } else if (fullUrl.startsWith('urn:oid:') && !OID.test(fullUrl)) {
    report('error', 'bundle', at, `Not an OID: ${fullUrl}`, 'Write urn:oid: and numbers with dots between.');
  }
  if (typeof resource?.resourceType !== 'string' || !/^https?:/i.test(fullUrl)) return;
  // What a PATCH has is the patch; the address is that of what is patched.
  if (request?.method === 'PATCH') return;
  const [, type, id] = REST.exec(fullUrl) ?? [];
  const { resourceType, id: own } = resource;
  // What is posted gets its id from the server; if it has one already, the address agrees with it.
  if (own === undefined && (!type || request?.method === 'POST')) return;
  if (type === resourceType && (own === undefined || id === own)) return;
  report(
    'error',
    'bundle',
    at,
    `${fullUrl} is not the URL of ${resourceType}/${String(own ?? '')}`,
    'End the URL with the type and id of the resource, or use urn:uuid:.',
  );
}

function checkRequest({ request, resource }: Entry, path: string, report: Report): void {
  const { method, url } = request!;
  if (typeof method !== 'string' || typeof url !== 'string') return; // Reported as structure.
  // An absolute address stands for the same on another server.
  const [type, id] = url.replace(/^https?:\/\/.*\/([A-Z]\w+\/[^/]+)$/, '$1').split(/[/?]/);
  const at = `${path}.request.url`;
  if ((method === 'POST' || method === 'PUT') && !resource) {
    report('error', 'bundle', `${path}.resource`, `A ${method} without a resource`, 'Put the resource into the entry.');
    return;
  }
  if (
    method === 'POST' &&
    resource &&
    url !== resource.resourceType &&
    !url.includes('$') &&
    !url.includes('_search')
  ) {
    report(
      'error',
      'bundle',
      at,
      `A ${resource.resourceType} is posted to ${url}`,
      `Post it to ${resource.resourceType}.`,
    );
  }
  if (method === 'PUT' && resource) {
    const conditional = url.includes('?');
    if (type !== resource.resourceType || (!conditional && id !== resource.id)) {
      const own = `${resource.resourceType}/${resource.id ?? ''}`;
      report('error', 'bundle', at, `${own} is put to ${url}`, `Put it to ${own}.`);
    }
  }
}

/** A transaction touches each resource once. */
function checkOnce(
  { request, fullUrl, resource }: Entry,
  i: number,
  place: number,
  targets: Map<string, number>,
  report: Report,
): void {
  const { method, url, ifNoneExist } = request!;
  const keys: string[] = [];
  if (METHODS_WITH_ID.has(String(method))) keys.push(`${url}`);
  if (method === 'POST' && ifNoneExist) keys.push(`${url}?${ifNoneExist}`);
  if (method === 'POST' && resource?.id && !fullUrl) keys.push(`${url}/${resource.id}`);
  for (const key of keys) {
    const before = targets.get(key);
    targets.set(key, before ?? place);
    if (before === undefined) continue;
    report(
      'error',
      'bundle',
      `Bundle.entry[${i}].request`,
      `${key} is also changed by entry ${before}`,
      'Leave one of the two out.',
    );
  }
}
