import type { CodeSystem, CodeSystemConcept, ValueSet, ValueSetComposeInclude } from 'fhir/r4.js';
import { readDefinitions } from './definitions.ts';

/** system|code of every member; undefined where it cannot be listed (filters, systems that R4 does not carry). */
export type Expansion = Set<string> | undefined;

let sources: { sets: Map<string, ValueSet>; systems: Map<string, CodeSystem> } | undefined;
const expansions = new Map<string, Expansion>();

/** The members of one of R4's value sets. */
export function expand(url: string): Expansion {
  if (!expansions.has(url)) {
    expansions.set(url, undefined);
    expansions.set(url, compute(url));
  }
  return expansions.get(url);
}

function compute(url: string): Expansion {
  const { include, exclude } = load().sets.get(url)?.compose ?? { include: [] };
  if (include.length === 0 || exclude) return undefined;
  const members = new Set<string>();
  for (const part of include) {
    const found = membersOf(part);
    if (!found) return undefined;
    found.forEach((member) => members.add(member));
  }
  return members;
}

function membersOf({ system, concept, filter, valueSet }: ValueSetComposeInclude): Expansion {
  if (filter) return undefined;
  if (!system && valueSet?.length === 1) return expand(valueSet[0].split('|')[0]);
  if (!system || valueSet) return undefined;
  if (concept) return new Set(concept.map(({ code }) => `${system}|${code}`));
  const all = load().systems.get(system);
  if (!all?.concept || all.content !== 'complete') return undefined;
  return new Set(flatten(all.concept).map((code) => `${system}|${code}`));
}

function flatten(concepts: CodeSystemConcept[]): string[] {
  return concepts.flatMap(({ code, concept = [] }) => [code, ...flatten(concept)]);
}

function load() {
  if (sources) return sources;
  sources = { sets: new Map(), systems: new Map() };
  for (const file of ['valuesets.json', 'v3-codesystems.json']) {
    for (const { resource } of readDefinitions(file).entry ?? []) {
      if (resource?.resourceType === 'ValueSet') sources.sets.set(resource.url!, resource);
      if (resource?.resourceType === 'CodeSystem') sources.systems.set(resource.url!, resource);
    }
  }
  return sources;
}
