const TYPE_AND_ID = /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[A-Za-z0-9.-]+)?$/;

/** A Reference, as far as search looks at it. */
interface ReferenceLike {
  reference?: string;
  type?: string;
  identifier?: object;
}

/** The type that a Reference points to, by its address or else by what it says; undefined where neither shows it. */
export function typeOfReference(node: unknown): string | undefined {
  const { reference, type } = Object(node) as ReferenceLike;
  return TYPE_AND_ID.exec(reference ?? '')?.[1] ?? type;
}

/**
 * What a Reference or canonical is found under: `Patient/1` without a version, any other address as it is; undefined for
 * what is contained or has no address.
 */
export function keyOfReference(node: unknown): string | undefined {
  const text = typeof node === 'string' ? node : (Object(node) as ReferenceLike).reference;
  if (typeof text !== 'string' || text === '' || text.startsWith('#')) return undefined;
  const withoutVersion = text.replace(/\/_history\/[^/]*$/, '');
  return withoutVersion;
}

/** `Patient/1` → ['Patient', '1']; undefined for any other address. */
export function localParts(key: string): [type: string, id: string] | undefined {
  const [type, id, more] = key.split('/');
  return id !== undefined && more === undefined && /^[A-Z][A-Za-z]+$/.test(type) ? [type, id] : undefined;
}
