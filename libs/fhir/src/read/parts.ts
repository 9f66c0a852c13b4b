import type { Tally } from '@ehrsynth/records';
import type { Fact } from './facts.ts';

/** What the tally calls what a fact was read from: Observation, or Observation.component. */
export function nameOf({ resourceType, part }: Fact): string {
  return part === undefined ? resourceType : `${resourceType}.${part}`;
}

/** Counts each resource once, however many facts it has; and those of which no part could be read. */
export class PartTally {
  /** Resources in parts, by their place: whether a part has been used. */
  private readonly used = new Map<string, { resourceType: string; used: boolean }>();

  constructor(private readonly tally: Tally) {}

  use(fact: Fact): void {
    for (const note of fact.notes ?? []) {
      this.tally.note({ ...note, resourceType: nameOf(fact), where: fact.where });
    }
    if (fact.part !== undefined) this.used.set(fact.where, { resourceType: fact.resourceType, used: true });
    else this.tally.use(fact.resourceType);
  }

  leave({ part, where, resourceType }: Fact): void {
    if (part !== undefined && !this.used.has(where)) this.used.set(where, { resourceType, used: false });
  }

  close(): void {
    for (const { resourceType, used } of this.used.values()) {
      if (used) this.tally.use(resourceType);
      else this.tally.skip(resourceType, 'no part of it could be read');
    }
  }
}
