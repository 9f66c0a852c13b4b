import type {
  CodeSystem,
  CodeSystemConcept,
  ValueSet,
  ValueSetComposeInclude,
  ValueSetComposeIncludeFilter,
} from 'fhir/r4.js';
import { readDefinitions } from './definitions.ts';

/** The members of a value set, whose number may be without end (a grammar such as that of mime types). */
export interface Members {
  /** @param system undefined for an element of type code, which has none */
  has(system: string | undefined, code: string): boolean;
}

/** system → codes, and so also every code whatever its system. */
class Listed implements Members {
  private readonly codes = new Set<string>();

  constructor(readonly pairs: Set<string>) {
    for (const pair of pairs) this.codes.add(pair.slice(pair.indexOf('|') + 1));
  }

  has(system: string | undefined, code: string): boolean {
    return system === undefined ? this.codes.has(code) : this.pairs.has(`${system}|${code}`);
  }
}

/** Value sets of codes that a grammar or the platform knows rather than a list. */
const GRAMMARS: Record<string, { system: string; isCode: (code: string) => boolean }> = {
  'http://hl7.org/fhir/ValueSet/mimetypes': {
    system: 'urn:ietf:bcp:13',
    isCode: (code) => /^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+( *;.*)?$/.test(code) || /^(xml|json|ttl)$/.test(code),
  },
  'http://hl7.org/fhir/ValueSet/currencies': {
    system: 'urn:iso:std:iso:4217',
    isCode: (code) => Intl.supportedValuesOf('currency').includes(code),
  },
};

let sources: { sets: Map<string, ValueSet>; systems: Map<string, CodeSystem> } | undefined;
const expansions = new Map<string, Members | undefined>();

/** The members of one of R4's value sets; undefined where they cannot be known (systems that R4 does not carry). */
export function expand(url: string): Members | undefined {
  if (!expansions.has(url)) expansions.set(url, fromGrammar(url) ?? fromList(url));
  return expansions.get(url);
}

const codes = new Map<string, Set<string> | undefined>();

/** The codes of one of HL7's systems that R4 carries whole; undefined of others. */
export function codesOf(system: string): Set<string> | undefined {
  if (!codes.has(system)) {
    const { content, concept } = load().systems.get(system) ?? {};
    codes.set(system, content === 'complete' && concept ? new Set(flatten(concept)) : undefined);
  }
  return codes.get(system);
}

function fromGrammar(url: string): Members | undefined {
  const grammar = GRAMMARS[url];
  if (!grammar) return undefined;
  const { system, isCode } = grammar;
  return { has: (given, code) => (given === undefined || given === system) && isCode(code) };
}

function fromList(url: string): Members | undefined {
  const pairs = pairsOf(url, new Set());
  return pairs && new Listed(pairs);
}

/** @param above the value sets that include this one: one that includes itself has no list */
function pairsOf(url: string, above: Set<string>): Set<string> | undefined {
  const { include = [], exclude = [] } = load().sets.get(url)?.compose ?? {};
  if (include.length === 0 || above.has(url)) return undefined;
  const within = new Set([...above, url]);
  const members = new Set<string>();
  for (const part of include) {
    const found = pairsOfPart(part, within);
    if (!found) return undefined;
    found.forEach((member) => members.add(member));
  }
  for (const part of exclude) {
    const found = pairsOfPart(part, within);
    if (!found) return undefined;
    found.forEach((member) => members.delete(member));
  }
  return members;
}

function pairsOfPart(
  { system, concept, filter = [], valueSet }: ValueSetComposeInclude,
  above: Set<string>,
): Set<string> | undefined {
  if (!system && valueSet?.length === 1) return pairsOf(valueSet[0].split('|')[0], above);
  if (!system || valueSet) return undefined;
  if (concept) return new Set(concept.map(({ code }) => `${system}|${code}`));
  const all = load().systems.get(system);
  if (!all?.concept || all.content !== 'complete') return undefined;
  let codes: Set<string> | undefined = new Set(flatten(all.concept));
  for (const condition of filter) codes = codes && filtered(codes, all.concept, condition);
  return codes && new Set([...codes].map((code) => `${system}|${code}`));
}

/** The codes that a filter leaves; undefined for filters that R4's own value sets do not use. */
function filtered(
  codes: Set<string>,
  concepts: CodeSystemConcept[],
  { op, value }: ValueSetComposeIncludeFilter,
): Set<string> | undefined {
  if (!/^(is-a|is-not-a|descendent-of)$/.test(op)) return undefined;
  const below = descendants(value, concepts);
  return new Set(
    [...codes].filter((code) => {
      if (code === value) return op === 'is-a';
      return below.has(code) === (op !== 'is-not-a');
    }),
  );
}

/** Codes under a code, by nesting and by the property `child`, with which v3 names second parents. */
function descendants(code: string, concepts: CodeSystemConcept[]): Set<string> {
  const children = new Map<string, string[]>();
  const collect = (concept: CodeSystemConcept) => {
    const named = concept.property?.filter((property) => property.code === 'child') ?? [];
    children.set(concept.code, [
      ...(concept.concept ?? []).map((child) => child.code),
      ...named.map(({ valueCode }) => valueCode!),
    ]);
    concept.concept?.forEach(collect);
  };
  concepts.forEach(collect);
  const below = new Set<string>();
  const open = [code];
  while (open.length > 0) {
    for (const child of children.get(open.pop()!) ?? []) {
      if (below.has(child)) continue;
      below.add(child);
      open.push(child);
    }
  }
  return below;
}

function flatten(concepts: CodeSystemConcept[]): string[] {
  return concepts.flatMap(({ code, concept = [] }) => [code, ...flatten(concept)]);
}

function load() {
  if (sources) return sources;
  sources = { sets: new Map(), systems: new Map() };
  for (const file of ['valuesets.json', 'v3-codesystems.json', 'v2-tables.json']) {
    for (const { resource } of readDefinitions(file).entry ?? []) {
      if (resource?.resourceType === 'ValueSet') sources.sets.set(resource.url!, resource);
      if (resource?.resourceType === 'CodeSystem') sources.systems.set(resource.url!, resource);
    }
  }
  return sources;
}
