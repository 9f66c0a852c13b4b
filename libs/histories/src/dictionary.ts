import type { Code, EventKind } from '@ehrsynth/records';

/** A code with the kind of event that it is a code of. */
export interface KindCode {
  kind: EventKind;
  code: Code;
}

/**
 * Numbers for the codes, visit classes, units, answers, races and ethnicities of records. Histories that are compared share one, so
 * that a number means the same in each. Numbers are given in the order in which things come.
 */
export class Dictionary {
  /** By number, from 0. The display is the first that came. */
  readonly codes: KindCode[] = [];
  /** Visit classes; 0 is `none`, of events on a day without an encounter. */
  readonly classes = new Texts('none');
  /** Units; 0 is none. */
  readonly units = new Texts('');
  /** Races, CDC codes; 0 is unknown. */
  readonly races = new Texts('');
  /** Ethnicities, CDC codes; 0 is unknown. */
  readonly ethnicities = new Texts('');
  /** Coded answers; 0 is none. */
  readonly answers: (Code | undefined)[] = [undefined];
  private readonly codeNumbers = new Map<string, Map<string, Map<string, number>>>();
  private readonly answerNumbers = new Map<string, number>();

  /** The number of a code, a new one where it has none. */
  codeNumber(kind: EventKind, code: Code): number {
    const systems = entry(this.codeNumbers, kind, () => new Map<string, Map<string, number>>());
    const codes = entry(systems, code.system, () => new Map<string, number>());
    return entry(codes, code.code, () => this.codes.push({ kind, code }) - 1);
  }

  /** The number of a code; undefined where it has none. */
  findCode(kind: EventKind, { system, code }: Pick<Code, 'system' | 'code'>): number | undefined {
    return this.codeNumbers.get(kind)?.get(system)?.get(code);
  }

  /** The number of an answer, a new one where it has none; 0 of none. */
  answerNumber(answer: Code | undefined): number {
    if (answer === undefined) return 0;
    return entry(this.answerNumbers, `${answer.system}|${answer.code}`, () => this.answers.push(answer) - 1);
  }
}

/** Texts with their numbers. */
export class Texts {
  readonly texts: string[];
  private readonly numbers: Map<string, number>;

  /** @param absent what has the number 0, and stands for what is not there */
  constructor(absent: string) {
    this.texts = [absent];
    this.numbers = new Map([[absent, 0]]);
  }

  /** The number of a text, a new one where it has none; 0 of none. */
  numberOf(text: string | undefined): number {
    return text === undefined ? 0 : entry(this.numbers, text, () => this.texts.push(text) - 1);
  }

  /** The number of a text; undefined where it has none. */
  find(text: string): number | undefined {
    return this.numbers.get(text);
  }
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, made: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = made()));
  return value;
}
