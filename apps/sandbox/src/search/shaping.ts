import type { Resource } from '@medplum/fhirtypes';
import { type ElementRule, loadDefinitions } from '../definitions.ts';
import type { SearchRequest } from './search-request.ts';

type Shape = Pick<SearchRequest, 'summary' | 'elements'>;

/** Says that a resource is not whole. @see https://hl7.org/fhir/R4/search.html#summary */
const SUBSETTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' };
const ALWAYS = ['resourceType', 'id', 'meta'];

/** The part of a resource that `_summary` or `_elements` asks for; the resource itself where they ask for all of it. */
export function shaped<T extends Resource>(resource: T, { summary, elements }: Shape): T {
  const type = resource.resourceType;
  if (elements !== undefined) {
    const names = elements.map((name) => (name.startsWith(`${type}.`) ? name.slice(type.length + 1) : name));
    return subset(resource, (key, rule) => rule?.isMandatory === true || names.includes(nameOf(type, key)));
  }
  switch (summary) {
    case 'true':
      return marked(summarized(resource as never, type) as never);
    case 'text':
      return subset(resource, (key, rule) => key === 'text' || rule?.isMandatory === true);
    case 'data':
      return subset(resource, (key) => key !== 'text');
    default:
      return resource;
  }
}

function subset<T extends Resource>(resource: T, isKept: (key: string, rule?: ElementRule) => boolean): T {
  const type = resource.resourceType;
  const entries = Object.entries(resource).filter(([key]) => ALWAYS.includes(key) || isKept(key, ruleOf(type, key)));
  return marked(Object.fromEntries(entries) as never);
}

function marked<T extends Resource>(resource: T): T {
  return { ...resource, meta: { ...resource.meta, tag: [...(resource.meta?.tag ?? []), SUBSETTED] } };
}

/** The elements that R4 marks for the summary, and mandatory ones, of the resource and of its own structures. */
function summarized(node: Record<string, unknown>, path: string): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    const rule = ruleOf(path, key);
    if (!rule?.isSummary && !rule?.isMandatory && !(ALWAYS.includes(key) && !path.includes('.'))) continue;
    const inner = (one: unknown) =>
      typeof one === 'object' && one !== null ? summarized(one as never, `${path}.${nameOf(path, key)}`) : one;
    kept[key] = !rule?.hasElements ? value : Array.isArray(value) ? value.map(inner) : inner(value);
  }
  return kept;
}

function ruleOf(path: string, key: string): ElementRule | undefined {
  const { elements } = loadDefinitions();
  const name = nameOf(path, key);
  return elements.get(`${path}.${name}`) ?? elements.get(`${path}.${name}[x]`);
}

/** valueQuantity → value, _birthDate → birthDate */
function nameOf(path: string, key: string): string {
  const { elements } = loadDefinitions();
  const name = key.replace(/^_/, '');
  if (elements.has(`${path}.${name}`)) return name;
  for (let end = name.length - 1; end > 0; end--) {
    const start = name.slice(0, end);
    if (/[A-Z]/.test(name[end]) && elements.has(`${path}.${start}[x]`)) return start;
  }
  return name;
}
