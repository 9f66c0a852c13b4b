import type { Resource } from '../read/resources.ts';
import { childOf, type ElementNode, type TypeChoice, typeDefinitions } from './definitions.ts';
import type { Report } from './finding.ts';
import { checkInvariants } from './invariants.ts';
import { expand } from './value-sets.ts';

type Json = unknown;
type JsonObject = Record<string, Json>;

/** What the walk meets and others check: references and codings, with their places. */
export interface Visitor {
  reference(path: string, reference: string, targets: string[], holder: Resource): void;
  coding(path: string, system: string, code: string): void;
}

interface Walk {
  root: Resource;
  /** The resource that holds the element: a contained or bundled one is its own. */
  holder: Resource;
  report: Report;
  visitor: Visitor;
  invariants: boolean;
}

const NUMBERS = new Set(['decimal', 'integer', 'positiveInt', 'unsignedInt']);

/**
 * Checks a resource against R4's StructureDefinitions: elements that exist, cardinality, types, formats, required bindings
 * and invariants, at every depth.
 */
export function checkStructure(
  resource: Resource,
  report: Report,
  visitor: Visitor,
  invariants: boolean,
): void {
  checkResource(resource, resource.resourceType, {
    root: resource,
    holder: resource,
    report,
    visitor,
    invariants,
  });
}

function checkResource(resource: Resource, path: string, walk: Walk): void {
  const definition = typeDefinitions().get(resource?.resourceType);
  if (!definition) {
    walk.report('error', 'structure', path, `No such resource type in R4: ${resource?.resourceType}`);
    return;
  }
  const inside = { ...walk, holder: resource };
  checkObject(resource, definition, path, inside);
}

function checkObject(object: JsonObject, node: ElementNode, path: string, walk: Walk): void {
  const { report } = walk;
  const seen = new Map<ElementNode, number>();
  for (const [key, value] of Object.entries(object)) {
    if (key === 'resourceType') continue;
    const name = key.startsWith('_') ? key.slice(1) : key;
    const found = childOf(node, name);
    const childPath = `${path}.${name}`;
    if (!found) {
      report('error', 'structure', childPath, 'No such element');
      continue;
    }
    const type = found.type ?? found.node.types[0];
    if (name !== key) {
      checkSibling(value, childPath, walk, object[name] === undefined);
      if (object[name] === undefined) seen.set(found.node, Math.max(1, seen.get(found.node) ?? 0));
      continue;
    }
    if (found.type && seen.has(found.node))
      report('error', 'structure', childPath, 'Only one of the choices may be given');
    seen.set(found.node, checkField(value, found.node, type, childPath, walk, object[`_${name}`]));
  }
  for (const [name, child] of node.children ?? []) {
    if (child.min > (seen.get(child) ?? 0)) {
      report('error', 'structure', `${path}.${name}`, `Required: at least ${child.min}`);
    }
  }
  if (node.types[0]?.code === 'Extension' || node.path === 'Extension') checkExtension(object, path, report);
  if (walk.invariants) checkInvariants(object, node, path, walk.holder, walk.root, report);
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
    walk.report('error', 'structure', path, many ? 'Must be a list' : 'Must not be a list');
    return 1;
  }
  const values = many ? (value as Json[]) : [value];
  if (many && values.length === 0) walk.report('error', 'structure', path, 'An empty list');
  if (values.length > node.max) walk.report('error', 'structure', path, `At most ${node.max}`);
  values.forEach((item, i) => {
    const extended = many ? Array.isArray(sibling) && sibling[i] : sibling;
    if (item === null && extended) return;
    checkValue(item, node, type, many ? `${path}[${i}]` : path, walk);
  });
  return values.length;
}

function checkValue(
  value: Json,
  node: ElementNode,
  type: TypeChoice | undefined,
  path: string,
  walk: Walk,
): void {
  const { report, visitor, holder } = walk;
  const code = type?.code ?? '';
  if (code === 'Resource' || typeDefinitions().get(code)?.children?.has('implicitRules')) {
    if (isObject(value)) checkResource(value as Resource, path, walk);
    else report('error', 'structure', path, 'Must be a resource');
    return;
  }
  const definition = node.children && node.children.size > 0 ? node : typeDefinitions().get(code);
  if (!definition) return;
  if (isPrimitive(code)) {
    checkPrimitive(value, code, path, report);
  } else if (!isObject(value)) {
    report('error', 'structure', path, `Must be an object (${code})`);
    return;
  } else {
    if (Object.keys(value).length === 0) report('error', 'structure', path, 'An empty object');
    checkObject(value, definition, path, walk);
    if (definition === node && walk.invariants) checkTypeInvariants(value, code, path, walk);
    if (code === 'Reference' && typeof value.reference === 'string') {
      visitor.reference(path, value.reference, type!.targets, holder);
    }
    if (code === 'Coding' && typeof value.system === 'string' && typeof value.code === 'string') {
      visitor.coding(path, value.system, value.code);
    }
  }
  if (node.requiredValueSet) checkBinding(value, node.requiredValueSet, path, report);
}

/** A backbone element's own type has rules too. */
function checkTypeInvariants(value: JsonObject, code: string, path: string, walk: Walk): void {
  const type = typeDefinitions().get(code);
  if (type) checkInvariants(value, type, path, walk.holder, walk.root, walk.report);
}

function checkPrimitive(value: Json, code: string, path: string, report: Report): void {
  const wanted = code === 'boolean' ? 'boolean' : NUMBERS.has(code) ? 'number' : 'string';
  if (typeof value !== wanted) {
    report('error', 'format', path, `Must be a JSON ${wanted} (${code}), and is ${JSON.stringify(value)}`);
    return;
  }
  if (value === '') {
    report('error', 'format', path, 'An empty string');
    return;
  }
  if (code === 'xhtml' || code === 'base64Binary') return;
  const pattern = typeDefinitions().get(code)?.pattern;
  const text = String(value);
  if (pattern && !pattern.test(text)) {
    report('error', 'format', path, `Not a ${code}: ${JSON.stringify(text.slice(0, 60))}`);
  } else if (/^(date|dateTime|instant)$/.test(code) && !isOnCalendar(text)) {
    report('error', 'format', path, `Not on the calendar: ${text}`);
  }
}

/** The _name beside a primitive: an id or extensions, in the shape of the primitive. */
function checkSibling(value: Json, path: string, walk: Walk, alone: boolean): void {
  for (const item of Array.isArray(value) ? value : [value]) {
    if (item === null) continue;
    if (!isObject(item))
      walk.report('error', 'structure', path, 'The extension of a primitive must be an object');
    else checkObject(item, typeDefinitions().get('Element')!, path, walk);
    if (alone && isObject(item) && !('extension' in item)) {
      walk.report('error', 'structure', path, 'Neither a value nor an extension');
    }
  }
}

function checkExtension(object: JsonObject, path: string, report: Report): void {
  const hasValue = Object.keys(object).some((key) => /^_?value[A-Z]/.test(key));
  if (hasValue === 'extension' in object) {
    report('error', 'invariant', path, 'ext-1: Must have either extensions or value[x], not both');
  }
}

function checkBinding(value: Json, url: string, path: string, report: Report): void {
  const members = expand(url);
  if (!members) return;
  const codes = codesIn(value);
  if (codes.length === 0) return;
  const isMember = ({ system, code }: { system?: string; code: string }) =>
    system === undefined
      ? [...members].some((member) => member.endsWith(`|${code}`))
      : members.has(`${system}|${code}`);
  if (!codes.some(isMember)) {
    const given = codes.map(({ system, code }) => (system ? `${system}|${code}` : code)).join(', ');
    report('error', 'binding', path, `${given} is not in the required value set ${url}`);
  }
}

function codesIn(value: Json): { system?: string; code: string }[] {
  if (typeof value === 'string') return [{ code: value }];
  if (!isObject(value)) return [];
  const codings = (Array.isArray(value.coding) ? value.coding : [value]) as {
    system?: string;
    code?: string;
  }[];
  return codings
    .filter(({ code }) => typeof code === 'string')
    .map(({ system, code }) => ({ system: system ?? '', code: code! }));
}

function isPrimitive(code: string): boolean {
  return /^[a-z]/.test(code) && !code.startsWith('http');
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOnCalendar(text: string): boolean {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number);
  if (day === undefined) return true;
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}
