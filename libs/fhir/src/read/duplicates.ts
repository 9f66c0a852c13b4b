import type { Tally } from '@ehrsynth/records';
import type { Fact } from './facts.ts';

/** A resource that came twice (the same type and id) counts once. */
export function withoutDuplicates(facts: Fact[], tally: Tally): Fact[] {
  const seen = new Set<string>();
  return facts.filter((fact) => {
    const id = fact.type === 'patient' ? undefined : fact.id;
    if (id === undefined) return true;
    if (seen.has(id)) {
      tally.skip(fact.resourceType, 'the same id came before');
      return false;
    }
    seen.add(id);
    return true;
  });
}
