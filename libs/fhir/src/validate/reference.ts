import { resolve } from '../read/references.ts';
import { FHIR_ID } from '../resource-types.ts';
import type { Found } from '../read/found.ts';
import type { Resource } from '../read/resources.ts';
import { OID, UUID } from './addresses.ts';
import type { Context } from './context.ts';
import { typeDefinitions } from './definitions.ts';
import type { Report } from './finding.ts';

/** A value of the datatype, whatever is in it. */
export interface Reference {
  reference?: unknown;
  type?: unknown;
}

/** One of them at least is there. @see FHIR R4, references, "Reference" */
const SAYS = ['reference', 'identifier', 'display', 'extension', '_reference', '_display'];
const FORMS =
  'Write Type/id, Type/id/_history/version, #id of a contained resource, or an absolute address (http, https, urn:uuid, urn:oid).';
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
/** Type/id at the end of a server's address. */
const REST = /\/([A-Z]\w+)\/([^/]*)(?:\/_history\/[^/]*)?$/;
/** name=value pairs; a name may be chained, and have a modifier. */
const SEARCH = /^[\w-][\w.:-]*=[^&]+(&[\w-][\w.:-]*=[^&]+)*$/;
/** Bundles in which a server replaces a search by what it finds. */
const RESOLVED_IN = new Set(['transaction', 'batch']);
const DEFINITION = 'http://hl7.org/fhir/StructureDefinition/';

/**
 * A reference has one of the forms that R4 knows, points to something that is there and of a type that may stand there, and
 * says no other type of it. @see FHIR R4, references
 */
export function checkReference(
  path: string,
  value: Reference,
  targets: string[],
  holder: Resource,
  found: Found,
  context: Context,
  report: Report,
): void {
  if (!SAYS.some((name) => name in value)) {
    const message = 'Neither a reference nor an identifier nor a display';
    report('error', 'reference', path, message, 'Give one of them, or leave the element out.');
  }
  const { reference, type: said } = value;
  const stated = statedType(said, targets, path, report);
  if (typeof reference !== 'string' || reference === '') return; // Reported as structure or format.
  const fault = faultOf(reference, found, context);
  if (fault) {
    report('error', 'reference', path, `${fault}: ${JSON.stringify(reference.slice(0, 60))}`, FORMS);
    return;
  }
  const target = targetOf(reference, holder, found, context, path, report);
  if (!target) return;
  if (targets.length > 0 && !targets.includes(target))
    report('error', 'reference', path, `Points to a ${target}`, `It may point to ${targets.join(', ')}.`);
  if (stated && stated !== target)
    report(
      'error',
      'reference',
      `${path}.type`,
      `The reference points to a ${target}, but its type says ${stated}`,
      `Write ${target}, or leave the type out.`,
    );
}

/** What keeps a reference from being one, whatever there is. */
function faultOf(reference: string, found: Found, context: Context): string | undefined {
  if (/\s/.test(reference)) return 'White space in a reference';
  if (reference.startsWith('#')) return undefined;
  const scheme = SCHEME.exec(reference)?.[1].toLowerCase();
  if (scheme === 'http' || scheme === 'https') return faultOfAddress(reference);
  if (scheme === 'urn') {
    if (reference.startsWith('urn:uuid:') && !UUID.test(reference)) return 'Not a UUID';
    if (reference.startsWith('urn:oid:') && !OID.test(reference)) return 'Not an OID';
    return undefined;
  }
  // Any URI may be the fullUrl of an entry: resource:0 in a SMART Health Card.
  if (scheme) {
    const isThere = found.local?.has(reference) || context.has(reference);
    return isThere ? undefined : `References with ${scheme}: cannot be resolved`;
  }
  const [type, id, ...more] = reference.split('/');
  const [conditional] = type.split('?');
  if (type.includes('?')) {
    if (!isType(conditional)) return 'Not a resource type of R4';
    return SEARCH.test(reference.slice(conditional.length + 1)) ? undefined : 'Not a search';
  }
  if (!isType(type)) return id === undefined ? 'Neither Type/id nor a URL' : 'Not a resource type of R4';
  if (id === undefined || !FHIR_ID.test(id)) return 'The id is not 1 to 64 of A-Z a-z 0-9 - .';
  if (more.length === 0) return undefined;
  return more.length === 2 && more[0] === '_history' && FHIR_ID.test(more[1]) ? undefined : 'More than Type/id';
}

function faultOfAddress(reference: string): string | undefined {
  if (!URL.canParse(reference)) return 'Not a URL';
  const [, type, id] = REST.exec(reference) ?? [];
  if (!type || !isType(type)) return undefined;
  if (id === '') return `The URL ends after ${type}, without an id`;
  return /^[A-Za-z0-9\-.]{65,}$/.test(id) ? 'An id of more than 64 characters' : undefined;
}

/** The type of what a reference points to, where it can be known; reports what is not there. */
function targetOf(
  reference: string,
  holder: Resource,
  found: Found,
  context: Context,
  path: string,
  report: Report,
): string | undefined {
  const root = found.resource;
  if (reference === '#') {
    if (holder !== root) return root.resourceType;
    const advice = 'Leave it out: "#" is for contained resources, and refers to the resource that contains them.';
    report('error', 'reference', path, 'The resource refers to itself as its container', advice);
    return undefined;
  }
  if (reference.startsWith('#')) {
    const target = [root.contained, holder.contained]
      .flatMap((contained) => (Array.isArray(contained) ? (contained as (Resource | null)[]) : []))
      .find((inner) => inner?.id === reference.slice(1));
    const advice = 'Contain it, or correct the reference.';
    if (!target) report('error', 'reference', path, `No contained resource ${reference}`, advice);
    return target?.resourceType;
  }
  if (reference.includes('?')) {
    if (SCHEME.test(reference)) return undefined;
    reportUnresolved(reference, context, path, report);
    return reference.split('?')[0];
  }
  const key = resolve(reference, found)!;
  const type = /^([A-Z]\w+)\//.exec(key)?.[1];
  if (!context.has(key)) reportMissing(reference, type, found, context, path, report);
  return type;
}

/** A search in place of a reference holds until a server has carried out the transaction. @see FHIR R4, http, "Conditional References" */
function reportUnresolved(reference: string, { bundleType }: Context, path: string, report: Report): void {
  if (bundleType && RESOLVED_IN.has(bundleType)) return;
  const message = `A search instead of a reference, which is only allowed in a transaction: ${reference.slice(0, 60)}`;
  report(bundleType ? 'error' : 'warning', 'reference', path, message, 'Write Type/id of what it finds.');
}

function reportMissing(
  reference: string,
  type: string | undefined,
  found: Found,
  context: Context,
  path: string,
  report: Report,
): void {
  const advice = 'Add the resource, or correct the reference.';
  if (reference.startsWith('urn:')) {
    // In a bundle nothing else could have it, nor in an export by lines; an OID may be known elsewhere.
    const isKnownElsewhere = !found.local && (!found.isClosed || reference.startsWith('urn:oid:'));
    if (isKnownElsewhere) report('information', 'reference', path, `${reference} is not among the files`, advice);
    else report('error', 'reference', path, `Nothing in the bundle has the fullUrl ${reference}`, advice);
  } else if (/^https?:/i.test(reference)) return;
  // An export by lines is whole in itself; a bundle or a lone resource may refer to what a server has.
  else if (found.isClosed && type && context.hasType(type))
    report('error', 'reference', path, `${reference} does not exist`, advice);
  else report('information', 'reference', path, `${reference} is not among the files`, advice);
}

/** The type that Reference.type says, where it is one; reports what is none or may not stand there. */
function statedType(said: unknown, targets: string[], path: string, report: Report): string | undefined {
  if (typeof said !== 'string' || said === '') return undefined;
  const type = said.replace(DEFINITION, '');
  if (type.includes(':')) return undefined; // Of a logical model.
  const at = `${path}.type`;
  if (!isType(type)) {
    const message = `No such resource type in R4: ${type.slice(0, 60)}`;
    report('error', 'reference', at, message, 'Write Patient, or another type.');
    return undefined;
  }
  if (targets.length === 0 || targets.includes(type)) return type;
  report('error', 'reference', at, `The type says ${type}`, `It may point to ${targets.join(', ')}.`);
  return undefined;
}

function isType(name: string): boolean {
  return typeDefinitions().get(name)?.isResource === true;
}
