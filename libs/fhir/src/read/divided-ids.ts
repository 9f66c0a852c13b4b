import { groupBy } from '@ehrsynth/records';
import type { Bases } from './bases.ts';
import { dividedBy } from './contradictions.ts';
import { isOfDocument, type Key, splitKey } from './identity.ts';
import { type Kept, withoutPlace } from './newest.ts';
import type { Person } from './people.ts';
import { type Level, Scopes } from './scopes.ts';

/** Before the name of the place in a key. */
const PART = ' in ';

/**
 * Ids that several patients have who cannot be one person: each is a patient of its own folder or Bundle, where the id is one's
 * there, with what refers to it from there.
 */
export class DividedIds {
  readonly scopes = new Scopes();
  private readonly levels = new Map<Key, Level | 'nothing'>();

  constructor(private readonly bases: Bases) {}

  get size(): number {
    return this.levels.size;
  }

  /** Finds the ids of these Patients that cannot be one person's. */
  add(versions: (Kept & { person: Person })[]): void {
    if (versions.length === 1) return;
    for (const [key, ofOne] of groupBy(versions, ({ key }) => this.bases.canonical(key))) {
      const level = ofOne.length > 1 ? dividedBy(ofOne, this.scopes) : undefined;
      if (level) this.levels.set(key, level);
    }
  }

  /** The key of a patient; where its id is divided, with the place. */
  partOf(key: Key, scope: number): Key {
    const canonical = this.bases.canonical(key);
    const level = this.levels.get(canonical);
    return level === undefined ? canonical : canonical + PART + this.nameOf(scope, level);
  }

  /** Whether several in one place have the id, so that whose something is cannot be known. */
  isUnknown(part: Key): boolean {
    return this.levels.get(wholeOf(part)) === 'nothing';
  }

  /** The ids whose patients are read, each for itself. */
  toldApart(): Key[] {
    return [...this.levels].flatMap(([key, level]) => (level === 'nothing' ? [] : [key]));
  }

  /** The ids, each with what gives the name of a place. */
  parts(): Map<Key, (scope: number) => string> {
    return new Map([...this.levels].map(([key, level]) => [key, (scope) => this.nameOf(scope, level)]));
  }

  private nameOf(scope: number, level: Level | 'nothing'): string {
    return level === 'nothing' ? '' : this.scopes.nameOf(scope, level);
  }
}

/** The key without the place. */
export function wholeOf(part: Key): Key {
  const at = part.indexOf(PART);
  return at < 0 ? part : part.slice(0, at);
}

/** For the name of its record: what a patient looks like distinguishes it from others with its id, wherever it stands. */
export function markedPerson(part: Key, { person, facts }: Kept & { person: Person }): Person {
  if (!part.includes(PART)) return person;
  return { ...person, mark: JSON.stringify([person.mark, person.identifiers, withoutPlace(facts)]) };
}

/** For messages: Type/id, with the server where it is of one. */
export function nameOf(part: Key): string {
  const key = wholeOf(part);
  const { plain, base } = splitKey(key);
  if (isOfDocument(key)) return key.replace(/ #.*$/, '');
  return base === undefined ? plain : `${plain} of ${base}`;
}
