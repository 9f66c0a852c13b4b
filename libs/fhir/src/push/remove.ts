import type { Bundle } from 'fhir/r4.js';
import { ServerError } from '../server/errors.ts';
import type { FhirServer } from '../server/fhir-server.ts';
import { type Entry, type Receipt, SHARED } from './receipt.ts';

export interface RemoveCounts {
  deleted: number;
  /** Turned down: something else refers to it, or the server does not delete. */
  refused: number;
}

const SIZE = 500;

/**
 * Deletes from the server what a receipt says was made, the last first; each unit in transactions, so that what refers to
 * each other goes together. What is gone already counts as deleted.
 * @throws NoServerError or ServerError where the server does not answer any more
 */
export async function removeByReceipt(
  receipt: Receipt,
  server: FhirServer,
  onProgress: (counts: RemoveCounts) => void = () => {},
): Promise<RemoveCounts> {
  const counts: RemoveCounts = { deleted: 0, refused: 0 };
  for (const ids of chunks(receipt.entries)) {
    const bundle: Bundle = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: ids.map((url) => ({ request: { method: 'DELETE', url } })),
    };
    try {
      await server.send(bundle);
      counts.deleted += ids.length;
    } catch (error) {
      if (!(error instanceof ServerError) || error.status === undefined) throw error;
      await oneByOne(ids, server, counts);
    }
    onProgress(counts);
  }
  return counts;
}

/** Those of a transaction that the server turned down as a whole. */
async function oneByOne(ids: string[], server: FhirServer, counts: RemoveCounts): Promise<void> {
  for (const id of ids) {
    try {
      await server.request(id, { method: 'DELETE' }, { attempts: 3 });
      counts.deleted++;
    } catch (error) {
      if (!(error instanceof ServerError) || error.status === undefined) throw error;
      if (error.status === 404 || error.status === 410) counts.deleted++;
      else counts.refused++;
    }
  }
}

/** Ids in the reverse of their order, each once; units stay together, several small ones or parts of a large one at a time. */
function* chunks(entries: Entry[]): Generator<string[]> {
  const units = new Map<string, Set<string>>();
  for (const { unit, id, made } of entries) {
    if (!made) continue;
    const ids = units.get(unit) ?? new Set();
    if (ids.size === 0) units.set(unit, ids);
    ids.add(id);
  }
  // What all may refer to goes last, whenever it came.
  const shared = units.get(SHARED);
  units.delete(SHARED);
  let chunk: string[] = [];
  for (const ids of [...[...units.values()].reverse(), ...(shared ? [shared] : [])]) {
    if (chunk.length > 0 && (chunk.length + ids.size > SIZE || ids === shared)) {
      yield chunk;
      chunk = [];
    }
    chunk.push(...[...ids].reverse());
    while (chunk.length > SIZE) yield chunk.splice(0, SIZE);
  }
  if (chunk.length > 0) yield chunk;
}
