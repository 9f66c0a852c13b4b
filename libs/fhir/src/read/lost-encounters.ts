import type { Tally } from '@ehrsynth/records';
import { nameOf } from './divided-ids.ts';
import type { Fact } from './facts.ts';

/** Encounters that events name and that are not there: counted, and noted with the first place. */
export class LostEncounters {
  private count = 0;
  private first = { where: '', detail: '' };

  /** @param facts all of one patient */
  look(facts: Fact[]): void {
    const there = new Set(facts.map((fact) => (fact.type === 'encounter' ? fact.id : undefined)));
    for (const fact of facts) {
      if (fact.type !== 'event' || fact.encounter === undefined || there.has(fact.encounter)) continue;
      if (this.count++ === 0) this.first = { where: fact.where, detail: nameOf(fact.encounter) };
    }
  }

  /** When all patients have been looked at. */
  close(tally: Tally): void {
    const reason = 'encounter not in the source, or not read';
    if (this.count > 0) tally.note({ reason, resourceType: 'Encounter', ...this.first }, this.count);
  }
}
