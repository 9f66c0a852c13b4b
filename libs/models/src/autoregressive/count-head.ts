import {
  add,
  choiceLoss,
  choiceLossesOf,
  type Choices,
  dense,
  type Dense,
  repeatedRows,
  SparseBatch,
  tf,
  variable,
} from '@ehrsynth/engine';
import type { Batch, RowParts } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import type { Likelihood, Step } from '../likelihood.ts';
import { valuesOf } from '../values.ts';
import type { Network } from './network.ts';
import type { Tokens } from './tokens.ts';

/** First count of each bin; the last bin has no end. */
const BINS = [1, 2, 3, 4, 5, 6, 8, 11, 16, 26] as const;
export const LAST_BIN = BINS.length - 1;
/** Of counts in the last bin, the mean above its first. */
const TAIL_MEAN = 10;

export function binOf(count: number): number {
  return BINS.findLastIndex((first) => count >= first);
}

/** Of each token the last bin that it may have: the last that k patients reach, so that no great count of fewer is drawn. */
export async function lastBins(tokens: Tokens, blocks: AsyncIterable<RowParts>, k: number): Promise<number[]> {
  const holders = Array.from({ length: tokens.count }, () => BINS.map(() => 0));
  for await (const { indices, values } of blocks) {
    indices.forEach((column, at) => {
      for (let bin = binOf(values[at]); bin >= 0; bin--) holders[tokens.ofColumn[column]][bin]++;
    });
  }
  return holders.map((own) =>
    Math.max(
      0,
      own.findLastIndex((count) => count >= k),
    ),
  );
}

/** A count of a bin: any of it alike, and from the last one on geometrically fewer. */
export function drawCount(bin: number, rng: Rng): number {
  const [first, next] = [BINS[bin], BINS[bin + 1]];
  return next === undefined ? first + rng.geometric(1 / (TAIL_MEAN + 1)) - 1 : first + rng.int(next - first);
}

/**
 * How often each code of a patient is there, as an ordinal bin: softmax of what is usual for the code and of what the whole set of codes
 * says. It is learned after the network, which stays as it is.
 */
export class CountHead implements Likelihood {
  readonly binary = false;
  private readonly byCode: Dense;
  private readonly bySet: Dense;

  constructor(
    private readonly network: Network,
    private readonly tokens: Tokens,
    /** @see lastBins */
    readonly last: readonly number[],
  ) {
    const zeros = (rows: number) => variable(tf.zeros<tf.Rank.R2>([rows, BINS.length]));
    this.byCode = { weights: zeros(tokens.count) };
    this.bySet = { weights: zeros(network.hidden), bias: variable(tf.zeros<tf.Rank.R1>([BINS.length])) };
  }

  get variables(): Record<string, tf.Variable> {
    return {
      'counts.code.weights': this.byCode.weights,
      'counts.set.weights': this.bySet.weights,
      'counts.set.bias': this.bySet.bias!,
    };
  }

  step({ indptr, indices, values }: Batch): Step {
    const entries = this.entriesOf({ indptr, indices, values: Int32Array.from(values!) });
    const loss = () => choiceLoss(this.logits(entries), entries.choices, indptr.length - 1);
    return { loss, dispose: () => entries.codes.dispose() };
  }

  async losses(rows: RowParts): Promise<Float64Array> {
    const entries = this.entriesOf(rows);
    const parts = await choiceLossesOf(() => this.logits(entries), entries.choices);
    entries.codes.dispose();
    const losses = new Float64Array(rows.indptr.length - 1);
    parts.forEach((part, i) => (losses[entries.owner[i]] += part));
    return losses;
  }

  /** Counts of the codes of some rows, each given the whole set. @param sets tokens of each row, demographics and codes */
  async draw(sets: readonly (readonly number[])[], rng: Rng): Promise<number[][]> {
    const indptr = new Int32Array(sets.length + 1);
    sets.forEach(({ length }, row) => (indptr[row + 1] = indptr[row] + length));
    const indices = Int32Array.from(sets.flat());
    const entries = this.entriesOf({ indptr, indices, values: indices.map(() => 1) }, (token) => token);
    const logits = await valuesOf(() => this.logits(entries));
    entries.codes.dispose();
    let at = 0;
    return sets.map((own) =>
      own.map((token) => {
        if (token < this.tokens.firstCode) return 1;
        const from = at++ * BINS.length;
        const odds = logits.subarray(from, from + this.last[token] + 1);
        const most = odds.reduce((a, b) => Math.max(a, b));
        return drawCount(rng.weighted(odds.map((one) => Math.exp(one - most))), rng);
      }),
    );
  }

  dispose(): void {
    Object.values(this.variables).forEach((one) => one.dispose());
  }

  /** Each code of each row as a row of its own, beside the tokens of its row. */
  private entriesOf(
    { indptr, indices, values }: RowParts,
    tokenOf = (column: number) => this.tokens.ofColumn[column],
  ): Entries {
    const { count, firstCode, groups } = this.tokens;
    const own: number[] = [];
    const owner: number[] = [];
    const chosen: number[] = [];
    const sets = {
      rows: indptr.length - 1,
      columns: count,
      indptr: new Int32Array(indptr.length),
      indices: [] as number[],
    };
    for (let row = 0; row < sets.rows; row++) {
      const tokens = new Set<number>();
      for (let at = indptr[row]; at < indptr[row + 1]; at++) {
        const token = tokenOf(indices[at]);
        tokens.add(token);
        if (token < firstCode) continue;
        own.push(token);
        owner.push(row);
        chosen.push(Math.min(binOf(values[at]), this.last[token]));
      }
      // A group without a value has its absence, as in the sentence.
      for (const { start, end } of groups)
        if (![...tokens].some((token) => token >= start && token < end)) tokens.add(end - 1);
      sets.indices.push(...[...tokens].sort((a, b) => a - b));
      sets.indptr[row + 1] = sets.indices.length;
    }
    const ones = Int32Array.from({ length: own.length + 1 }, (_, i) => i);
    return {
      owner: Int32Array.from(owner),
      codes: new SparseBatch({ rows: own.length, columns: count, indptr: ones, indices: Int32Array.from(own) }),
      sets: { ...sets, indices: Int32Array.from(sets.indices) },
      choices: {
        from: new Int32Array(own.length),
        to: Int32Array.from(own, (token) => this.last[token] + 1),
        chosen: Int32Array.from(chosen),
      },
    };
  }

  private logits({ codes, sets, owner }: Entries): tf.Tensor2D {
    const states = this.network.state(sets);
    return add(dense(codes, this.byCode), dense(repeatedRows(states, owner), this.bySet));
  }
}

interface Entries {
  owner: Int32Array;
  codes: SparseBatch;
  sets: { rows: number; columns: number; indptr: Int32Array; indices: Int32Array };
  choices: Choices;
}
