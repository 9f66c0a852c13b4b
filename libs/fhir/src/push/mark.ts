import type { Bundle } from 'fhir/r4.js';
import type { Resource } from '../read/resources.ts';
import { ServerError } from '../server/errors.ts';
import type { FhirServer } from '../server/fhir-server.ts';

/** The tag by which a push recognises what it made itself: its code is a number drawn at random for each receipt. */
const RUN_SYSTEM = 'urn:ehrsynth:push-run';

interface Tag {
  system?: unknown;
  code?: unknown;
}

/** The resource with another tag; the resource itself stays as it is. */
export function withTag(resource: Resource, system: string, code: string): Resource {
  const meta = (Object(resource.meta) === resource.meta ? resource.meta : {}) as { tag?: unknown };
  const tags: unknown[] = Array.isArray(meta.tag) ? meta.tag : [];
  return { ...resource, meta: { ...meta, tag: [...tags, { system, code }] } };
}

/** The resource with the tag of a push. */
export function withMark(resource: Resource, push: string): Resource {
  return withTag(resource, RUN_SYSTEM, push);
}

/**
 * Which of the resources on a server have the tag of a push: made by a try whose answer got lost. No clock is asked. What
 * cannot be read counts as not ours.
 * @param ids Type/id
 */
export async function markedBy(push: string, ids: string[], server: FhirServer): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const found = (await readTogether(ids, server)) ?? (await readEach(ids, server));
  return new Set(ids.filter((_, i) => hasMark(found[i], push)));
}

/** undefined where the server takes no batch of reads. */
async function readTogether(ids: string[], server: FhirServer): Promise<unknown[] | undefined> {
  const bundle: Bundle = {
    resourceType: 'Bundle',
    type: 'batch',
    entry: ids.map((url) => ({ request: { method: 'GET', url } })),
  };
  const answer = await orNothing(async () => (await server.send(bundle)).body as Bundle | null);
  const entries: unknown = answer?.entry;
  if (!Array.isArray(entries) || entries.length !== ids.length) return undefined;
  return entries.map((entry: { resource?: unknown } | null) => entry?.resource);
}

async function readEach(ids: string[], server: FhirServer): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const id of ids) found.push(await orNothing(async () => (await server.request(id)).body));
  return found;
}

/** undefined where the server turns it down. @throws NoServerError where it does not answer any more */
async function orNothing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ServerError && error.status !== undefined) return undefined;
    throw error;
  }
}

function hasMark(resource: unknown, push: string): boolean {
  const { meta } = Object(resource) as { meta?: { tag?: unknown } };
  const tags: unknown = meta?.tag;
  if (!Array.isArray(tags)) return false;
  return tags.some((tag: Tag | null) => tag?.system === RUN_SYSTEM && tag.code === push);
}
