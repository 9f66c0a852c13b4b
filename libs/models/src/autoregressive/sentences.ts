import { repeatedRows, tf } from '@ehrsynth/engine';
import { yieldToEventLoop } from '@ehrsynth/io';
import type { Batch } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import type { Likelihood, Step } from '../likelihood.ts';
import type { Clusters } from './clusters.ts';
import type { Network } from './network.ts';
import type { AutoregressiveOptions } from './options.ts';
import { SentenceBatch } from './sentence-batch.ts';
import type { Sets, Tokens } from './tokens.ts';

/** −log likelihood of rows as sentences, for training by it. */
export class SentenceLikelihood implements Likelihood {
  readonly binary = true;

  constructor(
    private readonly network: Network,
    private readonly tokens: Tokens,
    private readonly clusters: Clusters,
    private readonly options: AutoregressiveOptions,
    /** Names of the variables that are learned; all by default. */
    private readonly only?: string[],
  ) {}

  get variables() {
    const all = Object.entries(this.network.named);
    return Object.fromEntries(this.only ? all.filter(([name]) => this.only!.includes(name)) : all);
  }

  step(batch: Batch, rng: Rng): Step {
    const sentences = new SentenceBatch(this.tokens, this.clusters, batch);
    const loss = () => this.network.loss(sentences, this.masks(sentences.ends, rng));
    return { loss, dispose: () => sentences.dispose() };
  }

  losses(rows: Sets): Promise<Float64Array> {
    return lossesOf(this.network, this.tokens, this.clusters, rows);
  }

  /** Masks that leave some of the hidden units out, the same ones for all of a patient's beginnings, and raise the others by as much. */
  private masks(ends: Int32Array, rng: Rng): tf.Tensor2D[] | undefined {
    const { dropout, hidden, layers } = this.options;
    if (dropout === 0) return undefined;
    const owners = new Int32Array(ends.at(-1)!);
    ends.forEach((end, patient) => owners.fill(patient, ends[patient - 1] ?? 0, end));
    return Array.from({ length: layers }, () => {
      const values = new Float32Array(ends.length * hidden);
      for (let i = 0; i < values.length; i++) values[i] = rng.next32() < dropout ? 0 : 1 / (1 - dropout);
      return repeatedRows(tf.tensor2d(values, [ends.length, hidden]), owners);
    });
  }
}

/** Logits of a block, at most; rows that are longer are blocks of their own. */
const BLOCK_LOGITS = 4e6;

/** −log likelihood of each row, in nats. */
export async function lossesOf(
  network: Network,
  tokens: Tokens,
  clusters: Clusters,
  { indptr, indices }: Sets,
): Promise<Float64Array> {
  const rows = indptr.length - 1;
  const losses = new Float64Array(rows);
  const isFull = (start: number, end: number) => {
    const beginnings = indptr[end] - indptr[start] + (end - start) * (tokens.groups.length + 1);
    return beginnings * clusters.headSize > BLOCK_LOGITS;
  };
  for (let start = 0, next = 0; start < rows; start = next) {
    await yieldToEventLoop();
    next = start + 1;
    while (next < rows && !isFull(start, next + 1)) next++;
    const block = new SentenceBatch(tokens, clusters, { indptr: indptr.slice(start, next + 1), indices });
    const parts = await network.losses(block);
    let at = 0;
    block.ends.forEach((end, row) => {
      for (; at < end; at++) losses[start + row] += parts[at];
    });
    block.dispose();
  }
  return losses;
}
