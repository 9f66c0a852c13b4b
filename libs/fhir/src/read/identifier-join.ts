import { Spill } from '@ehrsynth/io';
import type { Key } from './identity.ts';

type Item<Waiting> = { patient: Key } | { waiting: Waiting };

/** What a reference by identifier led to: the patients that have it, and what refers to them. */
export interface Joined<Waiting> {
  identifier: string;
  patients: Key[];
  waiting: Waiting[];
}

/** Joins what refers to a patient by an identifier with the patients that have it, in bounded memory. */
export class IdentifierJoin<Waiting> {
  private readonly items: Spill<Item<Waiting>>;
  /** Whether anything refers to a patient so. */
  isNeeded = false;

  constructor(folder?: string) {
    this.items = new Spill({ folder });
  }

  addReference(identifier: string, waiting: Waiting): Promise<void> | undefined {
    this.isNeeded = true;
    return this.items.add(identifier, { waiting });
  }

  async addPatient(patient: Key, identifiers: string[]): Promise<void> {
    for (const identifier of new Set(identifiers)) await this.items.add(identifier, { patient });
  }

  /** @param survivorOf the record that counts, of those of one person */
  async *joined(survivorOf: (key: Key) => Key): AsyncGenerator<Joined<Waiting>> {
    for await (const [identifier, items] of this.items.groups()) {
      const waiting = items.flatMap((item) => ('waiting' in item ? [item.waiting] : []));
      if (waiting.length === 0) continue;
      const patients = items.flatMap((item) => ('patient' in item ? [survivorOf(item.patient)] : []));
      yield { identifier, patients: [...new Set(patients)].sort(), waiting };
    }
  }

  async close(): Promise<void> {
    await this.items.close();
  }
}
