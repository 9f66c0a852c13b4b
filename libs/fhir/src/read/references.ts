import { type Found, lastPart } from './resources.ts';

/** Type/id of what a reference points to, through the bundle's own addresses where it is in one. */
export function resolve(reference: string | undefined, { local }: Pick<Found, 'local'>): string | undefined {
  // Who asks for an element that is not read (the sandbox, of any resource) may find anything there.
  if (typeof reference !== 'string' || reference === '' || reference.startsWith('#')) return undefined;
  const within = local?.get(reference);
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

/** Type/id of a resource; the id is that of its address where it has none. */
export function ownKey({ resource, fullUrl }: Found): string {
  const { id } = resource as { id?: unknown };
  const own = typeof id === 'string' ? id : typeof fullUrl === 'string' ? lastPart(fullUrl) : undefined;
  return `${resource.resourceType}/${own}`;
}
