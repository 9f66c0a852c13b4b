import type { SearchParameter } from '@medplum/fhirtypes';
import { loadDefinitions } from '../definitions.ts';
import { compile, type Extract } from './expression.ts';

export type Kind = 'token' | 'reference' | 'string' | 'uri' | 'date' | 'number' | 'quantity';

/** A search parameter of one resource type. */
export interface Parameter {
  code: string;
  kind: Kind | 'composite';
  url: string;
  /** Types that a reference may point to. */
  targets: string[];
  extract: Extract;
  /** Where the values stand, as far as these are plain paths: Patient.gender. */
  paths: string[];
  /** Of a composite: each part, which looks at what `extract` gives. */
  parts: { url: string; kind: Kind; extract: Extract }[];
}

const KINDS = ['token', 'reference', 'string', 'uri', 'date', 'number', 'quantity', 'composite'];
/** Parameters that would want more than the values of elements: sounds, distances, texts, lists. */
const LEFT_OUT = ['phonetic', 'near', '_text', '_content', '_query', '_list'];
/** Whose parameters every resource has. */
const BASES = ['Resource', 'DomainResource'];

const tables = new Map<string, Map<string, Parameter>>();

/** The search parameters of a type by their code: R4's own and US Core's, but for those that the sandbox does not search by. */
export function parametersOf(type: string): Map<string, Parameter> {
  const known = tables.get(type);
  if (known) return known;
  const table = new Map<string, Parameter>();
  for (const definition of loadDefinitions().searchParameters) {
    const { base, code, expression, component = [] } = definition;
    if (!expression || LEFT_OUT.includes(code) || !KINDS.includes(definition.type)) continue;
    // Parts that look at another place of the resource: of MolecularSequence alone.
    if (component.some((part) => part.expression.includes('%resource'))) continue;
    if (base.some((name) => name === type || BASES.includes(name))) table.set(code, toParameter(definition, type));
  }
  tables.set(type, table);
  return table;
}

function toParameter(definition: SearchParameter, type: string): Parameter {
  const { code, url, target = [], component = [], expression } = definition;
  return {
    code,
    url,
    extract: compile(expression!, type),
    paths: expression!.split('|').map((path) => path.trim()),
    kind: definition.type as Parameter['kind'],
    targets: target,
    parts: component.map((part) => ({
      url: part.definition,
      kind: kindAt(part.definition),
      extract: compile(part.expression.replace('ofType(DateTime)', 'ofType(dateTime)'), undefined),
    })),
  };
}

function kindAt(url: string): Kind {
  return loadDefinitions().searchParameters.find((one) => one.url === url)!.type as Kind;
}
