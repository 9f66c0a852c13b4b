import type { Fact } from './facts.ts';

type EventFact = Fact & { type: 'event' };

/** How often a drug counts that is ordered, dispensed and administered: as its order alone, or as each of these. */
export type CountDrugs = 'once' | 'each';

/**
 * Of one patient, what is said of a drug again: dispenses of an order that is read, and administrations of an order of which the order or
 * a dispense is read. Several dispenses of an order that is not read are several.
 */
export class DrugChains {
  private readonly orders = new Map<string, EventFact>();
  private readonly dispenses = new Map<string, EventFact[]>();
  private readonly readable = new Map<EventFact, boolean>();

  /** @param isReadable whether a fact has a code that can be read */
  constructor(
    facts: readonly EventFact[],
    private readonly isReadable: (fact: EventFact) => boolean,
  ) {
    const asked = new Set(facts.map(({ request }) => request).filter((request) => request !== undefined));
    if (asked.size === 0) return;
    for (const fact of facts) {
      const { resourceType, id, request } = fact;
      if (resourceType === 'MedicationRequest' && id !== undefined && asked.has(id)) this.orders.set(id, fact);
      if (resourceType !== 'MedicationDispense' || request === undefined) continue;
      if (this.dispenses.has(request)) this.dispenses.get(request)!.push(fact);
      else this.dispenses.set(request, [fact]);
    }
  }

  /** Why a fact is one that another one has counted; undefined where it is not. */
  whyCounted({ resourceType, request }: EventFact): string | undefined {
    if (request === undefined) return undefined;
    const order = this.orders.get(request);
    const isDispense = resourceType === 'MedicationDispense';
    if (!isDispense && resourceType !== 'MedicationAdministration') return undefined;
    if (order && this.isRead(order)) return 'counted once, with its order';
    if (isDispense) return undefined;
    return this.dispenses.get(request)?.some((fact) => this.isRead(fact)) ? 'counted once, as dispensed' : undefined;
  }

  private isRead(fact: EventFact): boolean {
    if (!this.readable.has(fact)) this.readable.set(fact, this.isReadable(fact));
    return this.readable.get(fact)!;
  }
}
