import { add, dense, type Dense, denseLayer, masked, type Csr, SparseBatch, tf } from '@ehrsynth/engine';
import type { Rng } from '@ehrsynth/random';
import type { AutoregressiveOptions } from './options.ts';

/** A set of tokens → a logit of each token: one sparse layer, residual layers, one layer out. */
export class Network {
  readonly first: Dense;
  readonly middle: Dense[];
  readonly last: Dense;

  readonly hidden: number;

  constructor(tokens: number, { hidden, layers }: AutoregressiveOptions, rng: Rng) {
    this.hidden = hidden;
    this.first = denseLayer(tokens, hidden, rng.fork('first'));
    this.middle = Array.from({ length: layers - 1 }, (_, i) => denseLayer(hidden, hidden, rng.fork(`middle ${i}`)));
    this.last = denseLayer(hidden, tokens, rng.fork('last'));
  }

  /** @param keep masks of the hidden units, one per layer, in training */
  logits(x: SparseBatch, keep?: readonly tf.Tensor2D[]): tf.Tensor2D {
    return this.after(dense(x, this.first, 'relu'), keep);
  }

  /** The logits from the first layer's numbers on. */
  after(first: tf.Tensor2D, keep?: readonly tf.Tensor2D[]): tf.Tensor2D {
    const dropped = (h: tf.Tensor2D, i: number) => (keep ? masked(h, keep[i]) : h);
    const h = this.middle.reduce(
      (before, next, i) => dropped(add(dense(before, next, 'relu'), before), i + 1),
      dropped(first, 0),
    );
    return dense(h, this.last);
  }

  /** What the last layer looks at, for sets of tokens; nothing of its making is recorded. To be called within `tf.tidy`. */
  state(sets: Csr): tf.Tensor2D {
    const x = new SparseBatch(sets);
    const { inputs } = this.layers(x);
    x.dispose();
    return inputs.at(-1)!;
  }

  /** Every layer's output that is the next one's input, and the logits; without dropout. */
  layers(x: SparseBatch): { inputs: tf.Tensor2D[]; activated: tf.Tensor2D[]; logits: tf.Tensor2D } {
    const first = dense(x, this.first, 'relu');
    const inputs = [first];
    const activated = [first];
    for (const next of this.middle) {
      activated.push(dense(inputs.at(-1)!, next, 'relu'));
      inputs.push(add(activated.at(-1)!, inputs.at(-1)!));
    }
    return { inputs, activated, logits: dense(inputs.at(-1)!, this.last) };
  }

  /** Gradients at the outputs of the layers, before their activation, first to last. @param last that of the logits */
  deltas({ activated }: ReturnType<Network['layers']>, last: tf.Tensor2D): tf.Tensor2D[] {
    const back = (delta: tf.Tensor2D, { weights }: Dense) => tf.matMul<tf.Tensor2D>(delta, weights, false, true);
    const through = (gradient: tf.Tensor2D, output: tf.Tensor2D) =>
      tf.mul<tf.Tensor2D>(gradient, tf.cast(tf.greater(output, 0), 'float32'));
    const deltas = [last];
    let gradient = back(last, this.last);
    for (let i = this.middle.length - 1; i >= 0; i--) {
      deltas.unshift(through(gradient, activated[i + 1]));
      gradient = tf.add(gradient, back(deltas[0], this.middle[i]));
    }
    return [through(gradient, activated[0]), ...deltas];
  }

  /** Names of the layers in `named`, first to last. */
  get layerNames(): string[] {
    return ['first', ...this.middle.map((_, i) => `middle.${i}`), 'last'];
  }

  get named(): Record<string, tf.Variable> {
    const all = [this.first, ...this.middle, this.last];
    return Object.fromEntries(
      all.flatMap(({ weights, bias }, i) => [
        [`${this.layerNames[i]}.weights`, weights],
        [`${this.layerNames[i]}.bias`, bias!],
      ]),
    );
  }

  dispose(): void {
    Object.values(this.named).forEach((one) => one.dispose());
  }
}
