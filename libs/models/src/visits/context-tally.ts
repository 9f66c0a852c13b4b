import { yieldToEventLoop } from '@ehrsynth/io';
import { type Life, NoChanges, tellLife, Walk } from '@ehrsynth/sequence';
import type { Language } from './language.ts';

/** How often what came, in which contexts. */
export interface Tally {
  lives: number;
  /** Of each part the tokens by nearest context; and by further ones, with their weights, of codes those that were the first of their kind. */
  parts: Float64Array[];
  further: Float64Array[];
  /** Items by class, and by further context of their codes; in each class the events of each entry. */
  items: Float64Array;
  itemsFurther: Float64Array;
  events: Float64Array;
  /** Of each entry the events that were the first, and not the first, of their kind. */
  first: Float64Array;
  again: Float64Array;
  /** Of each number that is added to the logits of codes: at how many items it was, and how many of the codes came. @see Copies */
  copies: Float64Array;
  came: Float64Array;
}

export async function tallyOf(lives: Iterable<Life>, language: Language): Promise<Tally> {
  const tally = emptyTally(language);
  const counter = new TokenCounter(language, tally);
  const { dictionary, alphabet, features } = language;
  const walk = new Walk(dictionary, alphabet, features, new NoChanges());
  for (const life of lives) {
    tellLife(life, dictionary, alphabet, walk, { token: counter.hear });
    if (++tally.lives % 100 === 0) await yieldToEventLoop();
  }
  return tally;
}

function emptyTally({ dictionary, sizes, contexts, further, codePart, features }: Language): Tally {
  const entries = dictionary.entries.length;
  const kinds = dictionary.classes.length + 1;
  return {
    lives: 0,
    parts: sizes.map((size, part) => new Float64Array(size * contexts[part])),
    further: sizes.map((size, part) => new Float64Array(size * further[part])),
    items: new Float64Array(kinds),
    itemsFurther: new Float64Array(further[codePart]),
    events: new Float64Array(kinds * entries),
    first: new Float64Array(entries),
    again: new Float64Array(entries),
    copies: new Float64Array(features.copies.count),
    came: new Float64Array(features.copies.count),
  };
}

class TokenCounter {
  /** Of each entry that the patient had before the item, its numbers among `Copies`. */
  private readonly numbers = new Map<number, [since: number, due: number]>();
  private readonly sizes: number[];
  private readonly codePart: number;

  constructor(
    private readonly language: Language,
    private readonly tally: Tally,
  ) {
    // They are made anew each time that they are asked for.
    this.sizes = language.sizes;
    this.codePart = language.codePart;
  }

  readonly hear = (walk: Walk, token: number): void => {
    const { language, tally, sizes, codePart } = this;
    const { alphabet } = language;
    const part = alphabet.partOf(token);
    const own = language.choiceOf[token];
    const size = sizes[part];
    tally.parts[part][walk.context * size + own]++;
    if (part === codePart) return this.code(walk, own);
    if (tally.further[part].length > 0)
      walk.further((row, weight) => (tally.further[part][row * size + own] += weight));
  };

  private code(walk: Walk, own: number): void {
    const { tally, numbers } = this;
    const entries = tally.first.length;
    if (walk.from === this.language.alphabet.codes.start) this.begin(walk);
    if (own === entries) {
      tally.items[walk.kind]++;
      walk.further((row, weight) => (tally.itemsFurther[row] += weight));
      return;
    }
    tally.events[walk.kind * entries + own]++;
    const copied = numbers.get(own);
    if (copied) {
      tally.again[own]++;
      for (const number of copied) tally.came[number]++;
    } else {
      tally.first[own]++;
      const further = tally.further[this.codePart];
      walk.further((row, weight) => (further[row * (entries + 1) + own] += weight));
    }
  }

  /** An item, of which all codes may come. */
  private begin(walk: Walk): void {
    const { tally, numbers } = this;
    numbers.clear();
    walk.copies((entry, since, due) => {
      numbers.set(entry, [since, due]);
      tally.copies[since]++;
      tally.copies[due]++;
    });
  }
}
