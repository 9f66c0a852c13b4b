import {
  Alphabet,
  Contexts,
  type Columns,
  type Dictionary,
  Features,
  Grammar,
  type LifePart,
  LifeReader,
  type LifeRows,
  nothingLeftOut,
  type Phase,
  RowGatherer,
  Walk,
} from '@ehrsynth/sequence';
import { LifeBatch } from './batch.ts';
import type { ValuesBy } from './options.ts';

/** Where tokens of each part are asked for. */
const PHASES: Phase[] = ['sex', 'weekday', 'gap', 'class', 'stay', 'code', 'value'];

/** What lives are written in, with all that follows from it. */
export class Language {
  readonly alphabet: Alphabet;
  readonly features: Features;
  /** Of each token its number among the choices of its part: all numbers of one unit are one choice where a flow says which it is. */
  readonly choiceOf: Int32Array;

  /** @param values how it is said which number comes */
  constructor(
    readonly dictionary: Dictionary,
    readonly values: ValuesBy = 'bins',
  ) {
    this.alphabet = new Alphabet(dictionary);
    this.features = new Features(dictionary, this.alphabet);
    this.choiceOf = this.choices();
  }

  /** Choices of each part. */
  get sizes(): number[] {
    return this.alphabet.parts.map(({ end }) => this.choiceOf[end - 1] + 1);
  }

  /** The first token that is a choice of a part. */
  tokenOf(part: number, choice: number): number {
    const { start, end } = this.alphabet.parts[part];
    return part === this.valuePart ? this.choiceOf.subarray(0, end).indexOf(choice, start) : start + choice;
  }

  private choices(): Int32Array {
    const { parts, values, count } = this.alphabet;
    const { scaleOfValues } = this.features.levels;
    const choices = new Int32Array(count);
    for (const { start, end } of parts) {
      for (let token = start + 1; token < end; token++) {
        const scale = token > values.start ? scaleOfValues[token - values.start] : -1;
        const isSame = this.values === 'flow' && scale >= 0 && scale === scaleOfValues[token - 1 - values.start];
        choices[token] = choices[token - 1] + Number(!isSame);
      }
    }
    return choices;
  }

  /** The nearest contexts of each part, and the further ones. @see Contexts */
  get contexts(): number[] {
    return this.ofContexts((contexts, phase) => contexts.nearest(phase));
  }

  get further(): number[] {
    return this.ofContexts((contexts, phase) => contexts.further(phase));
  }

  /** The number of the part that codes are. */
  get codePart(): number {
    return this.alphabet.partOf(this.alphabet.codes.start);
  }

  /** The number of the part that values are; −1 where there are none. */
  get valuePart(): number {
    return this.alphabet.partOf(this.alphabet.values.start);
  }

  private ofContexts(of: (contexts: Contexts, phase: Phase) => number): number[] {
    const contexts = new Contexts(this.dictionary);
    return PHASES.slice(0, this.alphabet.parts.length).map((phase) => of(contexts, phase));
  }

  /** A walk to be used again and again. */
  readonly walk = (): Walk => new Walk(this.dictionary, this.alphabet, this.features);

  grammar(): Grammar {
    return new Grammar(this.dictionary, this.alphabet);
  }

  readonly reader = (columnOf: Columns['columnOf'], leftOut = nothingLeftOut()): LifeReader =>
    new LifeReader(this.dictionary, this.alphabet, { columnOf }, leftOut);
}

/** Makes batches of parts of lives. */
export class Batcher {
  private readonly gatherer: RowGatherer;

  /** @param withTilts for what a calibrated network thinks of lives, not for its training. @see Trunk.tilt */
  constructor(
    private readonly language: Language,
    private readonly withTilts = false,
  ) {
    this.gatherer = new RowGatherer(
      language.dictionary,
      language.alphabet,
      language.walk(),
      withTilts,
      language.values === 'bins',
    );
  }

  batch(parts: Iterable<LifePart>): { batch: LifeBatch; rows: LifeRows; nats: number[] } {
    for (const part of parts) this.gatherer.add(part);
    const rows = this.gatherer.done();
    return { batch: new LifeBatch(rows, this.language, this.withTilts), rows, nats: rows.nats };
  }
}
