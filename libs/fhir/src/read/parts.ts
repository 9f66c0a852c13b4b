import type { Tally } from '@ehrsynth/records';
import type { Fact } from './facts.ts';

/** What the tally calls what a fact was read from: Observation, or Observation.component. */
export function nameOf({ resourceType, part, isContained }: Fact): string {
  if (isContained) return nameWithin(resourceType);
  return part === undefined ? resourceType : `${resourceType}.${part}`;
}

/** The same of a resource within another: Condition.contained. */
export function nameWithin(resourceType: string): string {
  return `${resourceType}.contained`;
}

/** The same where all parts of a resource are counted as one. */
export function nameOfWhole(fact: Fact): string {
  return fact.isContained ? nameOf(fact) : fact.resourceType;
}

const WITHIN = 'read within another resource';

/** Counts each resource once, however many facts it has; and those of which no part could be read. */
export class PartTally {
  /** Resources in parts, by their place: whether a part has been used. */
  private readonly used = new Map<string, { resourceType: string; used: boolean }>();

  constructor(private readonly tally: Tally) {}

  use(fact: Fact): void {
    for (const note of fact.notes ?? []) {
      this.tally.note({ ...note, resourceType: nameOf(fact), where: fact.where });
    }
    if (fact.isContained) {
      const { where } = fact;
      this.tally.note({ reason: WITHIN, resourceType: nameOf(fact), where });
    } else if (fact.part !== undefined) this.used.set(fact.where, { resourceType: fact.resourceType, used: true });
    else this.tally.use(fact.resourceType);
  }

  leave({ part, where, resourceType, isContained }: Fact): void {
    if (!isContained && part !== undefined && !this.used.has(where))
      this.used.set(where, { resourceType, used: false });
  }

  close(): void {
    for (const { resourceType, used } of this.used.values()) {
      if (used) this.tally.use(resourceType);
      else this.tally.skip(resourceType, 'no part of it could be read');
    }
  }
}
