import type { Tally } from '@ehrsynth/records';
import type { Fact } from './facts.ts';

/** A resource that came twice (the same type and id) counts once. */
export function withoutDuplicates(facts: Fact[], tally: Tally): Fact[] {
  const places = new Map<string, string>();
  const repeats = new Set<string>();
  return facts.filter((fact) => {
    const id = fact.type === 'patient' ? undefined : fact.id;
    if (id === undefined) return true;
    const place = places.get(id);
    if (place === undefined) places.set(id, fact.where);
    if (place === undefined || place === fact.where) return true;
    if (!repeats.has(fact.where)) tally.skip(fact.resourceType, 'the same id came before');
    repeats.add(fact.where);
    return false;
  });
}
