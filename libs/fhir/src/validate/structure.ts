import type { Resource } from '../read/resources.ts';
import { ABSOLUTE } from './addresses.ts';
import { checkBinding } from './bindings.ts';
import { checkContained } from './contained.ts';
import { childOf, datatypeProfiles, type ElementNode, type TypeChoice, typeDefinitions } from './definitions.ts';
import type { Report } from './finding.ts';
import { checkInvariants } from './invariants.ts';
import { checkExtension } from './extension.ts';
import { isPrimitive, checkPrimitive } from './primitives.ts';
import { checkRange, checkUnit } from './quantities.ts';
import type { Reference } from './reference.ts';
import { siblingsOf } from './siblings.ts';

type Json = unknown;
type JsonObject = Record<string, Json>;

/** What the walk meets and others check: references and codings, with their places. */
export interface Visitor {
  reference(path: string, reference: Reference, targets: string[], holder: Resource): void;
  coding(path: string, system: string, code: string): void;
}

/** Which of the rules that may be left out are checked. */
export interface Which {
  /** FHIRPath rules of the specification. */
  invariants: boolean;
  /** Those among them that recommend rather than demand (dom-6: a narrative). */
  bestPractice: boolean;
}

interface Walk {
  root: Resource;
  /** The resource that holds the element: a contained or bundled one is its own. */
  holder: Resource;
  report: Report;
  visitor: Visitor;
  which: Which;
}

/** Entries' resources are checked one by one, by who opens the bundle. */
const CHECKED_APART = 'Bundle.entry.resource';

/**
 * Checks a resource against R4's StructureDefinitions: elements that exist, cardinality, types, formats, required bindings
 * and invariants, at every depth.
 */
export function checkStructure(resource: Resource, report: Report, visitor: Visitor, which: Which): void {
  checkResource(resource, resource.resourceType, {
    root: resource,
    holder: resource,
    report,
    visitor,
    which,
  });
}

function checkResource(resource: Resource, path: string, walk: Walk): void {
  const { resourceType } = resource;
  const definition = typeDefinitions().get(resourceType);
  if (!definition?.isResource) {
    walk.report('error', 'structure', path, noResource(resourceType), "Use one of R4's resource types.");
    return;
  }
  const inside = { ...walk, holder: resource };
  checkObject(resource, definition, path, inside);
  checkContained(resource, path, walk.report);
}

function noResource(type: unknown): string {
  if (typeof type !== 'string') return 'No resourceType';
  const known = typeDefinitions().get(type);
  if (!known) return `No such resource type in R4: ${type.slice(0, 60)}`;
  return `${type} is ${known.children?.has('implicitRules') ? 'an abstract type' : 'a datatype'}, not a resource`;
}

function checkObject(object: JsonObject, node: ElementNode, path: string, walk: Walk): void {
  const { report } = walk;
  const seen = new Map<ElementNode, number>();
  /** Of each choice, the name that is used. */
  let names: Map<ElementNode, string> | undefined;
  for (const [key, value] of Object.entries(object)) {
    if (key === 'resourceType' && object === walk.holder) continue;
    const name = key.startsWith('_') ? key.slice(1) : key;
    const found = childOf(node, name);
    const childPath = `${path}.${name}`;
    if (!found) {
      report(
        'error',
        'structure',
        `${path}.${key.slice(0, 60)}`,
        'No such element',
        `R4's elements of ${node.path}: ${[...(node.children?.keys() ?? [])].join(', ')}.`,
      );
      continue;
    }
    const type = found.type ?? found.node.types[0];
    if (found.type) {
      names ??= new Map();
      if ((names.get(found.node) ?? name) !== name)
        report('error', 'structure', childPath, 'Only one of the choices may be given', 'Leave the others out.');
      names.set(found.node, name);
    }
    if (name !== key) {
      checkSibling(value, object[name], found.node, type, childPath, walk);
      if (object[name] === undefined) seen.set(found.node, Math.max(1, seen.get(found.node) ?? 0));
    } else seen.set(found.node, checkField(value, found.node, type, childPath, walk, object[`_${name}`]));
  }
  for (const [name, child] of node.children ?? []) {
    if (child.min > (seen.get(child) ?? 0)) {
      report('error', 'structure', `${path}.${name}`, `Required: at least ${child.min}`, 'Add the element.');
    }
  }
  if (node.types[0]?.code === 'Extension' || node.path === 'Extension') checkExtension(object, path, report);
  runInvariants(object, node, path, walk);
}

/** Checks one element's value or values and gives how many there are. */
function checkField(
  value: Json,
  node: ElementNode,
  type: TypeChoice | undefined,
  path: string,
  walk: Walk,
  sibling: Json,
): number {
  const many = node.max > 1;
  if (Array.isArray(value) !== many) {
    const [must, remedy] = many
      ? ['Must be a list', 'Write it in [ ].']
      : ['Must not be a list', 'Write it without [ ].'];
    walk.report('error', 'structure', path, must, remedy);
    return 1;
  }
  const values = many ? (value as Json[]) : [value];
  if (many && values.length === 0) walk.report('error', 'structure', path, 'An empty list', 'Leave the element out.');
  if (values.length > node.max) walk.report('error', 'structure', path, `At most ${node.max}`, 'Leave some out.');
  values.forEach((item, i) => {
    // In a list of primitives null keeps the place of a value that has extensions alone.
    if (item === null && many && Array.isArray(sibling) && sibling[i] && isPrimitive(type?.code ?? '')) return;
    checkValue(item, node, type, many ? `${path}[${i}]` : path, walk);
  });
  return values.length;
}

function checkValue(value: Json, node: ElementNode, type: TypeChoice | undefined, path: string, walk: Walk): void {
  const { report, visitor, holder } = walk;
  const code = type?.code ?? '';
  // What is no object is reported there too.
  if (node.path === CHECKED_APART && holder === walk.root && value !== null) return;
  if (code === 'Resource' || typeDefinitions().get(code)?.children?.has('implicitRules')) {
    if (isObject(value)) checkResource(value as Resource, path, walk);
    else report('error', 'structure', path, 'Must be a resource', 'Put an object with a resourceType here.');
    return;
  }
  const definition = node.children && node.children.size > 0 ? node : typeDefinitions().get(code);
  if (!definition) return;
  if (isPrimitive(code)) {
    checkPrimitive(value, code, path, report);
  } else if (!isObject(value)) {
    report('error', 'structure', path, `Must be an object (${code})`, `Write it as a ${code}.`);
    return;
  } else {
    if (Object.keys(value).length === 0)
      report('error', 'structure', path, 'An empty object', 'Leave the element out.');
    checkObject(value, definition, path, walk);
    if (definition === node) checkTypeInvariants(value, code, path, walk);
    else if (node.invariants.length > 0) runInvariants(value, node, path, walk);
    if (type?.profile) checkDatatypeProfile(value, type.profile, path, walk);
    if (walk.which.invariants) {
      if (code === 'Range') checkRange(value, path, report);
      else checkUnit(value, code, path, report);
    }
    if (code === 'Reference') visitor.reference(path, value, type!.targets, holder);
    if (code === 'Coding' || code === 'Identifier') checkSystem(value.system, `${path}.system`, report);
    if (code === 'Coding' && typeof value.system === 'string' && typeof value.code === 'string') {
      visitor.coding(path, value.system, value.code);
    }
  }
  if (node.binding) checkBinding(value, node.binding, path, report);
}

/** A backbone element's own type has rules too. */
function checkTypeInvariants(value: JsonObject, code: string, path: string, walk: Walk): void {
  const type = typeDefinitions().get(code);
  if (type) runInvariants(value, type, path, walk);
}

function runInvariants(value: JsonObject, node: ElementNode, path: string, walk: Walk): void {
  const { which, holder, root, report } = walk;
  if (which.invariants) checkInvariants(value, node, path, holder, root, report, which.bestPractice);
}

/** What the profile of a datatype asks beyond the type: a SimpleQuantity has no comparator. */
function checkDatatypeProfile(value: JsonObject, profile: string, path: string, walk: Walk): void {
  const node = datatypeProfiles().get(profile);
  if (node) runInvariants(value, node, path, walk);
}

/** The _name beside a primitive: an id or extensions, in the shape of the primitive. */
function checkSibling(
  sibling: Json,
  value: Json,
  node: ElementNode,
  type: TypeChoice | undefined,
  path: string,
  walk: Walk,
): void {
  if (!isPrimitive(type?.code ?? '') || node.isBare) {
    const name = path.slice(path.lastIndexOf('.') + 1);
    const message = `_${name} is given for an element that cannot have extensions this way`;
    walk.report('error', 'structure', path, message, 'Put the extensions into the element, or leave it out.');
    return;
  }
  for (const item of siblingsOf(sibling, value, node.max > 1, path, walk.report))
    checkObject(item.value, typeDefinitions().get('Element')!, item.path, walk);
}

/** @see FHIR R4, datatypes, Coding and Identifier: the system is a URI, which is relative to nothing */
function checkSystem(system: Json, path: string, report: Report): void {
  if (typeof system !== 'string' || system === '' || ABSOLUTE.test(system)) return;
  if (/\s/.test(system)) return; // Reported as format.
  report('error', 'format', path, `Not absolute: ${system.slice(0, 60)}`, 'Give the whole URI of the system.');
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
