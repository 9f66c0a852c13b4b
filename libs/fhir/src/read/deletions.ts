import type { Bases } from './bases.ts';
import type { Key } from './identity.ts';
import { ownKey, resolve } from './references.ts';
import type { Found } from './found.ts';
import { isDated, isNewer, type Version } from './versions.ts';

/** The place of what an export's list of deletions has. */
const LAST = Infinity;

/** What the source says was deleted, and when. */
export class Deletions {
  /** Key → when. */
  readonly versions = new Map<Key, Version>();

  constructor(private readonly bases: Bases) {}

  /** @param isOfExport it stands in an export's own list of what was deleted */
  add(found: Found, version: Version, isOfExport: boolean): void {
    const key = keyOf(found);
    this.bases.addReference('', key);
    const when = isOfExport && !isDated(version) ? listedAt(found) : version;
    const before = this.versions.get(key);
    if (!before || isNewer(when, before)) this.versions.set(key, when);
  }

  /** When all is read. */
  close(): void {
    for (const [key, version] of [...this.versions]) {
      const canonical = this.bases.canonical(key);
      if (canonical === key) continue;
      const before = this.versions.get(canonical);
      if (!before || isNewer(version, before)) this.versions.set(canonical, version);
    }
  }

  /** @param version the newest that is there; any where there is none */
  has(key: Key, version: Version | undefined): boolean {
    const deleted = this.versions.get(key);
    return deleted !== undefined && (!version || isNewer(deleted, version));
  }
}

/** What a list says was deleted was so when the list was written, or else whatever the other files say. */
function listedAt({ addresses }: Found): Version {
  return [LAST, addresses?.at ?? Infinity];
}

/** The key of what a history says was deleted is as for its other entries; of what a request names, as of a reference. */
function keyOf(found: Found): Key {
  const { fullUrl, request, deleted } = found;
  if (!deleted) return ownKey(found);
  for (const address of [fullUrl, request?.url]) {
    const key = typeof address === 'string' ? resolve(address, found) : undefined;
    if (key?.includes('/')) return key;
  }
  return ownKey(found);
}
