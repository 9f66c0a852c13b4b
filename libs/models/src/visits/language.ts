import {
  Alphabet,
  contextsOf,
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

  /** Contexts of each part. */
  get contexts(): number[] {
    return PHASES.slice(0, this.alphabet.parts.length).map((phase) => contextsOf(phase, this.dictionary));
  }

  /** The number of the part that codes are. */
  get codePart(): number {
    return this.alphabet.partOf(this.alphabet.codes.start);
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

  constructor(private readonly language: Language) {
    this.gatherer = new RowGatherer(language.dictionary, language.alphabet, language.walk());
  }

  batch(parts: Iterable<LifePart>): { batch: LifeBatch; rows: LifeRows; nats: number[] } {
    for (const part of parts) this.gatherer.add(part);
    const rows = this.gatherer.done();
    return { batch: new LifeBatch(rows, this.language), rows, nats: rows.nats };
  }
}
