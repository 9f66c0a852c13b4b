import { append, type Slots } from './slots.ts';

/** What a value is looked for with. */
export interface Question {
  /** The parameter as it was written, for messages. */
  code: string;
  /** One of the values between commas, with its backslashes. */
  value: string;
  modifier?: string;
  /** The only places that matter, where few do. */
  within?: Slots;
  /** Address of the server, under which a reference is one to its own resources. */
  base: string;
  /** Types that a reference may point to. */
  targets: string[];
}

/** The values that one search parameter has in the resources of a type. Places are added in ascending order. */
export interface Column {
  /** Places with any value. */
  readonly present: Slots;
  add(slot: number, nodes: unknown[]): void;
  /** Places with this value. @throws Rejection where the modifier is not known, or the value none of this kind */
  find(question: Question): Slots;
  /** Modifiers that `find` knows, and `not` where all that is not found is an answer. */
  readonly modifiers: readonly string[];
}

/** Places by a text. Most texts of identifiers and ids have one place, which then takes no list. */
export class Postings {
  private readonly lists = new Map<string, number | number[]>();

  add(key: string, slot: number): void {
    const known = this.lists.get(key);
    if (known === undefined) this.lists.set(key, slot);
    else if (typeof known !== 'number') append(known, slot);
    else if (known !== slot) this.lists.set(key, [known, slot]);
  }

  get(key: string): Slots {
    return slotsOf(this.lists.get(key));
  }

  /** The lists of all keys that are as asked. */
  *where(isAsked: (key: string) => boolean): Generator<Slots> {
    for (const [key, list] of this.lists) if (isAsked(key)) yield slotsOf(list);
  }
}

function slotsOf(list: number | number[] | undefined): Slots {
  return typeof list === 'number' ? [list] : (list ?? []);
}
