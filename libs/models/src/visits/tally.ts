import { yieldToEventLoop } from '@ehrsynth/io';
import { type Life, tellLife, type Walk } from '@ehrsynth/sequence';
import type { Language } from './language.ts';

/** How often what came, in how many contexts. */
export interface Tally {
  lives: number;
  /** Of each part the tokens by context. */
  parts: Float64Array[];
  /** Items by class; in each the events of each entry; and of all of these those that were the first, and not the first, of their kind. */
  items: Float64Array;
  events: Float64Array;
  first: Float64Array;
  again: Float64Array;
}

export async function tallyOf(lives: Iterable<Life>, language: Language): Promise<Tally> {
  const { alphabet, dictionary, sizes, contexts, codePart } = language;
  const entries = dictionary.entries.length;
  const kinds = dictionary.classes.length + 1;
  const tally: Tally = {
    lives: 0,
    parts: sizes.map((size, part) => new Float64Array(size * contexts[part])),
    items: new Float64Array(kinds),
    events: new Float64Array(kinds * entries),
    first: new Float64Array(entries),
    again: new Float64Array(entries),
  };
  const walk = language.walk();
  const token = (_: Walk, chosen: number) => {
    const part = alphabet.partOf(chosen);
    const own = chosen - alphabet.parts[part].start;
    tally.parts[part][walk.context * sizes[part] + own]++;
    walk.changes.seen();
    if (part !== codePart) return;
    if (own === entries) return tally.items[walk.kind]++;
    tally.events[walk.kind * entries + own]++;
    tally[walk.had(own) ? 'again' : 'first'][own]++;
  };
  for (const life of lives) {
    tellLife(life, dictionary, alphabet, walk, { token });
    if (++tally.lives % 100 === 0) await yieldToEventLoop();
  }
  return tally;
}
