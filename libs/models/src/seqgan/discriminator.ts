import { Adam, add, dense, type Dense, denseLayer, logisticLoss, runningDense, tf } from '@ehrsynth/engine';
import { yieldToEventLoop } from '@ehrsynth/io';
import type { Rng } from '@ehrsynth/random';
import { type Life, partsOf, RowGatherer } from '@ehrsynth/sequence';
import { valuesOf } from '../values.ts';
import type { Language } from '../visits/language.ts';
import { ItemBatch } from './item-batch.ts';

const HIDDEN = 64;
const LEARNING_RATE = 1e-3;
const L2 = 1e-4;
/** Tokens that are judged at a time, about. */
const BLOCK_TOKENS = 20_000;

/**
 * The probability that a life is a real patient's. It looks at what the generator looks at, at the end of each item: the item with all its
 * codes beside everything that was there before. One layer of that, the mean over the life, and two more. (Yu et al. 2017 have a
 * convolution over tokens and its greatest value over the text: what is near there is the past here, however long ago.)
 */
export class Discriminator {
  readonly adam: Adam;
  private readonly first: Dense;
  private readonly middle: Dense;
  private readonly last: Dense;
  private readonly gatherer: RowGatherer;

  constructor(
    private readonly language: Language,
    rng: Rng,
  ) {
    this.first = denseLayer(language.features.count, HIDDEN, rng.fork('first'));
    this.middle = denseLayer(HIDDEN, HIDDEN, rng.fork('middle'));
    this.last = denseLayer(HIDDEN, 1, rng.fork('last'));
    this.gatherer = new RowGatherer(language.dictionary, language.alphabet, language.walk());
    this.adam = new Adam(Object.values(this.named), { learningRate: LEARNING_RATE, l2: L2 });
  }

  get named(): Record<string, tf.Variable> {
    const layers = Object.entries({ first: this.first, middle: this.middle, last: this.last });
    return Object.fromEntries(
      layers.flatMap(([name, { weights, bias }]): [string, tf.Variable][] => [
        [`${name}.weights`, weights],
        [`${name}.bias`, bias!],
      ]),
    );
  }

  /** One step towards calling these real and those drawn. Gives the loss, which the caller disposes of: 2 log 2 where it knows nothing. */
  learn(real: readonly Life[], drawn: readonly Life[]): tf.Scalar {
    const batches = [real, drawn].map((lives) => this.batch(lives));
    const loss = this.adam.minimize(() =>
      add(logisticLoss(this.logits(batches[0]), true), logisticLoss(this.logits(batches[1]), false)),
    );
    for (const batch of batches) batch.dispose();
    return loss;
  }

  /** Of each life the probability that it is real. */
  async probabilities(lives: readonly Life[]): Promise<Float64Array> {
    const found: number[] = [];
    for (let first = 0, next = 0; first < lives.length; first = next) {
      for (let tokens = 0; next < lives.length && tokens < BLOCK_TOKENS; next++)
        tokens += partsOf(lives[next]).reduce((sum, part) => sum + part.tokens, 0);
      const batch = this.batch(lives.slice(first, next));
      const logits = await valuesOf(() => this.logits(batch));
      for (const logit of logits) found.push(1 / (1 + Math.exp(-logit)));
      batch.dispose();
      await yieldToEventLoop();
    }
    return Float64Array.from(found);
  }

  dispose(): void {
    this.adam.dispose();
    tf.dispose(this.named);
  }

  private batch(lives: readonly Life[]): ItemBatch {
    for (const life of lives) this.gatherer.add({ life, first: 0, end: Infinity });
    const { features, alphabet } = this.language;
    return new ItemBatch(this.gatherer.done(), features.count, alphabet.endOfVisit);
  }

  private logits({ added, ends, means }: ItemBatch): tf.Tensor2D {
    const items = runningDense(added, ends, this.first, 'relu');
    const life = dense(means, { weights: items });
    return dense(dense(life, this.middle, 'relu'), this.last);
  }
}
