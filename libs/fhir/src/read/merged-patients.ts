import type { Key } from './identity.ts';
import { resolve } from './references.ts';
import type { Found } from './resources.ts';

/** A Patient's link to another: which of the two records counts. */
export interface PatientLink {
  from: Key;
  to: Key;
}

/**
 * What a Patient says of other records of the same person: replaced-by and refer name the one that counts, replaces the one
 * that does not; seealso says nothing of that.
 * @see R4, patient.html#links
 */
export function linksOf(found: Found, own: Key): PatientLink[] {
  const { link } = found.resource as { link?: unknown };
  if (!Array.isArray(link)) return [];
  return (link as ({ type?: unknown; other?: { reference?: unknown } } | null)[]).flatMap((one) => {
    const reference = one?.other?.reference;
    const other = typeof reference === 'string' ? resolve(reference, found) : undefined;
    if (!other?.startsWith('Patient/') || other === own) return [];
    if (one!.type === 'replaced-by' || one!.type === 'refer') return [{ from: own, to: other }];
    return one!.type === 'replaces' ? [{ from: other, to: own }] : [];
  });
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

  add({ from, to }: PatientLink): void {
    this.next.set(from, (this.next.get(from) ?? new Set()).add(to));
    const joined = new Set([...(this.members.get(from) ?? [from]), ...(this.members.get(to) ?? [to])]);
    for (const key of joined) this.members.set(key, joined);
  }

  /** A Patient is in the source. */
  addPatient(key: Key): void {
    this.there.add(key);
  }

  get size(): number {
    return this.members.size;
  }

  /** Whether the record is one of several of a person. */
  has(key: Key): boolean {
    return this.members.has(key);
  }

  /** When all links are known. */
  close(): void {
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
}
