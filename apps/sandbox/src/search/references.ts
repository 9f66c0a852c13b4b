import { type Column, Postings, type Question } from './column.ts';
import { unescaped } from './escapes.ts';
import { keyOfReference, typeOfReference } from './reference-text.ts';
import { append, type Slots, union } from './slots.ts';
import { TokenColumn } from './tokens.ts';

/** References and canonicals. @see https://hl7.org/fhir/R4/search.html#reference */
export class ReferenceColumn implements Column {
  readonly present: number[] = [];
  readonly modifiers = ['identifier'];
  private readonly postings = new Postings();
  private readonly identifiers = new TokenColumn(() => []);
  /** Types that references were seen to point to, for an id without one. */
  private readonly types = new Set<string>();
  /** By place; of most one alone. */
  private readonly keys: (string | string[] | undefined)[] = [];

  add(slot: number, nodes: unknown[]): void {
    for (const node of nodes) {
      append(this.present, slot);
      const identifier = (Object(node) as { identifier?: object }).identifier;
      if (identifier) this.identifiers.add(slot, [identifier]);
      const key = keyOfReference(node);
      if (key === undefined) continue;
      this.postings.add(key, slot);
      const before = this.keys[slot];
      this.keys[slot] = before === undefined ? key : [before, key].flat();
      const slash = key.indexOf('/');
      if (slash > 0) this.types.add(key.slice(0, slash));
    }
  }

  /** @param question its modifier may be a type as well: subject:Patient=1 */
  find(question: Question): Slots {
    const { value, modifier, base, targets } = question;
    if (modifier === 'identifier') return this.identifiers.find({ ...question, modifier: undefined });
    const text = unescaped(value);
    const local = text.startsWith(`${base}/`) ? text.slice(base.length + 1) : text;
    const key = keyOfReference(local) ?? '';
    if (modifier !== undefined) {
      const asked = key.includes('/') ? key : `${modifier}/${key}`;
      return typeOfReference({ reference: asked }) === modifier ? this.postings.get(asked) : [];
    }
    if (key.includes('/') || key.includes(':')) return union([this.postings.get(key), ...this.versions(key)]);
    const types = new Set([...this.types].filter((type) => targets.length === 0 || targets.includes(type)));
    return union([...types].map((type) => this.postings.get(`${type}/${key}`)));
  }

  /** What the resource in this place refers to: Patient/1. */
  keysAt(slot: number): readonly string[] {
    const keys = this.keys[slot] ?? [];
    return typeof keys === 'string' ? [keys] : keys;
  }

  /** The places that refer to this: Patient/1. */
  placesOf(key: string): Slots {
    return this.postings.get(key);
  }

  /** A canonical without a version is found in whatever version. */
  private versions(key: string): Slots[] {
    if (!key.includes(':') || key.includes('|')) return [];
    return [...this.postings.where((other) => other.startsWith(`${key}|`))];
  }
}
