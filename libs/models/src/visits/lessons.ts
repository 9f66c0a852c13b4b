import { repeatedRows, tf } from '@ehrsynth/engine';
import { Rng } from '@ehrsynth/random';
import type { LifeStore, StoredPart } from '@ehrsynth/sequence';
import { type Lessons, setAside, shuffled } from '../likelihood.ts';
import { cosineDecay } from '../training-loop.ts';
import type { LifeBatch } from './batch.ts';
import { Batcher, type Language } from './language.ts';
import { lossesOfLives } from './losses.ts';
import type { VisitsNetwork } from './network.ts';
import type { SizedOptions } from './options.ts';

/** Lives in a store, learned in batches of about so many tokens. */
export class LifeLessons implements Lessons {
  readonly variables: Record<string, tf.Variable>;
  /** Lives that are learned from, and those set aside. */
  private readonly members: Int32Array;
  private readonly aside: Int32Array;
  private readonly parts: StoredPart[];
  private readonly tokensPerLife: number;
  private readonly batcher: Batcher;
  private packed: { epoch: number; batches: StoredPart[][] } | undefined;

  constructor(
    private readonly network: VisitsNetwork,
    language: Language,
    private readonly store: LifeStore,
    private readonly options: SizedOptions & { batchTokens: number; epochs: number },
  ) {
    this.variables = network.trained;
    this.batcher = new Batcher(language);
    const order = shuffled(store.lives, options.seed);
    this.aside = order.slice(0, setAside(store.lives)).sort();
    const isMember = new Uint8Array(store.lives).fill(1);
    if (store.lives > 1) for (const life of this.aside) isMember[life] = 0;
    this.members = order.filter((life) => isMember[life] === 1);
    this.parts = store.parts.filter(({ life }) => isMember[life] === 1);
    this.tokensPerLife = this.parts.reduce((sum, { tokens }) => sum + tokens, 0) / this.members.length;
  }

  stepsOf(epoch: number): number {
    return this.batches(epoch).length;
  }

  async *steps(epoch: number, from: number) {
    const rng = this.rngOf(epoch);
    const batches = this.batches(epoch);
    for (let number = from; number < batches.length; number++) {
      const parts = batches[number].map((part) => ({ ...part, life: this.store.read(part.life) }));
      const { batch } = this.batcher.batch(parts);
      const tokens = batches[number].reduce((sum, part) => sum + part.tokens, 0);
      // Less and less is left out, so that in the end the whole network is what it was trained to be.
      const dropout = this.options.dropout * cosineDecay((epoch + number / batches.length) / this.options.epochs);
      const keep = dropout > 0 ? this.masks(batch, dropout, rng.fork(`step/${number}`)) : undefined;
      const divisor = tokens / this.tokensPerLife;
      const step = { loss: () => this.network.loss(batch, divisor, keep?.()), dispose: () => batch.dispose() };
      yield { step, number, rows: divisor };
    }
  }

  async validate(): Promise<number> {
    const { aside, store } = this;
    function* lives() {
      for (const life of aside) yield store.read(life);
    }
    const losses = await lossesOfLives(this.network, this.batcher, lives());
    return losses.reduce((sum, one) => sum + one, 0) / losses.length;
  }

  /** Masks that leave some of the hidden units out, the same ones for all of a part of a life, and raise the others by as much. */
  private masks({ ends, parts }: LifeBatch, dropout: number, rng: Rng): () => tf.Tensor2D[][] {
    const { hidden, layers } = this.options;
    const owners = new Int32Array(ends.at(-1)!);
    ends.forEach((end, part) => owners.fill(part, ends[part - 1] ?? 0, end));
    return () =>
      parts.map(({ rows }) =>
        Array.from({ length: layers }, () => {
          const values = new Float32Array(ends.length * hidden);
          for (let i = 0; i < values.length; i++) values[i] = rng.next32() < dropout ? 0 : 1 / (1 - dropout);
          return repeatedRows(
            tf.tensor2d(values, [ends.length, hidden]),
            rows.map((row) => owners[row]),
          );
        }),
      );
  }

  /** The parts of all lives in a random order, in batches. */
  private batches(epoch: number): StoredPart[][] {
    if (this.packed?.epoch === epoch) return this.packed.batches;
    const batches: StoredPart[][] = [];
    let left = 0;
    for (const part of this.rngOf(epoch)
      .fork('order')
      .shuffle([...this.parts])) {
      if (left <= 0) {
        batches.push([]);
        left = this.options.batchTokens;
      }
      batches.at(-1)!.push(part);
      left -= part.tokens;
    }
    this.packed = { epoch, batches };
    return batches;
  }

  private rngOf(epoch: number): Rng {
    return new Rng(this.options.seed).fork(`epoch/${epoch}`);
  }
}
