import type { Tally } from '@ehrsynth/records';
import { IdentifierJoin } from './identifier-join.ts';
import type { Key } from './identity.ts';
import type { MergedPatients } from './merged-patients.ts';
import type { Person } from './people.ts';

/** Merges of Patients whose links name the other record by an identifier alone. */
export class IdentifiedLinks {
  private readonly join: IdentifierJoin<{ own: Key; isFrom: boolean }>;
  /** Whether any Patient has such a link. */
  isNeeded = false;

  constructor(folder?: string) {
    this.join = new IdentifierJoin(folder);
  }

  /** A Patient, whether it has such a link or may be what one names. */
  async add(own: Key, { identifiers, identifierLinks = [] }: Person): Promise<void> {
    if (!this.isNeeded) return;
    for (const { identifier, isFrom } of identifierLinks) await this.join.addReference(identifier, { own, isFrom });
    await this.join.addPatient(own, identifiers);
  }

  /** When all Patients are known: adds the merges where one Patient alone has the identifier, and notes the others. */
  async addTo(merged: MergedPatients, tally: Tally): Promise<void> {
    if (!this.isNeeded) return;
    for await (const { identifier, patients, waiting } of this.join.joined((key) => key)) {
      for (const { own, isFrom } of waiting) {
        const others = patients.filter((patient) => patient !== own);
        if (others.length === 1) {
          merged.add(isFrom ? { from: others[0], to: own } : { from: own, to: others[0] });
          for (const key of [own, others[0]]) merged.addPatient(key);
        } else {
          const reason = `link by identifier: ${others.length > 1 ? 'several patients' : 'no such patient'}`;
          tally.note({ reason, resourceType: 'Patient', where: own, detail: identifier });
        }
      }
    }
  }

  async close(): Promise<void> {
    await this.join.close();
  }
}
