import {
  activate,
  addRow,
  dense,
  type Dense,
  denseLayer,
  masked,
  rowNormal,
  rowNormalSlope,
  type SparseBatch,
  tf,
  transposedDense,
} from '@ehrsynth/engine';
import type { Rng } from '@ehrsynth/random';

/**
 * A row → a score, high where the row looks real: the critic of a Wasserstein GAN. Layers with ReLU, each row for itself, since the penalty
 * is on the slope at each row (Gulrajani et al. 2017, section 4). With layer normalisation before the bias; its scale is the next layer's.
 */
export class Critic {
  readonly layers: Dense[];

  constructor(
    columns: number,
    widths: readonly number[],
    private readonly normalise: boolean,
    rng: Rng,
  ) {
    this.layers = [...widths, 1].map((outputs, i) => denseLayer(widths[i - 1] ?? columns, outputs, rng));
  }

  run(x: tf.Tensor2D | SparseBatch): tf.Tensor2D {
    return dense(this.hidden(x).at(-1)!.output, this.last);
  }

  /** The derivative of each row's score along the row; rows × columns. It can itself be derived along the weights. */
  slope(x: tf.Tensor2D): tf.Tensor2D {
    const passed = this.hidden(x);
    const ones = tf.ones<tf.Rank.R2>([x.shape[0], 1]);
    return this.layers.slice(0, -1).reduceRight(
      (slope, { weights }, i) => {
        const { normalised, output } = passed[i];
        const open = masked(slope, tf.step(output as tf.Tensor2D));
        return transposedDense(normalised ? rowNormalSlope(open, normalised) : open, weights);
      },
      transposedDense(ones, this.last.weights),
    );
  }

  get named(): Record<string, tf.Variable> {
    return Object.fromEntries(
      this.layers.flatMap(({ weights, bias }, i) => [
        [`discriminator.${i}.weights`, weights],
        [`discriminator.${i}.bias`, bias!],
      ]),
    );
  }

  /** Of each hidden layer what it gives, and what was normalised. */
  private hidden(x: tf.Tensor2D | SparseBatch) {
    const passed: { normalised?: tf.Tensor2D; output: tf.Tensor2D | SparseBatch }[] = [];
    let output = x;
    for (const { weights, bias } of this.layers.slice(0, -1)) {
      const normalised = this.normalise ? dense(output, { weights }) : undefined;
      output = normalised
        ? activate(addRow(rowNormal(normalised), bias!), 'relu')
        : dense(output, { weights, bias }, 'relu');
      passed.push({ normalised, output });
    }
    return passed;
  }

  private get last(): Dense {
    return this.layers.at(-1)!;
  }
}
