import type { Bundle, BundleEntry, BundleEntryResponse, OperationOutcome } from 'fhir/r4.js';
import { z } from 'zod';
import { uuidOf } from '@ehrsynth/random';
import { resolve } from '../read/references.ts';
import type { Resource } from '../read/resources.ts';
import { outcomeIn } from '../server/outcome-text.ts';
import { AnswerError } from './errors.ts';
import type { Item } from './item.ts';
import { withMark } from './mark.ts';
import { mapReferences } from './references.ts';

const UUID = /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Key of a resource in the source → Type/id on the server. */
export type Known = (key: string) => string | undefined;

export interface BundleContext {
  /** Name of the unit that the items are of. */
  unit: string;
  type: 'transaction' | 'batch';
  known: Known;
  /** What marks a resource that this push creates. */
  push: string;
}

/**
 * The items as a transaction or batch. References among them become references to their fullUrls (in a batch none may be
 * left), and those to what the server has already, to its own ids.
 */
export function toBundle(items: Item[], { unit, type, known, push }: BundleContext): Bundle {
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
      ...(item.resource && { resource: mapReferences(marked(item, push), replace) }),
      request: item.request,
    })) as BundleEntry[],
  };
}

const Answered = z.object({
  entry: z
    .array(
      z.object({
        response: z
          .object({
            status: z.string().catch(''),
            location: z.string().optional(),
            outcome: z.unknown().optional(),
          })
          .default({ status: '' }),
      }),
    )
    .default([]),
});

/** What the server says of each item. @throws AnswerError where it does not answer each */
export function responsesTo(items: Item[], answer: unknown, where: string): BundleEntryResponse[] {
  const parsed = Answered.safeParse(answer);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0];
    throw new AnswerError(where, `${path.join('.') || 'the answer'}: ${message}`);
  }
  const { entry } = parsed.data;
  if (entry.length !== items.length) {
    throw new AnswerError(where, `${entry.length} responses to ${items.length} entries`);
  }
  return entry.map(({ response }) => response as BundleEntryResponse);
}

/** Type/id that the answer to an entry names. @throws AnswerError where it names none, or of another type */
export function locationOf(item: Item, response: BundleEntryResponse, where: string): string {
  const { method, url } = item.request;
  const [, id] = LOCATION.exec(response.location ?? '') ?? [];
  const [, own] = (method === 'PUT' && /^(\w+\/[^/?]+)$/.exec(url)) || [];
  const found = id ?? own;
  if (!found) throw new AnswerError(where, `no location of ${item.key}`);
  const { resourceType } = item.resource;
  if (!found.startsWith(`${resourceType}/`))
    throw new AnswerError(where, `${found} was returned as the location of a ${resourceType}, ${item.key}`);
  return found;
}

const LOCATION = /(?:^|\/)([A-Z][A-Za-z]*\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]+)?$/;

/** What the server said of several entries, as one outcome. */
export function mergeOutcomes(responses: BundleEntryResponse[]): OperationOutcome {
  const issue = responses.flatMap(({ status, outcome }, i) => {
    const { issue = [] } = outcomeIn(outcome) ?? {};
    const expression = [`Bundle.entry[${i}]`];
    if (issue.length > 0) return issue.map((one) => ({ ...one, expression: one.expression ?? expression }));
    return [{ severity: 'error' as const, code: 'processing' as const, details: { text: status }, expression }];
  });
  return { resourceType: 'OperationOutcome', issue };
}

/** Only what is created: what is there already would get the mark of a push that did not make it. */
function marked({ request, resource }: Item, push: string): Resource {
  return request.method === 'POST' ? withMark(resource, push) : resource;
}

function addressOf({ key, request }: Item, unit: string): string {
  if (request.method === 'PUT' && /^https?:/.test(key)) return key;
  return UUID.test(key) ? key : `urn:uuid:${uuidOf(`${unit}#${key}`)}`;
}
