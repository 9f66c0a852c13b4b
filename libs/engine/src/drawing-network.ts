import { loadKernels, UNSHARED_KERNELS } from './wasm-threads.ts';

/** A dense layer's numbers: weights inputs × outputs, and one bias an output. */
export interface LayerNumbers {
  weights: Float32Array;
  bias: Float32Array;
}

export interface DrawingParts {
  /** What each token adds to the first layer, tokens × hidden; and what the layer begins with. */
  first: LayerNumbers;
  /** What follows on the first layer: one way, or several to choose among. */
  trunks: readonly DrawingTrunk[];
}

export interface DrawingTrunk {
  /** Residual layers, hidden × hidden: x ← max(0, x · W + b) + x. */
  middle: readonly LayerNumbers[];
  /** Layers that give logits, hidden × choices. They are numbered through all trunks. */
  outs: readonly LayerNumbers[];
}

/** What some sets have more, or less, than before: rows in CSR, with a weight of each token. */
export interface WeightedTokens {
  indptr: Int32Array;
  tokens: Int32Array;
  weights: Float32Array;
}

const PAGE_BYTES = 65_536;
const PANEL = 8;
/** Entries that are handed over at a time. */
const ENTRIES = 16_384;

/**
 * A network over growing sets of tokens that is asked for the next token of many sets at a time: in a memory of its own and in this thread
 * alone, by our kernels, whatever the engine. Of the logits only those are computed that a set may choose.
 */
export class DrawingNetwork {
  private readonly hidden: number;
  private readonly memory: WebAssembly.Memory;
  private readonly kernels;
  private readonly middles: number[][];
  private readonly outs: { layer: number; width: number }[];
  private readonly embedding: Float32Array;
  private readonly start: Float32Array;
  /** Of each set what its tokens add up to; the hidden layer of some, in order; that of some of these; and logits. */
  private readonly sums: Float32Array;
  private readonly x: Float32Array;
  private readonly picked: Float32Array;
  private readonly y: Float32Array;
  private readonly order: Int32Array;
  private readonly numbers: Int32Array;
  /** Of `change`: which sets, and the entries of a few of them. */
  private readonly entryStarts: Int32Array;
  private readonly entryTokens: Int32Array;
  private readonly entryWeights: Float32Array;
  private end = 64;

  /** @param sets that are drawn at a time, at most */
  constructor({ first, trunks }: DrawingParts, sets: number) {
    const outs = trunks.flatMap((trunk) => trunk.outs);
    const middle = trunks.flatMap((trunk) => trunk.middle);
    const hidden = (this.hidden = first.bias.length);
    const widths = [hidden, ...outs.map(({ bias }) => bias.length)].map(padded);
    const lengths = [
      first.weights.length + hidden,
      ...[...middle, ...outs].map(({ bias }) => padded(bias.length) * (hidden + 1)),
      3 * sets * hidden,
      sets * Math.max(...widths),
      3 * sets + 1,
      2 * ENTRIES,
    ];
    const bytes = lengths.reduce((sum, length) => sum + 4 * length + 128, PAGE_BYTES);
    const pages = Math.ceil(bytes / PAGE_BYTES);
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.kernels = loadKernels(this.memory, UNSHARED_KERNELS);
    this.embedding = this.floats(first.weights.length);
    this.embedding.set(first.weights);
    this.start = first.bias;
    this.middles = trunks.map((trunk) => trunk.middle.map((layer) => this.packed(layer)));
    this.outs = outs.map((layer, i) => ({ layer: this.packed(layer), width: widths[i + 1] }));
    this.sums = this.floats(sets * hidden);
    this.x = this.floats(sets * hidden);
    this.picked = this.floats(sets * hidden);
    this.y = this.floats(sets * Math.max(...widths));
    this.order = this.ints(sets);
    this.numbers = this.ints(sets);
    this.entryStarts = this.ints(sets + 1);
    this.entryTokens = this.ints(ENTRIES);
    this.entryWeights = this.floats(ENTRIES);
  }

  /** Empties the first so many sets. */
  begin(sets: number): void {
    for (let set = 0; set < sets; set++) this.sums.set(this.start, set * this.hidden);
  }

  /** Computes the last hidden layer of some sets, in that order. */
  look(sets: Int32Array, trunk = 0): void {
    const { kernels, hidden, x, y } = this;
    const wide = padded(hidden);
    this.order.set(sets);
    kernels.gatherRelu(at(this.sums), at(this.order), sets.length, hidden, at(x));
    for (const layer of this.middles[trunk]) {
      kernels.panelProduct(at(x), sets.length, hidden, layer, 0, wide / PANEL, 0, at(y), wide);
      kernels.addRelu(at(x), at(y), sets.length, hidden, wide, at(x));
    }
  }

  /** The last hidden layer of the i-th set that `look` was given, until it is asked for others. */
  hiddenOf(i: number): Float32Array {
    return this.x.subarray(i * this.hidden, (i + 1) * this.hidden);
  }

  /**
   * The logits of the sets that `look` was given, for `choose`; those of each from its own first choice on.
   * @param from the first choice of each, ascending
   * @param end the choice after the last, of all
   */
  logits(out: number, from: Int32Array, end: number): void {
    this.product(this.x, out, from, end);
  }

  /** The same of some of these sets, by their places. */
  logitsOf(places: Int32Array, out: number, from: Int32Array, end: number): void {
    this.order.set(places);
    // Nothing in a hidden layer is below 0: it is copied as it is.
    this.kernels.gatherRelu(at(this.x), at(this.order), places.length, this.hidden, at(this.picked));
    this.product(this.picked, out, from, end);
  }

  /** Adds to a logit of the i-th set. */
  raise(out: number, i: number, choice: number, amount: number): void {
    this.y[i * this.outs[out].width + choice] += amount;
  }

  /** Adds numbers of a table, from a place on one for each choice, times a weight to the logits [from, to) of the i-th set. */
  raiseAll(
    out: number,
    i: number,
    table: Float32Array,
    place: number,
    [from, to]: [from: number, to: number],
    weight = 1,
  ): void {
    const start = i * this.outs[out].width;
    for (let choice = from; choice < to; choice++) this.y[start + choice] += weight * table[place + choice];
  }

  /** Rules choices of the i-th set out. */
  bar(out: number, i: number, choice: number): void {
    this.y[i * this.outs[out].width + choice] = -Infinity;
  }

  /**
   * A choice of [from, to) for the i-th set by softmax of the logits computed last, which it uses up; not all of them may be barred.
   * @param chance a random number from 0 to 1
   */
  choose(out: number, i: number, from: number, to: number, chance: number): number {
    return this.kernels.choose(at(this.y) + 4 * i * this.outs[out].width, from, to, chance);
  }

  /** Adds a token to each of some sets. */
  add(sets: Int32Array, tokens: Int32Array): void {
    this.order.set(sets);
    this.numbers.set(tokens);
    const { sums, order, numbers, embedding, hidden } = this;
    this.kernels.addRows(at(sums), at(order), at(numbers), sets.length, at(embedding), hidden);
  }

  /** Adds tokens with weights to some sets. */
  change(sets: Int32Array, { indptr, tokens, weights }: WeightedTokens): void {
    const { kernels, sums, order, embedding, hidden, entryStarts, entryTokens, entryWeights } = this;
    for (let first = 0, next = 0; first < sets.length; first = next) {
      // As many sets as there is room for; the entries of one that has more, some at a time.
      while (next < sets.length && indptr[next + 1] - indptr[first] <= ENTRIES) next++;
      const rows = Math.max(1, next - first);
      next = first + rows;
      for (let start = indptr[first]; start < indptr[next] || start === indptr[first]; start += ENTRIES) {
        const end = Math.min(indptr[next], start + ENTRIES);
        order.set(sets.subarray(first, next));
        for (let i = 0; i <= rows; i++) entryStarts[i] = Math.max(0, Math.min(end, indptr[first + i]) - start);
        entryTokens.set(tokens.subarray(start, end));
        entryWeights.set(weights.subarray(start, end));
        const [from, columns] = [at(entryStarts), at(entryTokens)];
        kernels.addSparse(at(sums), at(order), from, columns, at(entryWeights), rows, at(embedding), hidden);
      }
    }
  }

  private product(x: Float32Array, out: number, from: Int32Array, end: number): void {
    const { layer, width } = this.outs[out];
    this.numbers.set(from);
    const panels = [Math.floor(from[0] / PANEL), Math.ceil(end / PANEL)];
    const { kernels, hidden, numbers, y } = this;
    kernels.panelProduct(at(x), from.length, hidden, layer, panels[0], panels[1], at(numbers), at(y), width);
  }

  /** A layer in panels of eight columns: the biases, then the weights of each input. */
  private packed({ weights, bias }: LayerNumbers): number {
    const { hidden } = this;
    const columns = bias.length;
    const layer = this.floats(padded(columns) * (hidden + 1));
    for (let column = 0; column < columns; column++) {
      const place = Math.floor(column / PANEL) * (hidden + 1) * PANEL + (column % PANEL);
      layer[place] = bias[column];
      for (let input = 0; input < hidden; input++)
        layer[place + (input + 1) * PANEL] = weights[input * columns + column];
    }
    return at(layer);
  }

  private floats(length: number): Float32Array {
    const offset = this.end;
    this.end += Math.ceil((4 * length) / 64) * 64;
    return new Float32Array(this.memory.buffer, offset, length);
  }

  private ints(length: number): Int32Array {
    const { byteOffset, buffer } = this.floats(length);
    return new Int32Array(buffer, byteOffset, length);
  }
}

function at({ byteOffset }: { byteOffset: number }): number {
  return byteOffset;
}

function padded(columns: number): number {
  return Math.ceil(columns / PANEL) * PANEL;
}
