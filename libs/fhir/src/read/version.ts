import { REMOVED_TYPES, type Release, SIGNS } from './release-signs.ts';

type Loose = Record<string, unknown>;

/** What shows that a resource is of another release than R4. */
export interface ReleaseSign {
  release: Release;
  /** Condition.verificationStatus is a code, as in STU3 */
  says: string;
}

/**
 * The FHIR release that a resource's own form betrays where it is not R4: by a type, or an element under another name or of another
 * datatype, that R4 does not have. An element counts only if it has the form that it has in that release: what is malformed in
 * any release shows none. @see R4, R4B and R5, "Changes since"
 */
export function releaseSign(resource: Loose): ReleaseSign | undefined {
  const type = String(resource.resourceType);
  const removed = REMOVED_TYPES.get(type);
  if (removed) return { release: removed, says: `${type} is a resource of ${removed}` };
  const signs = SIGNS.get(type);
  if (!signs) return undefined;
  for (const { element, release, form, says } of signs) {
    const value = resource[element];
    if (value !== undefined && form(value)) return { release, says: `${type}.${element} ${says}` };
  }
  return undefined;
}

export function otherRelease(resource: Loose): Release | undefined {
  return releaseSign(resource)?.release;
}

/** The first sign among the resources of a Bundle. */
export function releaseSignIn(bundle: Loose): ReleaseSign | undefined {
  if (!Array.isArray(bundle.entry)) return undefined;
  for (const entry of bundle.entry as unknown[]) {
    const { resource } = Object(entry) as { resource?: unknown };
    const sign = typeof resource === 'object' && resource !== null && releaseSign(resource as Loose);
    if (sign) return sign;
  }
  return undefined;
}
