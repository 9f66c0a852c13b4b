import type { Choices } from '@ehrsynth/engine';
import type { AutoregressiveOptions } from './options.ts';
import type { Tokens } from './tokens.ts';

/** Of the rarer codes that came next in a cluster: which rows, and what might have come in it. */
export interface TailChoices {
  rows: Int32Array;
  choices: Choices;
}

/**
 * The codes cut by how common they are: a head of the commonest, and clusters of the rarer ones, each of which is one more choice in the
 * head. What comes next is the head's choice and, where that is a cluster, a choice within it, so that the likelihood stays exact while most
 * steps look at the head alone (adaptive softmax). The clusters are intervals of the codes' order and so is what may follow: both choices are
 * intervals again. In the head the demographics and common codes stand first, then the clusters, then the end.
 * Unlike there, each cluster looks at the whole last hidden layer: through fewer numbers it learned clearly worse.
 * @see Grave et al. 2017, "Efficient softmax approximation for GPUs", section 4
 */
export class Clusters {
  /** Choices of the head, and of each cluster. */
  readonly headSize: number;
  readonly sizes: number[];
  /** Of each token its choice in the head. */
  readonly inHead: Int32Array;

  /** @param cutoffs the first token of each cluster, ascending; none: the head has all tokens */
  constructor(
    tokens: Tokens,
    readonly cutoffs: readonly number[],
  ) {
    const { count, end } = tokens;
    const common = cutoffs[0] ?? end;
    this.headSize = common + cutoffs.length + 1;
    this.sizes = cutoffs.map((first, i) => (cutoffs[i + 1] ?? end) - first);
    this.inHead = Int32Array.from({ length: count }, (_, token) => token);
    this.sizes.forEach((size, i) => this.inHead.fill(common + i, cutoffs[i], cutoffs[i] + size));
    this.inHead[end] = this.headSize - 1;
  }

  /** The cluster that a choice of the head is; −1 where it is a token. */
  clusterOf(choice: number): number {
    const common = this.headSize - 1 - this.cutoffs.length;
    return choice >= common && choice < this.headSize - 1 ? choice - common : -1;
  }

  /** What may be chosen in the head. @param following tokens [from, to) */
  headRange([from, to]: readonly [number, number]): [from: number, to: number] {
    return [this.inHead[from], this.inHead[to - 1] + 1];
  }

  /** What may be chosen in a cluster, where something of it may. @param following tokens [from, to) */
  tailRange(cluster: number, [from]: readonly [number, number]): [from: number, to: number] {
    return [Math.max(0, from - this.cutoffs[cluster]), this.sizes[cluster]];
  }

  /** Choices of tokens as choices of the head and of the clusters. */
  split({ from, to, chosen }: Choices): { head: Choices; tails: TailChoices[] } {
    const head = {
      from: from.map((token) => this.inHead[token]),
      to: to.map((token) => this.inHead[token - 1] + 1),
      chosen: chosen.map((token) => this.inHead[token]),
    };
    const rows = this.sizes.map(() => [] as number[]);
    head.chosen.forEach((choice, row) => rows[this.clusterOf(choice)]?.push(row));
    return { head, tails: rows.map((own, cluster) => this.tail(cluster, own, { from, to, chosen })) };
  }

  private tail(cluster: number, rows: number[], { from, to, chosen }: Choices): TailChoices {
    // One row that has no choice, whose loss and gradient are 0, where there is none.
    if (rows.length === 0)
      return {
        rows: Int32Array.of(0),
        choices: { from: Int32Array.of(0), to: Int32Array.of(1), chosen: Int32Array.of(0) },
      };
    const ranges = rows.map((row) => this.tailRange(cluster, [from[row], to[row]]));
    const choices = {
      from: Int32Array.from(ranges, ([first]) => first),
      to: Int32Array.from(ranges, ([, end]) => end),
      chosen: Int32Array.from(rows, (row) => chosen[row] - this.cutoffs[cluster]),
    };
    return { rows: Int32Array.from(rows), choices };
  }
}

/** Tokens from which on clusters are made; of fewer they would save time too, and learn a little worse. @see docs/benchmarks.md */
const MANY_TOKENS = 1500;
const MOST_CLUSTERS = 3;
/** Cutoffs that are tried: shares of the codes. */
const SHARES = [0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6];

/**
 * Cutoffs with the least arithmetic for a patient's step, given how common the codes are; none where they are too few to gain by it.
 * @param carriers patients of each code, the commonest first
 */
export function cutoffsFor(
  tokens: Tokens,
  carriers: ArrayLike<number>,
  rows: number,
  { softmax }: Pick<AutoregressiveOptions, 'softmax'>,
): number[] {
  const codes = carriers.length;
  if (softmax === 'full' || (softmax === 'auto' && tokens.count < MANY_TOKENS)) return [];
  const before = new Float64Array(codes + 1);
  for (let code = 0; code < codes; code++) before[code + 1] = before[code] + carriers[code];
  const steps = before[codes] + rows * (tokens.groups.length + 1);
  const costOf = (cuts: number[]) =>
    cuts.reduce(
      (cost, cut, i) => {
        const end = cuts[i + 1] ?? codes;
        return cost + ((before[end] - before[cut]) / steps) * (end - cut);
      },
      tokens.firstCode + (cuts[0] ?? codes) + cuts.length + 1,
    );
  const places = [...new Set(SHARES.map((share) => Math.ceil(share * codes)))];
  let best: number[] = [];
  const extend = (cuts: number[]) => {
    if (costOf(cuts) < costOf(best)) best = cuts;
    if (cuts.length < MOST_CLUSTERS)
      for (const place of places) if (place > (cuts.at(-1) ?? 0) && place < codes) extend([...cuts, place]);
  };
  extend([]);
  return best.map((cut) => tokens.firstCode + cut);
}
