import { type EventKind, EventKind as KINDS } from '@ehrsynth/records';
import { listFiles } from '@ehrsynth/io';
import { codingsOf } from './codings.ts';
import { NothingToReadError } from './errors.ts';
import { kindOf } from './kinds.ts';
import { readResources } from './read-resources.ts';

/** Enough to see what an export holds: so many files, spread over it, and so many resources of each. */
const [MOST_FILES, MOST_RESOURCES] = [60, 200];

/** What the beginnings of some files hold. */
export interface Survey {
  /** Kinds of events that there are resources of. */
  kinds: EventKind[];
  /** Code systems, as they are written. */
  systems: string[];
}

/**
 * Looks at the first resources of some files of an export, without reading it.
 * @throws NothingToReadError where no file looked at has any, OtherReleaseError, UserError
 */
export async function surveyFhir(source: string): Promise<Survey> {
  const files = await listFiles(source);
  const step = Math.max(1, files.length / MOST_FILES);
  const [kinds, systems] = [new Set<EventKind>(), new Set<string>()];
  let failure: unknown;
  let resources = 0;
  for (let i = 0; i < files.length; i += step) {
    let own = 0;
    try {
      for await (const found of readResources(files[Math.floor(i)])) {
        if ('fault' in found) continue;
        resources++;
        const { resourceType, code, medicationCodeableConcept } = found.resource;
        const kind = kindOf(resourceType);
        if (kind) kinds.add(kind);
        for (const { system } of codingsOf(medicationCodeableConcept ?? code)) if (system) systems.add(system);
        if (++own >= MOST_RESOURCES) break;
      }
    } catch (error) {
      // A licence or a list of sums beside the resources holds none.
      failure ??= error;
    }
  }
  if (resources === 0) throw failure ?? new NothingToReadError(source, new Map());
  return { kinds: KINDS.options.filter((kind) => kinds.has(kind)), systems: [...systems].sort() };
}
