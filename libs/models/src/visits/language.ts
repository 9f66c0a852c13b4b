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

/** Where tokens of each part are asked for. */
const PHASES: Phase[] = ['sex', 'weekday', 'gap', 'class', 'stay', 'code', 'value'];

/** What lives are written in, with all that follows from it. */
export class Language {
  readonly alphabet: Alphabet;
  readonly features: Features;

  constructor(readonly dictionary: Dictionary) {
    this.alphabet = new Alphabet(dictionary);
    this.features = new Features(dictionary, this.alphabet);
  }

  /** Tokens of each part. */
  get sizes(): number[] {
    return this.alphabet.parts.map(({ start, end }) => end - start);
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
    this.gatherer = new RowGatherer(language.dictionary, language.alphabet, language.walk(), withTilts);
  }

  batch(parts: Iterable<LifePart>): { batch: LifeBatch; rows: LifeRows; nats: number[] } {
    for (const part of parts) this.gatherer.add(part);
    const rows = this.gatherer.done();
    return { batch: new LifeBatch(rows, this.language, this.withTilts), rows, nats: rows.nats };
  }
}
