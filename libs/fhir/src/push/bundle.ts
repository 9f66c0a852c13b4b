import type { Bundle, BundleEntry, BundleEntryResponse, OperationOutcome } from 'fhir/r4.js';
import { uuidOf } from '@ehrsynth/random';
import { resolve } from '../read/facts.ts';
import { AnswerError } from './errors.ts';
import type { Item } from './item.ts';
import { mapReferences } from './references.ts';

const UUID = /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Key of a resource in the source → Type/id on the server. */
export type Known = (key: string) => string | undefined;

/**
 * The items as a transaction or batch. References among them become references to their fullUrls (in a batch none may be
 * left), and those to what the server has already, to its own ids.
 */
export function toBundle(items: Item[], unit: string, type: 'transaction' | 'batch', known: Known): Bundle {
  const addresses = new Map<string, string>();
  for (const item of items) {
    const address = addressOf(item, unit);
    for (const key of [item.key, ...item.aliases]) addresses.set(key, address);
  }
  const local = (key: string) => known(key) ?? addresses.get(key);
  const replace = (reference: string) => local(reference) ?? local(resolve(reference, {}) ?? '') ?? reference;
  return {
    resourceType: 'Bundle',
    type,
    entry: items.map((item) => ({
      fullUrl: addressOf(item, unit),
      ...(item.resource && { resource: mapReferences(item.resource, replace) }),
      request: item.request,
    })) as BundleEntry[],
  };
}

/** What the server says of each item. @throws AnswerError where it does not answer each */
export function responsesTo(items: Item[], answer: Bundle, where: string): BundleEntryResponse[] {
  const entries = answer.entry ?? [];
  if (entries.length !== items.length) {
    throw new AnswerError(where, `${entries.length} answers to ${items.length} entries`);
  }
  return entries.map(({ response }) => response ?? { status: '' });
}

/** Type/id of what the answer to an entry tells of. @throws AnswerError where it tells of none */
export function locationOf(item: Item, response: BundleEntryResponse, where: string): string {
  const [, id] = /([A-Z]\w+\/[A-Za-z0-9\-.]{1,64})(\/_history\/[^/]+)?$/.exec(response.location ?? '') ?? [];
  if (id) return id;
  if (item.request.method === 'PUT' && !item.request.url.includes('?')) return item.request.url;
  throw new AnswerError(where, `no location of ${item.key}`);
}

/** What the server said of several entries, as one outcome. */
export function mergeOutcomes(responses: BundleEntryResponse[]): OperationOutcome {
  const issue = responses.flatMap(({ status, outcome }, i) => {
    const { issue = [] } = (outcome as OperationOutcome | undefined) ?? {};
    const expression = [`Bundle.entry[${i}]`];
    if (issue.length > 0) return issue.map((one) => ({ ...one, expression: one.expression ?? expression }));
    return [
      { severity: 'error' as const, code: 'processing' as const, details: { text: status }, expression },
    ];
  });
  return { resourceType: 'OperationOutcome', issue };
}

function addressOf({ key, request }: Item, unit: string): string {
  if (request.method === 'PUT' && /^https?:/.test(key)) return key;
  return UUID.test(key) ? key : `urn:uuid:${uuidOf(`${unit}#${key}`)}`;
}
