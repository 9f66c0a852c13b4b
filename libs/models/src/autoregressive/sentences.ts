import { choiceLoss, choiceLosses, SparseBatch, tf } from '@ehrsynth/engine';
import { yieldToEventLoop } from '@ehrsynth/io';
import type { Batch } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import type { Likelihood, Step } from '../likelihood.ts';
import type { Network } from './network.ts';
import type { AutoregressiveOptions } from './options.ts';
import type { Sets, Tokens } from './tokens.ts';

/** −log likelihood of rows as sentences, for training by it. */
export class SentenceLikelihood implements Likelihood {
  readonly binary = true;

  constructor(
    private readonly network: Network,
    private readonly tokens: Tokens,
    private readonly options: AutoregressiveOptions,
    /** Names of the variables that are learned; all by default. */
    private readonly only?: string[],
  ) {}

  get variables() {
    const all = Object.entries(this.network.named);
    return Object.fromEntries(this.only ? all.filter(([name]) => this.only!.includes(name)) : all);
  }

  step(batch: Batch, rng: Rng): Step {
    const { added, ends, choices } = this.tokens.beginnings(batch);
    const x = new SparseBatch(added);
    const loss = () => choiceLoss(this.network.logits(x, ends, this.masks(ends, rng)), choices, ends.length);
    return { loss, dispose: () => x.dispose() };
  }

  losses(rows: Sets): Promise<Float64Array> {
    return lossesOf(this.network, this.tokens, rows);
  }

  /** Masks that leave some of the hidden units out, the same ones for all of a patient's beginnings, and raise the others by as much. */
  private masks(ends: Int32Array, rng: Rng): tf.Tensor2D[] | undefined {
    const { dropout, hidden, layers } = this.options;
    if (dropout === 0) return undefined;
    const rows = ends.at(-1)!;
    return Array.from({ length: layers }, () => {
      const values = new Float32Array(rows * hidden);
      let from = 0;
      for (const end of ends) {
        const first = from * hidden;
        for (let i = 0; i < hidden; i++) values[first + i] = rng.next32() < dropout ? 0 : 1 / (1 - dropout);
        for (let row = from + 1; row < end; row++) values.copyWithin(row * hidden, first, first + hidden);
        from = end;
      }
      return tf.tensor2d(values, [rows, hidden]);
    });
  }
}

const BLOCK_ROWS = 200;

/** −log likelihood of each row, in nats. */
export async function lossesOf(network: Network, tokens: Tokens, { indptr, indices }: Sets): Promise<Float64Array> {
  const rows = indptr.length - 1;
  const losses = new Float64Array(rows);
  for (let start = 0; start < rows; start += BLOCK_ROWS) {
    await yieldToEventLoop();
    const block = { indptr: indptr.slice(start, Math.min(rows, start + BLOCK_ROWS) + 1), indices };
    const { added, ends, choices } = tokens.beginnings(block);
    const x = new SparseBatch(added);
    let logits = new Float32Array();
    // Not as the result of `tidy`, which looks for tensors in each number of it.
    tf.tidy(() => void (logits = network.logits(x, ends).dataSync() as Float32Array<ArrayBuffer>));
    x.dispose();
    const parts = choiceLosses(logits, tokens.count, choices);
    let at = 0;
    ends.forEach((end, row) => {
      for (; at < end; at++) losses[start + row] += parts[at];
    });
  }
  return losses;
}
