import type { Alphabet } from './alphabet.ts';
import type { Dictionary } from './dictionary.ts';
import type { Life } from './life.ts';
import { tellLife } from './tell.ts';
import { SaidRows } from './said-rows.ts';
import type { Walk } from './walk.ts';
import { WeightedGatherer, type WeightedRows } from './weighted-rows.ts';

/** Rows of lives as a network takes them: one for each token, in parts of lives one after another. */
export interface LifeRows {
  rows: number;
  /** What each row has more than the one before it, in CSR; all that is there in the first row of a part. */
  indptr: Int32Array;
  indices: Int32Array;
  values: Float32Array;
  /** Of each part the row after its last. */
  ends: Int32Array;
  /** What might have come, [from, to), and what came. */
  from: Int32Array;
  to: Int32Array;
  chosen: Int32Array;
  /** @see Walk.context */
  contexts: Int32Array;
  /** Of each row its further contexts, in CSR; empty where they are not asked for. @see Walk.further */
  further: WeightedRows;
  /** Of rows at which a code came, what is added to the logits of codes: rows + 1 offsets into triples of numbers, and the code of each. */
  copies: { indptr: Int32Array; entries: Int32Array; numbers: Int32Array };
  /** Of rows at which a value came, what it is tilted by, in CSR; others have nothing. @see OwnValues.tilts */
  tilts: WeightedRows;
  /** Grains that were chosen among several, in CSR what their odds are made of, and which rows they belong to. @see OwnValues.grains */
  grains: WeightedRows & {
    rows: Int32Array;
    from: Int32Array;
    to: Int32Array;
    chosen: Int32Array;
    /** The first that might have been chosen, as an event. */
    events: Int32Array;
    /** Of each by its number the log of its share of the bin's values, but for what all have in common. */
    shares: Float32Array;
  };
  /** Numbers, where they are not of bins and grains: the rows at which they came, the lowest event that each might have been, and which it was. */
  numbers: { rows: Int32Array; lowest: Int32Array; events: Int32Array };
  /** Of each part the −log likelihood of the days within its tokens' spans, in nats. */
  nats: number[];
}

/** Some of a life: the items [first, end); what is before the first item belongs to it. */
export interface LifePart {
  life: Life;
  first: number;
  end: number;
}

/** Tokens of a part, at most, where its items allow. */
const MOST_TOKENS = 1000;

/** The parts that a life is learned in: long ones are divided, so that a batch has its limits. */
export function partsOf({ items }: Life): { first: number; end: number; tokens: number }[] {
  const parts = [{ first: 0, end: 0, tokens: 8 }];
  for (const { events } of items) {
    const own = 2 * events.length + 5;
    let part = parts.at(-1)!;
    if (part.end > part.first && part.tokens + own > MOST_TOKENS)
      parts.push((part = { first: part.end, end: part.end, tokens: 0 }));
    part.end++;
    part.tokens += own;
  }
  return parts;
}

/** Gathers rows of parts of lives. @see SaidRows */
export class RowGatherer {
  private rows = 0;
  private entries = 0;
  private indptr = new Int32Array(1024);
  private from = new Int32Array(1024);
  private to = new Int32Array(1024);
  private chosen = new Int32Array(1024);
  private contexts = new Int32Array(1024);
  private further = new WeightedGatherer();
  private indices = new Int32Array(8192);
  private values = new Float32Array(8192);
  private copied = 0;
  private copyStarts = new Int32Array(1024);
  private copyEntries = new Int32Array(8192);
  private copyNumbers = new Int32Array(3 * 8192);
  private ends: number[] = [];
  private nats: number[] = [];
  private readonly said: SaidRows;

  constructor(
    private readonly dictionary: Dictionary,
    private readonly alphabet: Alphabet,
    private readonly walk: Walk,
    private readonly withFurther = false,
    byGrains = true,
  ) {
    this.said = new SaidRows(walk, alphabet, byGrains);
  }

  add({ life, first, end }: LifePart): void {
    const { walk } = this;
    let isOn = first === 0;
    let before = 0;
    let nats = 0;
    tellLife(life, this.dictionary, this.alphabet, walk, {
      item: (_, item) => {
        const on = item >= first && item < end;
        if (on && !isOn) {
          walk.changes.all();
          before = walk.nats;
        }
        if (!on && isOn) nats = walk.nats - before;
        isOn = on;
      },
      token: (_, token, grain) => {
        if (isOn) this.row(token, grain);
        walk.changes.seen();
      },
    });
    this.nats.push(isOn ? walk.nats - before : nats);
    this.ends.push(this.rows);
  }

  /** All rows since the last time. */
  done(): LifeRows {
    const { rows, entries } = this;
    const taken = {
      rows,
      indptr: this.indptr.slice(0, rows + 1),
      indices: this.indices.slice(0, entries),
      values: this.values.slice(0, entries),
      ends: Int32Array.from(this.ends),
      from: this.from.slice(0, rows),
      to: this.to.slice(0, rows),
      chosen: this.chosen.slice(0, rows),
      contexts: this.contexts.slice(0, rows),
      further: this.further.done(),
      copies: {
        indptr: this.copyStarts.slice(0, rows + 1),
        entries: this.copyEntries.slice(0, this.copied),
        numbers: this.copyNumbers.slice(0, 3 * this.copied),
      },
      ...this.said.done(),
      nats: this.nats,
    };
    this.rows = this.entries = this.copied = 0;
    this.ends = [];
    this.nats = [];
    this.further = new WeightedGatherer();
    return taken;
  }

  private row(token: number, grain: number): void {
    const { walk, rows } = this;
    const { changes } = walk;
    if (rows + 2 > this.indptr.length) {
      this.indptr = grown(this.indptr);
      this.copyStarts = grown(this.copyStarts);
      [this.from, this.to, this.chosen, this.contexts] = [this.from, this.to, this.chosen, this.contexts].map(grown);
    }
    while (this.entries + changes.length > this.indices.length) {
      this.indices = grown(this.indices);
      const values = new Float32Array(2 * this.values.length);
      values.set(this.values);
      this.values = values;
    }
    for (let i = 0; i < changes.length; i++) {
      this.indices[this.entries] = changes.features[i];
      this.values[this.entries++] = changes.weights[i];
    }
    this.from[rows] = walk.from;
    this.to[rows] = walk.to;
    this.chosen[rows] = token;
    this.contexts[rows] = walk.context;
    if (this.withFurther) {
      walk.further(this.further.hear);
      this.further.end();
    }
    this.indptr[++this.rows] = this.entries;
    if (walk.phase === 'code') walk.copies(this.hear);
    this.copyStarts[this.rows] = this.copied;
    this.said.row(token, grain);
  }

  private readonly hear = (entry: number, since: number, due: number, ofKind: number): void => {
    if (this.copied === this.copyEntries.length) {
      this.copyEntries = grown(this.copyEntries);
      this.copyNumbers = grown(this.copyNumbers);
    }
    const at = 3 * this.copied;
    this.copyEntries[this.copied++] = entry;
    this.copyNumbers[at] = since;
    this.copyNumbers[at + 1] = due;
    this.copyNumbers[at + 2] = ofKind;
  };
}

function grown(numbers: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const more = new Int32Array(2 * numbers.length);
  more.set(numbers);
  return more;
}
