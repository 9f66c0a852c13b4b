import { resourcesOfBig } from './big-bundle.ts';
import { isPlain, resourcesIn } from './containers.ts';
import { documentsOf } from './documents.ts';
import { type BigText, type ReadingFiles, readTextBatches, readTexts, type Text } from './files.ts';
import { OtherReleases } from './other-releases.ts';
import type { Found } from './found.ts';
import type { Fault } from './resources.ts';

export interface ReadingResources extends ReadingFiles {
  /** Read as R4 whatever it looks like: resources of another release are faults. By default they end the reading. */
  release?: 'r4';
}

/**
 * All resources of a file or folder (JSON or NDJSON, gzipped or not), in name order of the files, one at a time; those of
 * Bundles, Parameters and lists each for itself.
 * @throws NothingToReadError where no file holds any; OtherReleaseError where resources are not R4; UserError where the folder
 * cannot be read
 */
export async function* readResources(source: string, options: ReadingResources = {}): AsyncGenerator<Found | Fault> {
  for await (const some of readResourceBatches(source, options)) yield* some;
}

/** The same, many at a time, each parsed as it is asked for. One each for itself costs more than its reading. */
export async function* readResourceBatches(
  source: string,
  options: ReadingResources = {},
): AsyncGenerator<Iterable<Found | Fault>> {
  const releases = new OtherReleases(source, options.release);
  for await (const texts of readTextBatches(source, options)) {
    if (texts.some((text) => 'big' in text)) {
      for (const text of texts) {
        if (!('big' in text)) yield resourcesOf(text, releases);
        else for await (const found of resourcesOfBig(text)) yield sifted(found, releases);
      }
    } else yield resourcesOfAll(texts as (Text | Fault)[], releases);
  }
  releases.assertNone();
}

function* resourcesOfAll(texts: (Text | Fault)[], releases: OtherReleases): Generator<Found | Fault> {
  for (const text of texts) yield* resourcesOf(text, releases);
}

function* resourcesOf(text: Text | Fault, releases: OtherReleases): Generator<Found | Fault> {
  if ('fault' in text) return yield text;
  for (const { found } of documentsOf(text)) {
    const parts = 'fault' in found || isPlain(found) ? [found] : resourcesIn(found);
    for (const part of parts) yield* sifted(part, releases);
  }
}

/** None where it is of another release. */
function sifted(found: Found | Fault, releases: OtherReleases): (Found | Fault)[] {
  const left = releases.sift(found);
  return left ? [left] : [];
}

/** The same, with Bundles whole, and what is too long to be held as it is. */
export async function* readDocuments(
  source: string,
  options: ReadingFiles = {},
): AsyncGenerator<Found | Fault | BigText> {
  for await (const text of readTexts(source, options)) {
    if ('fault' in text || 'big' in text) yield text;
    else for (const { found } of documentsOf(text)) yield found;
  }
}
