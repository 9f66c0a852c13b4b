import type { Network } from './network.ts';
import type { Tokens } from './tokens.ts';

/** Values of a variable from a place on. */
export interface Part {
  name: string;
  start: number;
  values: Float64Array;
}

interface Layer {
  name: string;
  weights: Float32Array;
  bias: Float32Array;
  /** Gradients, filled anew for each patient. */
  ofWeights: Float64Array;
  ofBias: Float64Array;
}

/**
 * The gradient of one patient's −log likelihood, in plain arithmetic of doubles: it depends on that patient and the weights alone, to the last
 * bit. An engine's kernels do not promise this, since how they round may depend on how many rows there are.
 * A zero after a ReLU costs nothing, and the softmax is made over what may follow only.
 */
export class PatientGradient {
  private readonly first: Layer;
  private readonly middle: Layer[];
  private readonly last: Layer;
  private readonly hidden: number;

  /** @param network as it is now; later changes are not seen */
  constructor(
    network: Network,
    private readonly tokens: Tokens,
  ) {
    const variables = network.named;
    const layers = network.layerNames.map((name): Layer => {
      const [weights, bias] = ['weights', 'bias'].map((kind) => variables[`${name}.${kind}`].dataSync() as Float32Array);
      // A token's row of the first layer's weights has its gradient made for itself.
      const size = name === 'first' ? 0 : weights.length;
      return { name, weights, bias, ofWeights: new Float64Array(size), ofBias: new Float64Array(bias.length) };
    }); // prettier-ignore
    this.first = layers[0];
    this.middle = layers.slice(1, -1);
    this.last = layers.at(-1)!;
    this.hidden = network.hidden;
  }

  /** @param columns of the patient's row. The parts are valid until the next call. */
  of(columns: ArrayLike<number>): Part[] {
    const { tokens, first, middle, last, hidden } = this;
    const sentence = tokens.sentence(columns);
    const length = sentence.length;

    // Forward: what each layer gets, and what the middle ones add to it.
    const inputs = [this.firstOutputs(sentence)];
    const activated = middle.map((layer) => {
      const before = inputs.at(-1)!;
      const after = product(before, layer, length, hidden, [0, hidden]);
      for (let i = 0; i < after.length; i++) if (after[i] < 0) after[i] = 0;
      inputs.push(after.map((value, i) => value + before[i]));
      return after;
    });
    const top = inputs.at(-1)!;

    // Softmax less what came.
    const following = sentence.map((_, t) => tokens.following(t, sentence[t - 1] ?? -1));
    const deltas = product(top, last, length, tokens.count, following);
    sentence.forEach((token, t) => softmaxLess(deltas, t * tokens.count, following[t], token));

    // Backward.
    outer(top, deltas, last, length, tokens.count, following);
    let gradient = transposedProduct(deltas, last, length, hidden, tokens.count, following);
    for (let i = middle.length - 1; i >= 0; i--) {
      const delta = gradient.map((value, at) => (activated[i][at] > 0 ? value : 0));
      outer(inputs[i], delta, middle[i], length, hidden, [0, hidden]);
      const more = transposedProduct(delta, middle[i], length, hidden, hidden, [0, hidden]);
      gradient = gradient.map((value, at) => value + more[at]);
    }
    gradient = gradient.map((value, at) => (inputs[0][at] > 0 ? value : 0));
    first.ofBias.fill(0);
    for (let at = 0; at < gradient.length; at++) first.ofBias[at % hidden] += gradient[at];

    return [
      { name: 'first.bias', start: 0, values: first.ofBias },
      ...this.firstParts(sentence, gradient),
      ...[...middle, last].flatMap(({ name, ofWeights, ofBias }) => [
        { name: `${name}.weights`, start: 0, values: ofWeights },
        { name: `${name}.bias`, start: 0, values: ofBias },
      ]),
    ];
  }

  /** Of each beginning: the bias and the weights of its tokens, where above 0. */
  private firstOutputs(sentence: number[]): Float64Array {
    const { hidden, first } = this;
    const outputs = new Float64Array(sentence.length * hidden);
    const sum = Float64Array.from(first.bias);
    sentence.forEach((token, t) => {
      for (let i = 0; i < hidden; i++) outputs[t * hidden + i] = Math.max(0, sum[i]);
      for (let i = 0; i < hidden; i++) sum[i] += first.weights[token * hidden + i];
    });
    return outputs;
  }

  /** A token is in every beginning after it. */
  private firstParts(sentence: number[], gradient: Float64Array): Part[] {
    const { hidden } = this;
    const parts: Part[] = [];
    let after = new Float64Array(hidden);
    for (let t = sentence.length - 1; t > 0; t--) {
      if (sentence[t - 1] >= sentence[t]) throw new Error('a row has a column twice');
      after = after.map((value, i) => value + gradient[t * hidden + i]);
      parts.push({ name: 'first.weights', start: sentence[t - 1] * hidden, values: after });
    }
    return parts;
  }
}

/** Of each row the columns that count: the same ones for all, or its own. */
type Ranges = [from: number, to: number] | [from: number, to: number][];

function rangeOf(ranges: Ranges, row: number): [number, number] {
  return (typeof ranges[0] === 'number' ? ranges : ranges[row]) as [number, number];
}

/** x · W + b, rows × outputs, in each row's range. */
function product(x: Float64Array, { weights, bias }: Layer, rows: number, outputs: number, ranges: Ranges): Float64Array {
  const out = new Float64Array(rows * outputs);
  const width = x.length / rows;
  for (let row = 0; row < rows; row++) {
    const [from, to] = rangeOf(ranges, row);
    const start = row * outputs;
    for (let j = from; j < to; j++) out[start + j] = bias[j];
    for (let k = 0; k < width; k++) {
      const factor = x[row * width + k];
      if (factor !== 0) addTimes(out, start + from, weights, k * outputs + from, to - from, factor);
    }
  }
  return out;
} // prettier-ignore

/** out += factor · weights. One function for each kind of array: one for both would be much slower. */
function addTimes(out: Float64Array, at: number, weights: Float32Array, from: number, length: number, factor: number): void {
  for (let i = 0; i < length; i++) out[at + i] += factor * weights[from + i];
} // prettier-ignore

function addTimes64(out: Float64Array, at: number, values: Float64Array, from: number, length: number, factor: number): void {
  for (let i = 0; i < length; i++) out[at + i] += factor * values[from + i];
} // prettier-ignore

function softmaxLess(logits: Float64Array, at: number, [from, to]: [number, number], chosen: number): void {
  let most = -Infinity;
  for (let j = from; j < to; j++) most = Math.max(most, logits[at + j]);
  let sum = 0;
  for (let j = from; j < to; j++) sum += logits[at + j] = Math.exp(logits[at + j] - most);
  for (let j = from; j < to; j++) logits[at + j] /= sum;
  logits[at + chosen] -= 1;
}

/** The layer's gradients: xᵀ · delta, and the sum of delta over the rows. */
function outer(x: Float64Array, delta: Float64Array, { ofWeights, ofBias }: Layer, rows: number, outputs: number, ranges: Ranges): void {
  const width = x.length / rows;
  ofWeights.fill(0);
  ofBias.fill(0);
  for (let row = 0; row < rows; row++) {
    const [from, to] = rangeOf(ranges, row);
    addTimes64(ofBias, from, delta, row * outputs + from, to - from, 1);
  }
  for (let k = 0; k < width; k++) {
    for (let row = 0; row < rows; row++) {
      const factor = x[row * width + k];
      if (factor === 0) continue;
      const [from, to] = rangeOf(ranges, row);
      addTimes64(ofWeights, k * outputs + from, delta, row * outputs + from, to - from, factor);
    }
  }
} // prettier-ignore

/** delta · Wᵀ: rows × inputs. */
function transposedProduct(delta: Float64Array, { weights }: Layer, rows: number, inputs: number, outputs: number, ranges: Ranges): Float64Array {
  const out = new Float64Array(rows * inputs);
  for (let k = 0; k < inputs; k++) {
    for (let row = 0; row < rows; row++) {
      const [from, to] = rangeOf(ranges, row);
      out[row * inputs + k] = dot(delta, row * outputs + from, weights, k * outputs + from, to - from);
    }
  }
  return out;
} // prettier-ignore

/** In four sums, which do not wait for one another. */
function dot(x: Float64Array, at: number, y: Float32Array, from: number, length: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = length & ~3;
  let i = 0;
  for (; i < whole; i += 4) {
    a += x[at + i] * y[from + i];
    b += x[at + i + 1] * y[from + i + 1];
    c += x[at + i + 2] * y[from + i + 2];
    d += x[at + i + 3] * y[from + i + 3];
  }
  for (; i < length; i++) a += x[at + i] * y[from + i];
  return a + b + c + d;
}
