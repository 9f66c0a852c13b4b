import { DrawingNetwork } from '@ehrsynth/engine';
import { yieldToEventLoop } from '@ehrsynth/io';
import type { Rng } from '@ehrsynth/random';
import { inBlocks } from '../sample-blocks.ts';
import type { SampledRow, SampleOptions } from '../synthesizer.ts';
import { layerNumbers as numbersOf } from '../values.ts';
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

/** A sentence that is being drawn. */
interface Sentence {
  row: number;
  tokens: number[];
  /** Lists of tokens that cannot follow. */
  barred: (readonly number[])[];
  /** What may follow otherwise. */
  following: [from: number, to: number];
  /** The head's choices that this is. */
  inHead: readonly [from: number, to: number];
  /** The random number by which one is chosen. */
  chance: number;
}

class Sampler {
  /** Tokens that each token rules out. */
  private readonly forbidden = new Map<number, number[]>();
  /** Absences of what nobody lacks. */
  private readonly never: number[];

  private constructor(
    private readonly network: DrawingNetwork,
    private readonly tokens: Tokens,
    private readonly clusters: Clusters,
    zeros: readonly (readonly [number, number])[],
  ) {
    this.never = zeros.filter(([value, code]) => value === code).map(([value]) => value);
    for (const [value, code] of zeros) this.forbidden.set(value, [...(this.forbidden.get(value) ?? []), code]);
  }

  static async of(
    { first, middle, last, tails }: Network,
    tokens: Tokens,
    clusters: Clusters,
    zeros: readonly (readonly [number, number])[],
  ): Promise<Sampler> {
    const parts = {
      first: await numbersOf(first),
      trunks: [
        {
          middle: await Promise.all(middle.map(numbersOf)),
          outs: await Promise.all([last, ...tails].map(numbersOf)),
        },
      ],
    };
    return new Sampler(new DrawingNetwork(parts, BLOCK_ROWS), tokens, clusters, zeros);
  }

  /** So many sentences, token by token, all that go on in one step of the network. */
  async draw(rows: number, rng: Rng, signal?: AbortSignal): Promise<number[][]> {
    const { network, tokens, clusters } = this;
    network.begin(rows);
    const all = Array.from({ length: rows }, (_, row): Sentence => ({
      row,
      tokens: [],
      barred: this.never.length > 0 ? [this.never] : [],
      following: [0, 0],
      inHead: [0, 0],
      chance: 0,
    }));
    let open = all;
    while (open.length > 0) {
      await yieldToEventLoop();
      signal?.throwIfAborted();
      for (const one of open) {
        one.following = tokens.following(one.tokens.length, one.tokens.at(-1) ?? -1);
        one.inHead = clusters.headRange(one.following);
        one.chance = rng.next32();
      }
      const sorted = open.toSorted((a, b) => a.inHead[0] - b.inHead[0]);
      this.step(sorted, rng);
      open = open.filter((one) => one.tokens.at(-1) !== tokens.end);
    }
    return all.map((one) => one.tokens);
  }

  /** One more token for each sentence, of those that may follow: the head's choice, then the clusters'. */
  private step(sentences: readonly Sentence[], rng: Rng): void {
    const { network, clusters } = this;
    const end = clusters.inHead.length - 1;
    const rows = Int32Array.from(sentences, ({ row }) => row);
    const to = sentences.reduce((most, { inHead }) => Math.max(most, inHead[1]), 0);
    network.look(rows);
    network.logits(
      0,
      Int32Array.from(sentences, ({ inHead }) => inHead[0]),
      to,
    );
    const chosen = Int32Array.from(sentences, (one, i) => this.headChoice(one, i));
    const next = chosen.map((choice) => (choice === clusters.headSize - 1 ? end : choice));
    for (const cluster of clusters.sizes.keys()) {
      const places = [...chosen.keys()].filter((i) => clusters.clusterOf(chosen[i]) === cluster);
      if (places.length > 0) this.chooseWithin(cluster, sentences, places, next, rng);
    }
    for (const [i, one] of sentences.entries()) {
      one.tokens.push(next[i]);
      const ruledOut = this.forbidden.get(next[i]);
      if (ruledOut) one.barred.push(ruledOut);
    }
    network.add(rows, next);
  }

  private headChoice({ following, inHead: [from, to], barred, chance }: Sentence, i: number): number {
    const { network, clusters } = this;
    const { inHead, cutoffs } = clusters;
    for (const list of barred) {
      for (const token of list) {
        const choice = inHead[token];
        if (choice >= from && choice < to && clusters.clusterOf(choice) === -1) network.bar(0, i, choice);
      }
    }
    cutoffs.forEach((first, cluster) => {
      const choice = inHead[first];
      if (choice >= from && choice < to && this.isSpent(cluster, following, barred)) network.bar(0, i, choice);
    });
    return network.choose(0, i, from, to, chance);
  }

  /** Tokens of a cluster for the sentences at some places. */
  private chooseWithin(
    cluster: number,
    sentences: readonly Sentence[],
    places: number[],
    next: Int32Array,
    rng: Rng,
  ): void {
    const { network, clusters } = this;
    const [out, first, size] = [cluster + 1, clusters.cutoffs[cluster], clusters.sizes[cluster]];
    const start = (place: number) => clusters.tailRange(cluster, sentences[place].following)[0];
    const byRow = places.toSorted((a, b) => sentences[a].row - sentences[b].row);
    const chances = new Map(byRow.map((place) => [place, rng.next32()]));
    const sorted = Int32Array.from(places).sort((a, b) => start(a) - start(b));
    network.logitsOf(sorted, out, sorted.map(start), size);
    for (const [i, place] of sorted.entries()) {
      for (const list of sentences[place].barred)
        for (const token of list) if (token >= first && token < first + size) network.bar(out, i, token - first);
      next[place] = first + network.choose(out, i, start(place), size, chances.get(place)!);
    }
  }

  /** Whether all that may still follow in a cluster is barred. */
  private isSpent(cluster: number, range: [from: number, to: number], barred: readonly (readonly number[])[]): boolean {
    const [from, to] = this.clusters.tailRange(cluster, range);
    if (barred.reduce((sum, { length }) => sum + length, 0) < to - from) return false;
    const first = this.clusters.cutoffs[cluster];
    const own = new Set(barred.flat());
    for (let at = from; at < to; at++) if (!own.has(first + at)) return false;
    return true;
  }
}
