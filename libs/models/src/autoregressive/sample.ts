import { tf } from '@ehrsynth/engine';
import { yieldToEventLoop } from '@ehrsynth/io';
import type { Rng } from '@ehrsynth/random';
import { inBlocks } from '../sample-blocks.ts';
import type { SampledRow, SampleOptions } from '../synthesizer.ts';
import { valuesOf } from '../values.ts';
import type { Clusters } from './clusters.ts';
import type { CountHead } from './count-head.ts';
import type { Network } from './network.ts';
import type { Tokens } from './tokens.ts';

const BLOCK_ROWS = 500;

/** @see Synthesizer.sample */
export async function* sampleRows(
  network: Network,
  tokens: Tokens,
  clusters: Clusters,
  zeros: readonly (readonly [number, number])[],
  counts: CountHead | undefined,
  rows: number,
  options: SampleOptions,
): AsyncGenerator<SampledRow> {
  const sampler = await Sampler.of(network, tokens, clusters, zeros);
  async function* block(rng: Rng): AsyncGenerator<SampledRow['entries']> {
    const sentences = await sampler.draw(BLOCK_ROWS, rng, options.signal);
    const sets = sentences.map((own) => own.filter((token) => tokens.columnOf[token] !== -1));
    const drawn = await counts?.draw(sets, rng.fork('counts'));
    for (const [i, set] of sets.entries()) {
      const entries = set.map((token, j): [number, number] => [tokens.columnOf[token], drawn?.[i][j] ?? 1]);
      yield entries.sort(([a], [b]) => a - b);
    }
  }
  yield* inBlocks(BLOCK_ROWS, block, rows, options);
}

class Sampler {
  private readonly hidden: number;
  private readonly forbidden = new Map<number, number[]>();
  /** Absences of what nobody lacks. */
  private readonly never: number[];

  private constructor(
    private readonly network: Network,
    private readonly tokens: Tokens,
    private readonly clusters: Clusters,
    zeros: readonly (readonly [number, number])[],
    /** Of each token what it adds to the first layer, tokens × hidden. */
    private readonly embedding: Float32Array,
    /** What the first layer begins with. */
    private readonly bias: Float32Array,
  ) {
    this.hidden = this.bias.length;
    this.never = zeros.filter(([value, code]) => value === code).map(([value]) => value);
    for (const [value, code] of zeros) this.forbidden.set(value, [...(this.forbidden.get(value) ?? []), code]);
  }

  static async of(
    network: Network,
    tokens: Tokens,
    clusters: Clusters,
    zeros: readonly (readonly [number, number])[],
  ): Promise<Sampler> {
    const { weights, bias } = network.first;
    const [embedding, first] = (await Promise.all([weights.data(), bias!.data()])) as Float32Array[];
    return new Sampler(network, tokens, clusters, zeros, embedding, first);
  }

  /** So many sentences, token by token, all that go on in one step of the network. */
  async draw(rows: number, rng: Rng, signal?: AbortSignal): Promise<number[][]> {
    const { tokens, hidden } = this;
    const sums = new Float32Array(rows * hidden);
    for (let row = 0; row < rows; row++) sums.set(this.bias, row * hidden);
    const sentences = Array.from({ length: rows }, () => [] as number[]);
    const barred = sentences.map(() => new Set<number>(this.never));
    let open = [...sentences.keys()];
    while (open.length > 0) {
      await yieldToEventLoop();
      signal?.throwIfAborted();
      const top = this.top(sums, open);
      const following = open.map((row) => tokens.following(sentences[row].length, sentences[row].at(-1) ?? -1));
      const next = await this.choices(
        top,
        open.map((row) => barred[row]),
        following,
        rng,
      );
      top.dispose();
      open.forEach((row, i) => {
        const token = next[i];
        sentences[row].push(token);
        this.forbidden.get(token)?.forEach((code) => barred[row].add(code));
        for (let j = 0; j < hidden; j++) sums[row * hidden + j] += this.embedding[token * hidden + j];
      });
      open = open.filter((row) => sentences[row].at(-1) !== tokens.end);
    }
    return sentences;
  }

  /** The last hidden layer of some rows, from the sums of their tokens. */
  private top(sums: Float32Array, rows: number[]): tf.Tensor2D {
    const { hidden } = this;
    const values = new Float32Array(rows.length * hidden);
    rows.forEach((row, i) => {
      for (let j = 0; j < hidden; j++) values[i * hidden + j] = Math.max(0, sums[row * hidden + j]);
    });
    return tf.tidy(() => this.network.top(tf.tensor2d(values, [rows.length, hidden])));
  }

  /** A token for each row of the last hidden layer, of those that may follow: the head's choice, then the clusters'. */
  private async choices(
    top: tf.Tensor2D,
    barred: ReadonlySet<number>[],
    following: [from: number, to: number][],
    rng: Rng,
  ): Promise<number[]> {
    const { network, clusters } = this;
    const { cutoffs, headSize, sizes, inHead } = clusters;
    const logits = await valuesOf(() => network.head(top));
    const chosen = following.map((range, i) => {
      const own = logits.subarray(i * headSize, (i + 1) * headSize);
      for (const token of barred[i]) {
        const cluster = clusters.clusterOf(inHead[token]);
        if (cluster === -1 || this.isSpent(cluster, range, barred[i])) own[inHead[token]] = -Infinity;
      }
      return choose(own, clusters.headRange(range), rng);
    });
    const next = chosen.map((choice) => (choice === headSize - 1 ? inHead.length - 1 : choice));
    for (const [cluster, size] of sizes.entries()) {
      const rows = [...chosen.keys()].filter((i) => clusters.clusterOf(chosen[i]) === cluster);
      if (rows.length === 0) continue;
      const own = await valuesOf(() => network.tail(cluster, tf.gather(top, Int32Array.from(rows)) as tf.Tensor2D));
      rows.forEach((i, at) => {
        const first = cutoffs[cluster];
        const odds = own.subarray(at * size, (at + 1) * size);
        for (const token of barred[i]) if (token >= first && token < first + size) odds[token - first] = -Infinity;
        next[i] = first + choose(odds, clusters.tailRange(cluster, following[i]), rng);
      });
    }
    return next;
  }

  /** Whether all that may still follow in a cluster is barred. */
  private isSpent(cluster: number, range: [from: number, to: number], barred: ReadonlySet<number>): boolean {
    const first = this.clusters.cutoffs[cluster];
    const [from, to] = this.clusters.tailRange(cluster, range);
    return barred.size >= to - from && every(from, to, (at) => barred.has(first + at));
  }
}

function every(from: number, to: number, test: (at: number) => boolean): boolean {
  for (let at = from; at < to; at++) if (!test(at)) return false;
  return true;
}

/** One of [from, to) by softmax; none whose logit is −∞, which never all are. The logits are overwritten. */
function choose(logits: Float32Array, [from, to]: readonly [number, number], rng: Rng): number {
  let most = -Infinity;
  for (let choice = from; choice < to; choice++) most = Math.max(most, logits[choice]);
  let sum = 0;
  for (let choice = from; choice < to; choice++) {
    logits[choice] = Math.exp(logits[choice] - most);
    sum += logits[choice];
  }
  let left = rng.next32() * sum;
  let last = to - 1;
  for (let choice = from; choice < to; choice++) {
    left -= logits[choice];
    if (logits[choice] > 0) last = choice;
    if (left < 0 && logits[choice] > 0) return choice;
  }
  return last;
}
