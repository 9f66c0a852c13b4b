import type { Tally } from '@ehrsynth/records';
import { type Key, serverOf, splitKey } from './identity.ts';

/**
 * The servers that a source names, and which of them is that of the resources without an address (the lines of an export):
 * the only one that has resources in it; where several have, none. A server that only such resources refer to is their own.
 */
export class Bases {
  private readonly numbers = new Map<string, number>();
  private readonly owners = new Set<string>();
  private readonly named = new Set<string>();
  /** Servers that what is of another server refers to → how often. */
  private readonly foreign = new Map<string, number>();
  private hasOwn = false;
  private hasOwnPatients = false;
  private hasPatientsOfServers = false;
  private refersToItself = false;
  private own: Set<string> | undefined;

  /** A resource is there. */
  addOwner(key: Key): void {
    const base = serverOf(key);
    if (base === undefined) this.hasOwn = true;
    else this.owners.add(base);
    if (!key.startsWith('Patient/')) return;
    if (base === undefined) this.hasOwnPatients = true;
    else this.hasPatientsOfServers = true;
  }

  /** A resource refers to another. */
  addReference(from: Key, to: Key): void {
    const base = serverOf(to);
    if (base === undefined) return;
    const own = serverOf(from);
    if (own === undefined) this.named.add(base);
    else if (own !== base) this.foreign.set(base, (this.foreign.get(base) ?? 0) + 1);
    else if (to.startsWith('Patient/')) this.refersToItself = true;
  }

  /** A number for the key's server, 0 for none. */
  numberOf(base: string | undefined): number {
    if (base === undefined) return 0;
    let number = this.numbers.get(base);
    if (number === undefined) this.numbers.set(base, (number = this.numbers.size + 1));
    return number;
  }

  /** When all is read: the bases whose Type/id is that of the source itself. */
  close(tally?: Tally): void {
    const elsewhere = [...this.named].filter((base) => !this.owners.has(base));
    const isOne = this.owners.size === 1 && elsewhere.length === 0 && this.hasOwn;
    if (this.hasOtherAddress()) {
      const reason = 'reference by another address of the server';
      const [[where, count]] = this.foreign;
      tally?.note({ reason, resourceType: 'Patient', where }, count);
      this.own = new Set([...this.owners, ...this.foreign.keys()]);
    } else if (isOne || this.arePaths()) this.own = new Set([...this.owners, ...elsewhere]);
    else this.own = new Set(elsewhere);
  }

  /** The only server refers to its patients by one other address, and never by its own: it stands behind a proxy. */
  private hasOtherAddress(): boolean {
    const isBehind = this.owners.size === 1 && this.foreign.size === 1;
    return isBehind && !this.hasOwn && !this.refersToItself;
  }

  /** All Patients are without an address, and all else is of one host, whatever the path. */
  private arePaths(): boolean {
    if (this.owners.size === 0 || !this.hasOwnPatients || this.hasPatientsOfServers || this.foreign.size > 0)
      return false;
    return new Set([...this.owners, ...this.named].map((base) => base.split('/')[0])).size === 1;
  }

  /** Numbers of the bases that are the source's own. */
  ownNumbers(): Set<number> {
    return new Set([...this.own!].map((base) => this.numberOf(base)));
  }

  /** The key by which the same resource is known everywhere in the source. */
  canonical(key: Key): Key {
    if (this.own!.size === 0) return key;
    const { plain, base } = splitKey(key);
    return base !== undefined && this.own!.has(base) ? plain : key;
  }

  /** The same value with every key in it canonical. */
  canonicalIn<T>(value: T): T {
    return this.own!.size === 0 ? value : (this.walk(value) as T);
  }

  /** Whether a resource of the key's server is in the source. */
  isThere(key: Key): boolean {
    const base = serverOf(key);
    return base === undefined || this.owners.has(base) || this.own!.has(base);
  }

  private walk(value: unknown): unknown {
    if (typeof value === 'string') return value.includes(' @') ? this.canonical(value) : value;
    if (Array.isArray(value)) return value.map((inner) => this.walk(inner));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, this.walk(inner)]));
  }
}
