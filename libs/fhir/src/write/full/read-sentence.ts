import type { Sex } from '@ehrsynth/records';
import { BETWEEN_ITEMS, type Frame, frameOf, NOT_IN_A_LIST } from './allowed-words.ts';
import type { Fact, Statement } from './sentences.ts';

/** Why a sentence is not what the record says; `not asked`: it is too long for the model. */
export type Fault =
  'not asked' | 'empty' | 'too long' | 'not in the record' | 'left out' | 'out of place' | 'says not what it is of';

/** So much longer than what it says may a sentence be, in characters. */
const MOST_MORE = 160;
const PUNCTUATION = /[\s.,:;()]/;
const WORD = /^[a-z]+(?:['’]s)?/i;

/**
 * Reads a sentence back, and gives the first thing by which it is not what the record says; undefined where it says that and nothing else. Every name,
 * number, unit, dose and day of the statement must stand in it once, as it is in the record, what belongs together side by side; all the rest must be
 * words of a closed list for that kind of statement.
 */
export function sentenceFault(
  text: string,
  statement: Statement,
  fact: Fact,
  sex: Sex,
): { fault: Fault; at: string } | undefined {
  const reading = new Reading(text, fact, frameOf(statement, sex));
  return reading.fault();
}

/** Something that has to be said once: a place of the sentence, a phrase of the statement, an item of a list. */
interface Due {
  name: string;
  /** Its forms, each in parts. */
  forms: readonly (readonly string[])[];
  isItem: boolean;
}

class Reading {
  private at = 0;
  private readonly due: Due[];
  /** Words since the place, and since the item, before. */
  private sincePlace: string[] = [];
  private sinceItem: string[] = [];
  private isInList = false;
  private hasCue = false;

  constructor(
    private readonly text: string,
    private readonly fact: Fact,
    private readonly frame: Frame,
  ) {
    this.due = dueOf(fact, frame);
  }

  fault(): { fault: Fault; at: string } | undefined {
    if (this.text.trim() === '') return { fault: 'empty', at: '' };
    if (this.text.includes('\n') || this.text.length > lengthOf(this.fact) + MOST_MORE)
      return { fault: 'too long', at: this.text.slice(0, 60) };
    while (this.at < this.text.length) {
      if (PUNCTUATION.test(this.text[this.at])) this.at++;
      else {
        const fault = this.takeDue() ?? this.takeWord();
        if (fault !== true) return { fault, at: this.text.slice(this.at, this.at + 60) };
      }
    }
    return this.atEnd();
  }

  /** Takes what is due, the longest that stands here; undefined where there is none. */
  private takeDue(): true | Fault | undefined {
    let best: { due: Due; end: number; isExact: boolean; words: string[] } | undefined;
    for (const due of this.due)
      for (const parts of due.forms) {
        const found = matched(this.text, this.at, parts, this.frame.withinItem);
        if (!found) continue;
        const isBetter = !best || found.end > best.end || (found.end === best.end && found.isExact && !best.isExact);
        if (isBetter) best = { due, ...found };
      }
    if (!best) return undefined;
    const { due, end, words } = best;
    const fault = due.isItem ? this.faultOfItem() : this.faultOfPlace(due.name);
    if (fault) return fault;
    this.due.splice(this.due.indexOf(due), 1);
    this.at = end;
    this.hasCue ||= words.some((word) => this.frame.cues.has(word));
    return true;
  }

  private faultOfItem(): Fault | undefined {
    if (this.isInList && !this.sinceItem.every((word) => BETWEEN_ITEMS.has(word))) return 'out of place';
    [this.isInList, this.sinceItem] = [true, []];
    return undefined;
  }

  private faultOfPlace(name: string): Fault | undefined {
    const rule = this.frame.before[name];
    // A phrase or a count amid a list would be of the items beside it.
    if (this.isInList) return 'out of place';
    if (!rule) return undefined;
    if (!this.sincePlace.some((word) => rule.some.has(word))) return 'out of place';
    if (this.sincePlace.some((word) => rule.none.has(word))) return 'out of place';
    this.sincePlace = [];
    return undefined;
  }

  private takeWord(): true | Fault {
    const [found = ''] = WORD.exec(this.text.slice(this.at)) ?? [];
    const word = found.toLowerCase().replace(/['’]s$/, '');
    const isAllowed =
      this.frame.words.has(word) && beginsHere(this.text, this.at) && endsHere(this.text, this.at + found.length);
    if (!isAllowed || !this.isWritten(found)) return 'not in the record';
    if (this.isInList && NOT_IN_A_LIST.has(word)) return 'out of place';
    this.sincePlace.push(word);
    this.sinceItem.push(word);
    this.hasCue ||= this.frame.cues.has(word);
    this.at += found.length;
    return true;
  }

  /** Capitals are for the beginning of a sentence: elsewhere they may be a name or a code. */
  private isWritten(word: string): boolean {
    if (word === word.toLowerCase()) return true;
    const isBeginning = /(^|[.:])\s*$/.test(this.text.slice(0, this.at));
    return isBeginning && word.slice(1) === word.slice(1).toLowerCase();
  }

  private atEnd(): { fault: Fault; at: string } | undefined {
    const [left] = this.due;
    if (left) return { fault: 'left out', at: left.forms[0].join(' ') };
    if (this.frame.cues.size > 0 && !this.hasCue) return { fault: 'says not what it is of', at: this.text };
    const rules = Object.values(this.frame.before);
    if (rules.length > 0 && this.sincePlace.some((word) => rules.some(({ some }) => some.has(word))))
      return { fault: 'out of place', at: this.sincePlace.join(' ') };
    const { count } = this.fact.slots;
    if (count !== undefined && !new RegExp(`\\bof ${count}\\b|\\b${count} (earlier )?diagnoses\\b`).test(this.text))
      return { fault: 'out of place', at: count };
    return undefined;
  }
}

function dueOf({ slots, items }: Fact, { phrases }: Frame): Due[] {
  const places = Object.entries(slots).filter(([name]) => name !== 'list');
  return [
    ...places.map(([name, value]) => ({ name, forms: [[value]], isItem: false })),
    ...phrases.map((forms) => ({ name: forms[0], forms: forms.map((form) => [form]), isItem: false })),
    ...items.map((parts) => ({ name: parts[0], forms: [parts], isItem: true })),
  ];
}

/** Where the parts end that stand at a place of a text, one after the other with nothing but words of the list between them. */
function matched(
  text: string,
  from: number,
  parts: readonly string[],
  between: ReadonlySet<string>,
): { end: number; isExact: boolean; words: string[] } | undefined {
  let [at, isExact] = [from, true];
  const words: string[] = [];
  for (const [i, part] of parts.entries()) {
    if (i > 0) at = afterWords(text, at, between, part, words);
    const here = text.slice(at, at + part.length);
    // Of a name the case may be that of a sentence. A unit's case is its meaning.
    if (here !== part && (i > 0 || here.toLowerCase() !== part.toLowerCase())) return undefined;
    if (here !== part) isExact = false;
    if (!beginsHere(text, at) || !endsHere(text, at + part.length)) return undefined;
    at += part.length;
  }
  return { end: at, isExact, words };
}

/** Past blanks, punctuation and words of the list, up to the part if it comes. */
function afterWords(text: string, from: number, words: ReadonlySet<string>, part: string, taken: string[]): number {
  let at = from;
  while (at < text.length && !text.startsWith(part, at)) {
    const [word = ''] = WORD.exec(text.slice(at)) ?? [];
    if (PUNCTUATION.test(text[at])) at++;
    else if (word && words.has(word.toLowerCase())) {
      taken.push(word.toLowerCase());
      at += word.length;
    } else break;
  }
  return at;
}

function beginsHere(text: string, at: number): boolean {
  return at === 0 || /[\s(]/.test(text[at - 1]);
}

/** A number goes on after a point or comma with a digit; a word after a hyphen. */
function endsHere(text: string, at: number): boolean {
  return at >= text.length || (PUNCTUATION.test(text[at]) && !/^[.,:]\d/.test(text.slice(at)));
}

function lengthOf({ slots, items }: Fact): number {
  return [...Object.values(slots), ...items.flat()].reduce((sum, text) => sum + text.length, 0);
}
