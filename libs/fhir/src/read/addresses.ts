import { createHash } from 'node:crypto';
import type { BundleEntryRequest, BundleEntryResponse } from 'fhir/r4.js';
import { conditionalKey, type Key, keyOn, type Literal, literalOf, universalId } from './identity.ts';
import { isResource, lastPart, type Resource } from './resources.ts';

/** An entry of a Bundle, not known to be right. */
export interface Entry {
  fullUrl?: unknown;
  resource?: unknown;
  request?: Partial<BundleEntryRequest> | null;
  response?: Partial<BundleEntryResponse> | null;
}

/** An address of one document alone; the document is added when it is asked for. */
const OF_DOCUMENT = ' #';
/** Bundles whose requests were carried out: the ids are those of the server. */
const KEPT_IDS = new Set(['history', 'searchset']);

/**
 * The addresses of a Bundle, put together from its entries one by one: what stands in an entry that an address alone does not
 * say. Nothing is kept of entries like https://host/fhir/Patient/1, or urn:uuid:1f… with that id.
 */
export class Addresses {
  /** Bundle.type; it may come after the entries in the document. */
  type: unknown;
  /** When the bundle was written, in milliseconds since 1970, where it says so. */
  at: number | undefined;
  /** Address → Type/id, as it stands in the bundle, for those that do not end with it. */
  readonly local = new Map<string, string>();
  /** Address or Type/id → key. */
  private readonly keys = new Map<string, Key>();
  /** Key → index of the entry that has it, of those that are created under a placeholder. */
  private readonly placeholders = new Map<Key, number>();
  private base: string | undefined;
  private hasBases = false;
  private readonly document: string;

  /** @param where the document: its file, and its line or entry where it is within another */
  constructor(where: string, type?: unknown) {
    this.type = type;
    this.document = createHash('sha256').update(where).digest('hex').slice(0, 16);
  }

  add(entry: Entry | null | undefined, index: number): void {
    const resource = entry?.resource;
    if (!entry || !isResource(resource)) return;
    const { resourceType, id } = resource;
    const url = textOf(entry.fullUrl);
    const literal = url === undefined ? undefined : literalIn(url);
    if (url !== undefined) {
      const own = `${resourceType}/${typeof id === 'string' ? id : lastPart(url)}`;
      if (own !== (literal && `${literal.type}/${literal.id}`)) this.local.set(url, own);
    }
    const base = literal?.base;
    if (base !== undefined) {
      this.base = this.hasBases && base !== this.base ? undefined : base;
      this.hasBases = true;
      return;
    }
    const { key, isPlaceholder } = this.entryKey(entry, resource, index);
    if (isPlaceholder && !this.placeholders.has(key)) this.placeholders.set(key, index);
    if (url !== undefined && key !== this.local.get(url)) this.setOnce(url, key);
    if (typeof id === 'string' && key !== `${resourceType}/${id}`) this.setOnce(`${resourceType}/${id}`, key);
  }

  /** Which resource the entry has. */
  keyOf(entry: Entry, resource: Resource, index: number): Key {
    const { key, isPlaceholder } = this.entryKey(entry, resource, index);
    const first = isPlaceholder ? this.placeholders.get(key) : undefined;
    if (first !== undefined && first !== index) return this.whole(`${key}/${index}`);
    if (
      textOf(entry.fullUrl) === undefined &&
      this.base !== undefined &&
      literalOf(key) &&
      !key.includes(' ')
    )
      return `${key} @${this.base}`;
    return this.whole(key);
  }

  /** Which resource an entry refers to. @param fullUrl of the entry */
  resolve(reference: string, fullUrl: string | undefined): Key {
    const within = this.keys.get(reference) ?? this.local.get(reference);
    if (within !== undefined) return this.whole(within);
    const literal = literalOf(reference);
    if (!literal) return reference;
    const { type, id, base } = literal;
    if (base !== undefined) return keyOn(base, type, id);
    const named = this.keys.get(`${type}/${id}`);
    if (named !== undefined) return this.whole(named);
    const own = fullUrl === undefined ? this.base : (literalIn(fullUrl)?.base ?? this.base);
    return keyOn(own, type, id);
  }

  private entryKey(entry: Entry, { resourceType, id }: Resource, index: number): EntryKey {
    const url = textOf(entry.fullUrl);
    const { method, url: target, ifNoneExist } = entry.request ?? {};
    const named = url === undefined ? undefined : literalIn(url);
    if (named?.base !== undefined) return { key: keyOn(named.base, resourceType, named.id) };
    const creates = method === 'POST';
    if (method === 'PUT' && typeof target === 'string') {
      const literal = literalIn(target);
      if (literal) return { key: keyOn(literal.base, resourceType, literal.id) };
      const [, condition] = /^\w+\?(.+)$/.exec(target) ?? [];
      if (condition) return { key: conditionalKey(resourceType, condition) };
    }
    if (creates && typeof ifNoneExist === 'string' && ifNoneExist !== '')
      return { key: conditionalKey(resourceType, ifNoneExist) };
    if (url !== undefined) {
      const universal = universalId(url);
      if (universal) return { key: `${resourceType}/${universal}` };
      if (named) return idKey(resourceType, named.id, creates);
      if (/^https?:\/\//i.test(url)) return { key: keyOn(url, resourceType, lastPart(url)) };
      return { key: `${resourceType}/${url}${OF_DOCUMENT}` };
    }
    if (typeof id !== 'string' || id === '')
      return { key: `${resourceType}/${index}${OF_DOCUMENT}/${index}` };
    return idKey(resourceType, id, creates);
  }

  private setOnce(address: string, key: Key): void {
    if (!this.keys.has(address)) this.keys.set(address, key);
  }

  private whole(key: Key): Key {
    const at = key.indexOf(OF_DOCUMENT);
    if (at < 0) return key;
    if (KEPT_IDS.has(this.type as string) && this.placeholders.has(key)) return key.slice(0, at);
    const from = at + OF_DOCUMENT.length;
    return key.slice(0, from) + this.document + key.slice(from);
  }
}

interface EntryKey {
  key: Key;
  isPlaceholder?: boolean;
}

/** An id counts in the source, but is a placeholder in what is to be created. */
function idKey(type: string, id: string, creates: boolean): EntryKey {
  return creates ? { key: `${type}/${id}${OF_DOCUMENT}`, isPlaceholder: true } : { key: `${type}/${id}` };
}

let last: { url: string; literal: Literal | undefined } = { url: '', literal: undefined };

/** Asked several times of an entry. */
function literalIn(url: string): Literal | undefined {
  if (last.url !== url) last = { url, literal: literalOf(url) };
  return last.literal;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
