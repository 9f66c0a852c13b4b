import { isPlain, type Key, universalId } from './identity.ts';
import type { MergedPatients } from './merged-patients.ts';
import { type Kept, withoutPlace } from './newest.ts';
import type { Person } from './people.ts';
import type { Found } from './found.ts';

/**
 * Collections whose urn:uuid addresses are made up for each page: what refers by Type/id to a Patient who is not in its Bundle
 * shows that the ids are those of the source.
 */
export class MadeUpAddresses {
  /** Patients who are referred to so. */
  private readonly wanted = new Set<Key>();

  /** A resource of a Bundle, and whose it is. */
  note({ addresses, fullUrl, resource }: Found, patient: Key): void {
    if (!addresses || addresses.isServers || !fullUrl || !/^urn:uuid:/i.test(fullUrl)) return;
    const reference: unknown = (resource.subject ?? resource.patient)?.reference;
    if (reference === patient && isPlain(patient)) this.wanted.add(patient);
  }

  /** Gives Patients with one id, who look the same and are told apart by their addresses alone, the id as their key. */
  unite(people: (Kept & { person: Person })[], merged: MergedPatients): void {
    const own = `Patient/${people[0].person.id}`;
    if (!this.wanted.has(own) || people.some(({ key }) => !isMadeUp(key))) return;
    if (new Set(people.map(lookOf)).size > 1) return;
    for (const one of people) {
      merged.add({ from: one.key, to: own });
      one.key = own;
    }
    merged.addPatient(own);
  }
}

function isMadeUp(key: Key): boolean {
  return universalId(`urn:uuid:${key.slice('Patient/'.length)}`) !== undefined;
}

function lookOf({ person, facts }: Kept & { person: Person }): string {
  return JSON.stringify([person.identifiers.filter((key) => !key.startsWith('urn:')), withoutPlace(facts)]);
}
