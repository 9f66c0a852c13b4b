import { type Key, literalOf, splitKey } from './identity.ts';
import { resolve } from './references.ts';
import type { Found } from './found.ts';
import { lastPart, type Resource } from './resources.ts';

/**
 * Whether an Observation in a patient's record is about another person: a mother's about her baby or fetus, a patient's about
 * the donor. A focus that is no person (a lesion, a device) leaves it the patient's.
 * @param patient the key of its subject
 * @see R4, Observation.focus
 */
export function isAboutAnother(found: Found, patient: string): boolean {
  const { focus } = found.resource as { focus?: unknown };
  if (!Array.isArray(focus)) return false;
  return (focus as (Reference | null)[]).some((one) => {
    if (typeof one !== 'object' || one === null) return false;
    const { reference, type } = one;
    if (typeof reference === 'string' && reference.startsWith('#'))
      return isOther(typeInside(reference, found.resource));
    const key = typeof reference === 'string' ? resolve(reference, found) : undefined;
    const named = key === undefined ? undefined : literalIn(key);
    const kind = named?.type ?? (typeof type === 'string' ? lastPart(type) : undefined);
    if (kind !== 'Patient') return isOther(kind);
    return key !== undefined && key !== patient && named?.id !== literalIn(patient)?.id;
  });
}

function literalIn(key: Key) {
  return literalOf(splitKey(key).plain);
}

interface Reference {
  reference?: unknown;
  type?: unknown;
}

const OTHERS = new Set(['RelatedPerson', 'Person', 'Practitioner', 'PractitionerRole', 'Group']);

function isOther(type: string | undefined): boolean {
  return type !== undefined && OTHERS.has(type);
}

/** Of what is within the resource: a Patient there is another one, for its own has a record. */
function typeInside(reference: string, { contained }: Resource): string | undefined {
  const all = (Array.isArray(contained) ? contained : []) as (Resource | null)[];
  const type = all.find((one) => one?.id === reference.slice(1))?.resourceType;
  return type === 'Patient' ? 'RelatedPerson' : type;
}
