/**
 * Which resource something is, as a text: Type/id of the source itself (the lines of an export, what a transaction puts);
 * "Type/id @host/path" of a server that the source names; "Type/id #document" of one document alone, whose ids are
 * placeholders; "Type/?search" for what is created on a condition.
 * @see R4, bundle.html#references, http.html#create
 */
export type Key = string;

/** A reference or address, taken apart. */
export interface Literal {
  type: string;
  id: string;
  /** Host and path of the server; undefined where the reference is relative. */
  base?: string;
  version?: string;
}

const LITERAL =
  /^(?:([^?]*)\/)?([A-Z][A-Za-z]*)\/(?!_history)([^/?|#]+)(?:\/_history(?:\/([^/?|#]*))?)?\/?(?:[?|#].*)?$/;
const UUID = /^urn:uuid:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
const OID = /^urn:oid:([0-2](?:\.\d+){3,})$/;
/** A random UUID has 14 distinct digits in the mean, and hardly ever fewer than 8; 0000…0001 is a placeholder. */
const LEAST_DIGITS = 8;
const MARK = 'key:';

/** Whether a reference is Type/id as it stands, as most are. */
export function isPlain(reference: string): boolean {
  return PLAIN.test(reference);
}

const PLAIN = /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]+$/;

/** What a reference says: Patient/1, https://host/fhir/Patient/1/_history/2; undefined where it is of another form. */
export function literalOf(reference: string): Literal | undefined {
  const match = LITERAL.exec(reference);
  if (!match) return undefined;
  const [, prefix, type, id, version] = match;
  return { type, id, version, base: prefix && HTTP.test(prefix) ? baseOf(prefix) : undefined };
}

/** The id that a urn gives for everyone: of a UUID that is no placeholder, or an OID. */
export function universalId(url: string): string | undefined {
  const uuid = UUID.exec(url)?.[1].toLowerCase();
  if (uuid === undefined) return OID.exec(url)?.[1];
  return new Set(uuid).size > LEAST_DIGITS ? uuid : undefined;
}

/** A urn:uuid in small letters, in which its case makes no difference (RFC 4122); everything else as it is. */
export function withoutCase(address: string): string {
  return URN_UUID.test(address) ? address.toLowerCase() : address;
}

const URN_UUID = /^urn:uuid:[0-9a-f-]{36}$/i;

export function keyOn(base: string | undefined, type: string, id: string): Key {
  return base === undefined ? `${type}/${id}` : `${type}/${id} @${base}`;
}

/** Type/id and the server of a key; what is of one document alone is a whole. */
export function splitKey(key: Key): { plain: Key; base?: string } {
  const at = key.lastIndexOf(' @');
  return at < 0 ? { plain: key } : { plain: key.slice(0, at), base: key.slice(at + 2) };
}

/** Host and path of the server that a key is of, where it is not the source itself. */
export function serverOf(key: Key): string | undefined {
  const at = key.lastIndexOf(' @');
  return at < 0 ? undefined : key.slice(at + 2);
}

/** Whether nothing but its own document can refer to it. */
export function isOfDocument(key: Key): boolean {
  return key.includes(' #');
}

/** A key in place of a reference. */
export function asReference(key: Key): string {
  return MARK + key;
}

export function keyInReference(reference: string): Key | undefined {
  return reference.startsWith(MARK) ? reference.slice(MARK.length) : undefined;
}

/** The key of what is created or put on a condition. */
export function conditionalKey(type: string, condition: string): Key {
  return `${type}/?${decoded(condition).split('&').sort().join('&')}`;
}

export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const HTTP = /^https?:\/\//i;

/** Neither http or https makes a difference, nor the case of the host, nor the port that either has anyway. */
function baseOf(prefix: string): string {
  const [host, ...path] = prefix.replace(HTTP, '').replace(/\/+$/, '').split('/');
  return [host.toLowerCase().replace(/:(443|80)$/, ''), ...path].join('/');
}
