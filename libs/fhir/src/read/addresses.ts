import { createHash } from 'node:crypto';
import type { BundleEntryRequest, BundleEntryResponse } from 'fhir/r4.js';
import { conditionalKey, type Key, keyOn, type Literal, literalOf, universalId, withoutCase } from './identity.ts';
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
/** Bundles that a server wrote, whose requests were carried out: the ids are its own, whatever the addresses. */
const KEPT_IDS = new Set(['history', 'searchset']);
const DOCUMENT = 'document';

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
  /** Key → the key in a Bundle that a server wrote, where that differs. */
  private readonly kept = new Map<Key, Key>();
  /** Type/id of entries that have no address on a server: in a document they are of it alone. */
  private readonly ids = new Set<string>();
  private base: string | undefined;
  private hasBases = false;
  private readonly document: string;

  /** @param where the document: its file, and its line or entry where it is within another */
  constructor(where: string, type?: unknown) {
    this.type = type;
    this.document = createHash('sha256').update(where).digest('hex').slice(0, 16);
  }

  /** Whether a server wrote it, whose ids are the same in all its Bundles. */
  get isServers(): boolean {
    return KEPT_IDS.has(this.type as string);
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
      const isPlain = entry.request?.method !== 'POST' && (typeof id !== 'string' || id === literal!.id);
      if (isPlain) return;
    }
    const { key, isPlaceholder, kept } = this.entryKey(entry, resource, index);
    if (isPlaceholder && !this.placeholders.has(key)) this.placeholders.set(key, index);
    if (kept !== undefined && kept !== key) this.kept.set(key, kept);
    if (url !== undefined) {
      const address = withoutCase(url);
      if (address !== url || key !== this.local.get(url)) this.setOnce(address, key);
    }
    if (typeof id !== 'string') return;
    if (key !== `${resourceType}/${id}`) this.setOnce(`${resourceType}/${id}`, key);
    else if (this.type === undefined || this.type === DOCUMENT) this.ids.add(key);
  }

  /** Which resource the entry has. */
  keyOf(entry: Entry, resource: Resource, index: number): Key {
    const { key, isPlaceholder } = this.entryKey(entry, resource, index);
    const isKept = this.isServers && this.kept.has(key);
    const first = isPlaceholder && !isKept ? this.placeholders.get(key) : undefined;
    if (first !== undefined && first !== index) return this.whole(`${key}/${index}`);
    const isOfBase = textOf(entry.fullUrl) === undefined && this.base !== undefined && !key.includes(' ');
    if (isOfBase && !this.isOfDocument(key) && literalOf(key)) return `${key} @${this.base}`;
    return this.whole(key);
  }

  /** Which resource an entry refers to. @param fullUrl of the entry */
  resolve(reference: string, fullUrl: string | undefined): Key {
    const address = withoutCase(reference);
    const within = this.keys.get(address) ?? this.local.get(address);
    if (within !== undefined) return this.whole(within);
    const literal = literalOf(address);
    if (!literal) return address;
    const { type, id, base } = literal;
    if (base !== undefined) return keyOn(base, type, id);
    const plain = `${type}/${id}`;
    const named = this.keys.get(plain);
    if (named !== undefined) return this.whole(named);
    if (this.isOfDocument(plain)) return this.whole(plain);
    const own = fullUrl === undefined ? this.base : (literalIn(fullUrl)?.base ?? this.base);
    return keyOn(own, type, id);
  }

  private entryKey(entry: Entry, { resourceType, id }: Resource, index: number): EntryKey {
    const url = textOf(entry.fullUrl);
    const { method, url: target, ifNoneExist } = entry.request ?? {};
    const named = url === undefined ? undefined : literalIn(url);
    const creates = method === 'POST';
    const own = typeof id === 'string' && id !== '' ? id : undefined;
    if (named?.base !== undefined) {
      const kept = keyOn(named.base, resourceType, own ?? named.id);
      if (!creates) return { key: keyOn(named.base, resourceType, named.id), kept };
      if (!ifNoneExist) return { key: `${resourceType}/${url}${OF_DOCUMENT}`, isPlaceholder: true, kept };
    }
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
      const kept = own === undefined ? undefined : `${resourceType}/${own}`;
      if (universal) return { key: `${resourceType}/${universal}`, kept };
      if (named) return idKey(resourceType, named.id, creates);
      if (/^https?:\/\//i.test(url)) return { key: keyOn(url, resourceType, lastPart(url)), kept };
      return { key: `${resourceType}/${url}${OF_DOCUMENT}`, kept };
    }
    if (own === undefined) return { key: `${resourceType}/${index}${OF_DOCUMENT}/${index}` };
    return idKey(resourceType, own, creates);
  }

  private setOnce(address: string, key: Key): void {
    if (!this.keys.has(address)) this.keys.set(address, key);
  }

  /** Whether it is an entry of a document that has no address beyond it. @param key Type/id */
  private isOfDocument(key: Key): boolean {
    return this.type === DOCUMENT && this.ids.has(key);
  }

  private whole(key: Key): Key {
    if (this.kept.size > 0 && this.isServers) {
      const kept = this.kept.get(key);
      if (kept !== undefined) return kept.includes(' ') ? kept : keyOn(this.base, ...typeAndId(kept));
    }
    const at = key.indexOf(OF_DOCUMENT);
    if (at < 0) return this.isOfDocument(key) ? key + OF_DOCUMENT + this.document : key;
    const from = at + OF_DOCUMENT.length;
    return key.slice(0, from) + this.document + key.slice(from);
  }
}

interface EntryKey {
  key: Key;
  isPlaceholder?: boolean;
  /** What it is in a Bundle that a server wrote. */
  kept?: Key;
}

/** An id counts in the source, but is a placeholder in what is to be created. */
function idKey(type: string, id: string, creates: boolean): EntryKey {
  const kept = `${type}/${id}`;
  return creates ? { key: kept + OF_DOCUMENT, isPlaceholder: true, kept } : { key: kept };
}

function typeAndId(key: Key): [type: string, id: string] {
  const at = key.indexOf('/');
  return [key.slice(0, at), key.slice(at + 1)];
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
