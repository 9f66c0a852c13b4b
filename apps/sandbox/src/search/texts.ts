import { type Column, Postings, type Question } from './column.ts';
import { unescaped } from './escapes.ts';
import { append, type Slots, union } from './slots.ts';

/** Without case, accents and runs of spaces. */
export function normalized(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim();
}

/** Strings, and the parts of names and addresses: found by how they start. @see https://hl7.org/fhir/R4/search.html#string */
export class StringColumn implements Column {
  readonly present: number[] = [];
  readonly modifiers = ['exact', 'contains'];
  private readonly texts = new Texts();

  add(slot: number, nodes: unknown[]): void {
    for (const node of nodes) {
      for (const text of stringsOf(node)) {
        this.texts.add(text, slot);
        append(this.present, slot);
      }
    }
  }

  find({ value, modifier }: Question): Slots {
    return this.texts.find(unescaped(value), modifier);
  }
}

/** Texts, each with its places. The same text is normalized once. */
export class Texts {
  private readonly exact = new Map<string, { normalized: string; slots: number[] }>();

  add(text: string, slot: number): void {
    const known = this.exact.get(text);
    if (known) append(known.slots, slot);
    else this.exact.set(text, { normalized: normalized(text), slots: [slot] });
  }

  /** The places of what starts with the text, contains it or is exactly it. */
  find(text: string, modifier?: string): Slots {
    if (modifier === 'exact') return this.exact.get(text)?.slots ?? [];
    const asked = normalized(text);
    const found: Slots[] = [];
    for (const { normalized: known, slots } of this.exact.values()) {
      if (modifier === 'contains' ? known.includes(asked) : known.startsWith(asked)) found.push(slots);
    }
    return union(found);
  }
}

/** Elements of names and addresses that are texts to look for; use, period and system are not. */
const PARTS = [
  'text',
  'family',
  'given',
  'prefix',
  'suffix',
  'line',
  'city',
  'district',
  'state',
  'postalCode',
  'country',
];

export function stringsOf(node: unknown): string[] {
  if (typeof node === 'string') return [node];
  if (typeof node !== 'object' || node === null) return [];
  const parts = PARTS.flatMap((name) => (node as Record<string, unknown>)[name] ?? []);
  return parts.filter((part) => typeof part === 'string');
}

/** Addresses, found whole, or above and below. @see https://hl7.org/fhir/R4/search.html#uri */
export class UriColumn implements Column {
  readonly present: number[] = [];
  readonly modifiers = ['above', 'below'];
  private readonly postings = new Postings();

  add(slot: number, nodes: unknown[]): void {
    for (const node of nodes) {
      if (typeof node !== 'string') continue;
      this.postings.add(node, slot);
      append(this.present, slot);
    }
  }

  find({ value, modifier }: Question): Slots {
    const uri = unescaped(value);
    if (modifier === undefined) return this.postings.get(uri);
    const isUnder = (inner: string, outer: string) =>
      inner === outer || inner.startsWith(outer.endsWith('/') ? outer : `${outer}/`);
    return union([...this.postings.where((key) => (modifier === 'below' ? isUnder(key, uri) : isUnder(uri, key)))]);
  }
}
