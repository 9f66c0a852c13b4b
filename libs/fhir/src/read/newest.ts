import { groupBy, type Tally } from '@ehrsynth/records';
import type { Fact } from './facts.ts';
import type { Key } from './identity.ts';
import { compareDated, newestIn, type Version } from './versions.ts';

/** One version of a resource, until the others have been read. */
export interface Kept {
  key: Key;
  version: Version;
  /** The place that it stands in. */
  scope: number;
  /** None where the version says that it is not to be counted. */
  facts: Fact[];
}

const SAME_ID = 'the same id came before';

/** Of each resource the newest version, in the order in which they first came; counts the others. */
export function newestOf<T extends Kept>(versions: T[], keyOf: (version: T) => Key, tally: Tally): Map<Key, T> {
  const newest = new Map<Key, T>();
  for (const [key, items] of groupBy(versions, keyOf)) {
    const winner = items.length === 1 ? items[0] : items[newestIn(items.map(({ version }) => version))];
    newest.set(key, winner);
    for (const loser of items) {
      // What is not to be counted has been counted as such.
      if (loser !== winner && loser.facts.length > 0) countLoser(loser, winner, tally);
    }
  }
  return newest;
}

function countLoser(loser: Kept, winner: Kept, tally: Tally): void {
  const { resourceType, where } = loser.facts[0];
  if (compareDated(winner.version, loser.version) !== 0) tally.skip(resourceType, 'older version');
  else {
    tally.skip(resourceType, SAME_ID);
    if (resourceType === 'Patient' && !isSame(loser, winner)) {
      const reason = 'two Patients with one id and no date: the later one is read';
      tally.note({ reason, resourceType, where, detail: winner.facts[0]?.where });
    }
  }
}

function isSame(a: Kept, b: Kept): boolean {
  return JSON.stringify(withoutPlace(a.facts)) === JSON.stringify(withoutPlace(b.facts));
}

/** What the facts say, wherever they stand. */
export function withoutPlace(facts: Fact[]): object[] {
  return facts.map((fact) => ({ ...fact, where: undefined }));
}
