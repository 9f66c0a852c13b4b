import { gradients, tf, variable } from '@ehrsynth/engine';
import { type Life, type LifeRows, partsOf } from '@ehrsynth/sequence';
import type { GradientPart } from '../private/clipped-sums.ts';
import type { Batcher } from './language.ts';
import type { VisitsNetwork } from './network.ts';

/**
 * The gradient of one life's −log likelihood: of all its parts together, since a patient is one unit however long the life. It is computed
 * from that life and the weights alone, never in a batch with others, whose numbers could touch its rounding errors.
 * The first layer has weights of everything that the network looks at, most of which a life never has: their gradients are made from that
 * of the layer's state, for what is there only.
 */
export class LifeGradient {
  private readonly dense: [name: string, weights: tf.Variable][];

  constructor(
    private readonly network: VisitsNetwork,
    private readonly batcher: Batcher,
  ) {
    this.dense = Object.entries(network.trained).filter(([name]) => !name.startsWith('first.'));
  }

  async of(life: Life): Promise<GradientPart[]> {
    const { hidden } = this;
    const sums = this.dense.map(([, { size }]) => new Float64Array(size));
    const ofBias = new Float64Array(hidden);
    const ofFeatures = new Map<number, Float64Array>();
    for (const { first, end } of partsOf(life)) {
      const { batch, rows } = this.batcher.batch([{ life, first, end }]);
      const state = variable(tf.tidy(() => this.network.state(batch)));
      const found = tf.tidy(
        () =>
          gradients(
            () => this.network.lossFrom(state as tf.Variable<tf.Rank.R2>, batch, 1),
            [state, ...this.dense.map(([, weights]) => weights)],
          ).gradients,
      );
      const [values, ofState, ...own] = (await Promise.all(
        [state, ...found].map((one) => one.data()),
      )) as Float32Array[];
      tf.dispose([state, ...found]);
      batch.dispose();
      own.forEach((part, i) => addTo(sums[i], part));
      addFirst(rows, values, ofState, ofBias, ofFeatures);
    }
    return [
      { name: 'first.bias', start: 0, values: ofBias },
      ...Array.from(ofFeatures, ([feature, values]) => ({ name: 'first.weights', start: feature * hidden, values })),
      ...this.dense.map(([name], i) => ({ name, start: 0, values: sums[i] })),
    ];
  }

  private get hidden(): number {
    return this.network.first.weights.shape[1];
  }
}

function addTo(sums: Float64Array, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) sums[i] += values[i];
}

/** Gradients of the first layer: what a row adds is in its own state and in those of the rows after it. */
function addFirst(
  { rows, indptr, indices, values }: LifeRows,
  state: Float32Array,
  ofState: Float32Array,
  ofBias: Float64Array,
  ofFeatures: Map<number, Float64Array>,
): void {
  const hidden = ofBias.length;
  const after = new Float64Array(hidden);
  for (let row = rows - 1; row >= 0; row--) {
    for (let i = 0, at = row * hidden; i < hidden; i++, at++) {
      // A ReLU's: nothing where the state is 0.
      const own = state[at] > 0 ? ofState[at] : 0;
      after[i] += own;
      ofBias[i] += own;
    }
    for (let at = indptr[row]; at < indptr[row + 1]; at++) {
      let sums = ofFeatures.get(indices[at]);
      if (!sums) ofFeatures.set(indices[at], (sums = new Float64Array(hidden)));
      for (let i = 0; i < hidden; i++) sums[i] += values[at] * after[i];
    }
  }
}
