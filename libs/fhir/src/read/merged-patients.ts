import type { Key } from './identity.ts';
import { resolve } from './references.ts';
import type { Found } from './found.ts';
import { identifierKey } from './subject.ts';

/** A Patient's link to another: which of the two records counts. */
export interface PatientLink {
  from: Key;
  to: Key;
}

/** The same, where the link has an identifier alone; `isFrom`: the one with the identifier is the record that does not count. */
export interface IdentifierLink {
  identifier: string;
  isFrom: boolean;
}

/**
 * What a Patient says of other records of the same person: replaced-by and refer name the one that counts, replaces the one
 * that does not; seealso says nothing of that.
 * @see R4, patient.html#links
 */
export function linksOf(found: Found, own: Key): PatientLink[] {
  return linksIn(found).flatMap(({ type, other: to }) => {
    const reference = to?.reference;
    const other = typeof reference === 'string' ? resolve(reference, found) : undefined;
    if (!other?.startsWith('Patient/') || other === own) return [];
    if (isReplaced(type)) return [{ from: own, to: other }];
    return type === 'replaces' ? [{ from: other, to: own }] : [];
  });
}

/** Links that name the other record by an identifier alone. */
export function identifierLinksOf(found: Found): IdentifierLink[] {
  return linksIn(found).flatMap(({ type, other }) => {
    const identifier = other?.reference ? undefined : identifierKey(other?.identifier);
    if (identifier === undefined || !(isReplaced(type) || type === 'replaces')) return [];
    return [{ identifier, isFrom: type === 'replaces' }];
  });
}

interface Link {
  type?: unknown;
  other?: { reference?: unknown; identifier?: { system?: unknown; value?: unknown } | null } | null;
}

function linksIn({ resource }: Found): Link[] {
  const { link } = resource as { link?: unknown };
  return Array.isArray(link) ? (link as (Link | null)[]).filter((one) => one !== null) : [];
}

function isReplaced(type: unknown): boolean {
  return type === 'replaced-by' || type === 'refer';
}

/** Which records are one person's, and which of them counts. */
export class MergedPatients {
  private readonly next = new Map<Key, Set<Key>>();
  private readonly members = new Map<Key, Set<Key>>();
  private readonly there = new Set<Key>();
  /** Patient → the one that it was merged into. */
  readonly survivors = new Map<Key, Key>();
  /** Patients that say they were merged into one that is not in the source. */
  readonly orphans: Key[] = [];
  /** Patients that say they were merged into several: a merge that was undone. They are nobody's but their own. */
  readonly divided: Key[] = [];

  add({ from, to }: PatientLink): void {
    this.next.set(from, (this.next.get(from) ?? new Set()).add(to));
  }

  /** A Patient is in the source. */
  addPatient(key: Key): void {
    this.there.add(key);
  }

  /** Whether the record is one of several of a person. */
  has(key: Key): boolean {
    return this.members.has(key);
  }

  /** When all links are known. */
  close(): void {
    this.joinMembers();
    for (const members of new Set(this.members.values())) {
      const present = [...members].filter((key) => this.there.has(key)).sort();
      if (present.length === 0) continue;
      // In a cycle no record is the last; the first by name is as good as any.
      const last = present.find((key) => !this.next.has(key)) ?? present[0];
      const isGone = [...members].some((key) => !this.there.has(key) && !this.next.has(key));
      if (isGone && this.next.has(last)) this.orphans.push(last);
      for (const key of members) if (key !== last) this.survivors.set(key, last);
    }
  }

  private joinMembers(): void {
    const last = (key: Key) => this.lastOf(key);
    for (const [from, to] of [...this.next]) {
      // Two links to one person, one of them over a record between, are one merge.
      if (new Set([...to].map(last)).size <= 1) continue;
      this.next.delete(from);
      this.divided.push(from);
    }
    for (const [from, to] of this.next) {
      for (const one of to) {
        const joined = new Set([...(this.members.get(from) ?? [from]), ...(this.members.get(one) ?? [one])]);
        for (const key of joined) this.members.set(key, joined);
      }
    }
    this.divided.sort();
  }

  /** Where a chain of merges ends. */
  private lastOf(start: Key): Key {
    const passed = new Set<Key>();
    let key = start;
    for (let to = this.next.get(key); to?.size === 1 && !passed.has(key); to = this.next.get(key)) {
      passed.add(key);
      [key] = to;
    }
    // In a cycle, the first by name stands for all.
    return passed.has(key) ? [...passed].sort()[0] : key;
  }
}
