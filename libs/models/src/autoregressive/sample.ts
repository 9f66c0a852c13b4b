import { tf } from '@ehrsynth/engine';
import { yieldToEventLoop } from '@ehrsynth/io';
import type { Rng } from '@ehrsynth/random';
import { inBlocks } from '../sample-blocks.ts';
import type { SampledRow, SampleOptions } from '../synthesizer.ts';
import type { CountHead } from './count-head.ts';
import type { Network } from './network.ts';
import type { Tokens } from './tokens.ts';

const BLOCK_ROWS = 500;

/** @see Synthesizer.sample */
export async function* sampleRows(
  network: Network,
  tokens: Tokens,
  zeros: readonly (readonly [number, number])[],
  counts: CountHead | undefined,
  rows: number,
  options: SampleOptions,
): AsyncGenerator<SampledRow> {
  const sampler = new Sampler(network, tokens, zeros);
  async function* block(rng: Rng): AsyncGenerator<SampledRow['entries']> {
    const sentences = await sampler.draw(BLOCK_ROWS, rng, options.signal);
    const sets = sentences.map((own) => own.filter((token) => tokens.columnOf[token] !== -1));
    const drawn = counts?.draw(sets, rng.fork('counts'));
    for (const [i, set] of sets.entries()) {
      const entries = set.map((token, j): [number, number] => [tokens.columnOf[token], drawn?.[i][j] ?? 1]);
      yield entries.sort(([a], [b]) => a - b);
    }
  }
  yield* inBlocks(BLOCK_ROWS, block, rows, options);
}

class Sampler {
  /** Of each token what it adds to the first layer, tokens × hidden; and what the layer begins with. */
  private readonly embedding: Float32Array;
  private readonly bias: Float32Array;
  private readonly hidden: number;
  private readonly forbidden = new Map<number, number[]>();
  /** Absences of what nobody lacks. */
  private readonly never: number[];

  constructor(
    private readonly network: Network,
    private readonly tokens: Tokens,
    zeros: readonly (readonly [number, number])[],
  ) {
    const { weights, bias } = network.first;
    this.embedding = weights.dataSync() as Float32Array;
    this.bias = bias!.dataSync() as Float32Array;
    this.hidden = this.bias.length;
    this.never = zeros.filter(([value, code]) => value === code).map(([value]) => value);
    for (const [value, code] of zeros) this.forbidden.set(value, [...(this.forbidden.get(value) ?? []), code]);
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
      const logits = await this.logits(sums, open);
      open.forEach((row, i) => {
        const own = sentences[row];
        const [from, to] = tokens.following(own.length, own.at(-1) ?? -1);
        const token = choose(logits.subarray(i * tokens.count, (i + 1) * tokens.count), from, to, barred[row], rng);
        own.push(token);
        this.forbidden.get(token)?.forEach((code) => barred[row].add(code));
        for (let j = 0; j < hidden; j++) sums[row * hidden + j] += this.embedding[token * hidden + j];
      });
      open = open.filter((row) => sentences[row].at(-1) !== tokens.end);
    }
    return sentences;
  }

  private async logits(sums: Float32Array, open: number[]): Promise<Float32Array> {
    const values = new Float32Array(open.length * this.hidden);
    open.forEach((row, i) => {
      for (let j = 0; j < this.hidden; j++) values[i * this.hidden + j] = Math.max(0, sums[row * this.hidden + j]);
    });
    const output = tf.tidy(() => this.network.after(tf.tensor2d(values, [open.length, this.hidden])));
    const logits = (await output.data()) as Float32Array;
    output.dispose();
    return logits;
  }
}

/** A token of [from, to) by softmax, without those that are barred: never all of them. */
function choose(logits: Float32Array, from: number, to: number, barred: ReadonlySet<number>, rng: Rng): number {
  let most = -Infinity;
  for (let token = from; token < to; token++) most = Math.max(most, logits[token]);
  let sum = 0;
  for (let token = from; token < to; token++) {
    logits[token] = barred.has(token) ? 0 : Math.exp(logits[token] - most);
    sum += logits[token];
  }
  let left = rng.next32() * sum;
  let last = to - 1;
  for (let token = from; token < to; token++) {
    left -= logits[token];
    if (logits[token] > 0) last = token;
    if (left < 0 && logits[token] > 0) return token;
  }
  return last;
}
