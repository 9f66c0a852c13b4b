import { isPlain, keyInReference, type Key, keyOn, literalOf, withoutCase } from './identity.ts';
import type { Found } from './found.ts';
import { lastPart } from './resources.ts';

/**
 * Which resource a reference points to: Type/id, through the bundle's own addresses where it is in one; where the whole
 * source is read (`asKeys`), the key that the resource has there.
 */
export function resolve(
  reference: string | undefined,
  found: Pick<Found, 'local'> & Partial<Found>,
): string | undefined {
  // Who asks for an element that is not read (the sandbox, of any resource) may find anything there.
  if (typeof reference !== 'string' || reference === '' || reference.startsWith('#')) return undefined;
  if (found.asKeys) return keyOfReference(reference, found);
  const within = found.local?.get(reference);
  if (within) return within;
  return /([A-Z]\w+\/[^/|]+?)(\/_history\/.*)?$/.exec(reference)?.[1] ?? reference;
}

/** Patient/id of whose record the resource is part; undefined where it is of none. */
export function patientOf(found: Found): string | undefined {
  const { resourceType, subject, patient, beneficiary } = found.resource;
  if (resourceType === 'Patient') return ownKey(found);
  const key = resolve((patient ?? subject ?? beneficiary)?.reference, found);
  return key?.startsWith('Patient/') ? key : undefined;
}

/**
 * Type/id of a resource, the id that of its address where it has none; where the whole source is read (`asKeys`), its key,
 * by which resources of the same type and id are told apart.
 */
export function ownKey(found: Found): string {
  const { resource, fullUrl, asKeys, where } = found;
  const { id } = resource as { id?: unknown };
  if (asKeys) {
    const { addresses, request, index = 0 } = found;
    if (addresses) return addresses.keyOf({ fullUrl, request }, resource, index);
    return typeof id === 'string' && id !== ''
      ? `${resource.resourceType}/${id}`
      : `${resource.resourceType}/ #${where}`;
  }
  const own = typeof id === 'string' ? id : typeof fullUrl === 'string' ? lastPart(fullUrl) : undefined;
  return `${resource.resourceType}/${own}`;
}

function keyOfReference(reference: string, { addresses, fullUrl }: Partial<Found>): Key {
  const key = keyInReference(reference);
  if (key !== undefined) return key;
  if (!addresses && isPlain(reference)) return reference;
  if (addresses) return addresses.resolve(reference, fullUrl);
  const literal = literalOf(reference);
  return literal ? keyOn(literal.base, literal.type, literal.id) : withoutCase(reference);
}
