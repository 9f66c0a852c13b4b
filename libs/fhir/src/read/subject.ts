import { isResourceType } from '../resource-types.ts';
import { asReference, decoded, isPlain, literalOf, universalId, withoutCase } from './identity.ts';
import { resolve } from './references.ts';
import type { Found } from './found.ts';
import { lastPart, type Resource } from './resources.ts';

/** Whose record a resource belongs to, where it is not named by Type/id; or why it is of no patient's. */
export type OddSubject =
  | { patient: string }
  /** An identifier of a Patient, as identifierKey gives it, or a urn that it has as id, address or identifier. */
  | { identifier: string }
  | { skip: string }
  | { fault: string; detail?: string };

interface Reference {
  reference?: unknown;
  type?: unknown;
  identifier?: { system?: unknown; value?: unknown } | null;
  display?: unknown;
}

/** What a resource's reference to its patient says where it is no literal one; undefined where it is, or is missing. */
export function oddSubject(found: Found): OddSubject | undefined {
  const subject = subjectOf(found.resource);
  if (!subject) return undefined;
  const { reference, type, identifier, display } = subject;
  const declared = typeof type === 'string' ? lastPart(type) : undefined;
  if (typeof reference === 'string' && reference !== '') {
    if (!found.addresses && reference.startsWith('Patient/') && isPlain(reference)) return undefined;
    const key = resolve(reference, found);
    if (key?.startsWith('Patient/')) return undefined;
    return fromReference(reference, key, declared, found);
  }
  if (reference !== undefined && reference !== null && reference !== '') return undefined;
  if (declared !== undefined && declared !== 'Patient' && isResourceType(declared)) return isA(declared);
  const wanted = identifierKey(identifier);
  if (wanted !== undefined) return { identifier: wanted };
  return typeof display === 'string' ? { skip: 'subject named by display only' } : undefined;
}

/** The same resource with a subject that is no reference of its own but a key. */
export function setSubject(resource: Resource, key: string): void {
  const name = isReference(resource.subject) ? 'subject' : 'patient';
  resource[name] = { reference: asReference(key) };
}

/** An identifier as a text; of any system where it has none and a search leaves it open. */
export function identifierKey(identifier: Reference['identifier']): string | undefined {
  const { system, value } = identifier ?? {};
  if (typeof value !== 'string' || value === '') return undefined;
  return `${typeof system === 'string' ? system : ''}|${value}`;
}

/** The texts by which references may mean a Patient. */
export function identifierKeys(resource: Resource): string[] {
  const all = (Array.isArray(resource.identifier) ? resource.identifier : []) as Reference['identifier'][];
  return all.flatMap((identifier) => {
    const key = identifierKey(identifier);
    if (key === undefined) return [];
    const value = String(identifier!.value);
    return [key, ANY_SYSTEM + value, ...(value.startsWith('urn:') ? [withoutCase(value)] : [])];
  });
}

const ANY_SYSTEM = '*|';

function fromReference(
  reference: string,
  key: string | undefined,
  declared: string | undefined,
  { addresses, resource }: Found,
): OddSubject {
  if (reference.startsWith('#')) {
    const contained = (Array.isArray(resource.contained) ? resource.contained : []) as (Resource | null)[];
    const inner = contained.find((one) => one?.id === reference.slice(1));
    if (!inner) return { fault: 'reference to nothing contained', detail: reference };
    return { skip: `subject is a contained ${inner.resourceType}` };
  }
  const [, type, query] = /^(?:.*\/)?([A-Z][A-Za-z]*)\?(.*)$/.exec(reference) ?? [];
  if (type !== undefined && type !== 'Patient') return isA(type);
  if (query !== undefined) return fromSearch(query, reference);
  if (/^urn:(uuid|oid):/i.test(reference)) {
    const urn = withoutCase(reference);
    if (key !== urn) return isA(key?.split('/')[0] ?? '');
    // A placeholder is of the bundle alone.
    if (addresses && !universalId(reference))
      return { fault: 'reference to an entry that is not in the bundle', detail: reference };
    return { identifier: urn };
  }
  const named = literalOf(reference)?.type ?? literalOf(key ?? '')?.type;
  if (named !== undefined && isResourceType(named)) return isA(named);
  if (declared === 'Patient' && ID.test(reference)) return { patient: `Patient/${reference}` };
  if (declared !== undefined && declared !== 'Patient' && isResourceType(declared)) return isA(declared);
  return { fault: 'reference that names no resource', detail: reference };
}

const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** @see R4, http.html#trefs */
function fromSearch(query: string, reference: string): OddSubject {
  const parameters = query.split('&').map((part) => part.split('='));
  const identifiers = parameters.filter(([name]) => name === 'identifier');
  const [, text] = identifiers[0] ?? [];
  if (identifiers.length !== 1 || !text)
    return { fault: 'reference by a search that is not by one identifier', detail: reference };
  const value = decoded(text);
  return { identifier: value.includes('|') ? value : ANY_SYSTEM + value };
}

function isA(type: string): OddSubject {
  return { skip: isResourceType(type) ? `subject is a ${type}` : 'subject is not a patient' };
}

function subjectOf({ subject, patient }: Resource): Reference | undefined {
  return isReference(subject) ? subject : isReference(patient) ? patient : undefined;
}

function isReference(value: unknown): value is Reference {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
