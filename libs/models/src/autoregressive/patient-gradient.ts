import type { GradientPart } from '../private/clipped-sums.ts';
import type { Network } from './network.ts';
import type { Tokens } from './tokens.ts';

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

  private constructor(
    layers: Layer[],
    private readonly hidden: number,
    private readonly tokens: Tokens,
  ) {
    this.first = layers[0];
    this.middle = layers.slice(1, -1);
    this.last = layers.at(-1)!;
  }

  /** @param network as it is now; later changes are not seen */
  static async of(network: Network, tokens: Tokens): Promise<PatientGradient> {
    const variables = network.named;
    const layers = network.layerNames.map(async (name): Promise<Layer> => {
      const parts = ['weights', 'bias'].map((kind) => variables[`${name}.${kind}`].data() as Promise<Float32Array>);
      const [weights, bias] = await Promise.all(parts);
      // A token's row of the first layer's weights has its gradient made for itself.
      const size = name === 'first' ? 0 : weights.length;
      return { name, weights, bias, ofWeights: new Float64Array(size), ofBias: new Float64Array(bias.length) };
    });
    return new PatientGradient(await Promise.all(layers), network.hidden, tokens);
  }

  /** @param columns of the patient's row. The parts are valid until the next call. */
  of(columns: ArrayLike<number>): GradientPart[] {
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
  private firstParts(sentence: number[], gradient: Float64Array): GradientPart[] {
    const { hidden } = this;
    const parts: GradientPart[] = [];
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

/** x · W + b, rows × outputs, in each row's range. Four inputs that are not 0 at a time, so that `out` is read and written less often. */
function product(
  x: Float64Array,
  { weights, bias }: Layer,
  rows: number,
  outputs: number,
  ranges: Ranges,
): Float64Array {
  const out = new Float64Array(rows * outputs);
  const width = x.length / rows;
  const held = new Int32Array(width + 3);
  for (let row = 0; row < rows; row++) {
    const [from, to] = rangeOf(ranges, row);
    const [at, own] = [row * outputs, row * width];
    for (let j = from; j < to; j++) out[at + j] = bias[j];
    let count = 0;
    for (let k = 0; k < width; k++) if (x[own + k] !== 0) held[count++] = k;
    for (let i = 0; i < count; i += 4) {
      const [a, b, c, d] = [
        held[i],
        i + 1 < count ? held[i + 1] : 0,
        i + 2 < count ? held[i + 2] : 0,
        i + 3 < count ? held[i + 3] : 0,
      ];
      const xa = x[own + a];
      const xb = i + 1 < count ? x[own + b] : 0;
      const xc = i + 2 < count ? x[own + c] : 0;
      const xd = i + 3 < count ? x[own + d] : 0;
      const [wa, wb, wc, wd] = [a * outputs, b * outputs, c * outputs, d * outputs];
      for (let j = from; j < to; j++)
        out[at + j] += xa * weights[wa + j] + xb * weights[wb + j] + xc * weights[wc + j] + xd * weights[wd + j];
    }
  }
  return out;
}

function softmaxLess(logits: Float64Array, at: number, [from, to]: [number, number], chosen: number): void {
  let most = -Infinity;
  for (let j = from; j < to; j++) most = Math.max(most, logits[at + j]);
  let sum = 0;
  for (let j = from; j < to; j++) sum += logits[at + j] = Math.exp(logits[at + j] - most);
  for (let j = from; j < to; j++) logits[at + j] /= sum;
  logits[at + chosen] -= 1;
}

/** The layer's gradients: xᵀ · delta, and the sum of delta over the rows. Four rows at a time; outside of its range a row of delta is 0. */
function outer(
  x: Float64Array,
  delta: Float64Array,
  { ofWeights, ofBias }: Layer,
  rows: number,
  outputs: number,
  ranges: Ranges,
): void {
  const width = x.length / rows;
  ofWeights.fill(0);
  ofBias.fill(0);
  for (let row = 0; row < rows; row++) for (let j = 0; j < outputs; j++) ofBias[j] += delta[row * outputs + j];
  for (let row = 0; row < rows; row += 4) {
    const [from, to] = unionOf(ranges, row, Math.min(rows, row + 4));
    const [a, b, c, d] = fourFrom(row, rows, outputs);
    for (let k = 0; k < width; k++) {
      const at = row * width + k;
      const xa = x[at];
      const xb = row + 1 < rows ? x[at + width] : 0;
      const xc = row + 2 < rows ? x[at + 2 * width] : 0;
      const xd = row + 3 < rows ? x[at + 3 * width] : 0;
      if (xa === 0 && xb === 0 && xc === 0 && xd === 0) continue;
      const out = k * outputs;
      for (let j = from; j < to; j++)
        ofWeights[out + j] += xa * delta[a + j] + xb * delta[b + j] + xc * delta[c + j] + xd * delta[d + j];
    }
  }
}

/** delta · Wᵀ: rows × inputs. Four rows at a time, whose sums do not wait for one another. */
function transposedProduct(
  delta: Float64Array,
  { weights }: Layer,
  rows: number,
  inputs: number,
  outputs: number,
  ranges: Ranges,
): Float64Array {
  const out = new Float64Array((rows + 3) * inputs);
  for (let row = 0; row < rows; row += 4) {
    const [from, to] = unionOf(ranges, row, Math.min(rows, row + 4));
    const [a, b, c, d] = fourFrom(row, rows, outputs);
    for (let k = 0; k < inputs; k++) {
      let sumA = 0;
      let sumB = 0;
      let sumC = 0;
      let sumD = 0;
      const w = k * outputs;
      for (let j = from; j < to; j++) {
        const weight = weights[w + j];
        sumA += delta[a + j] * weight;
        sumB += delta[b + j] * weight;
        sumC += delta[c + j] * weight;
        sumD += delta[d + j] * weight;
      }
      const at = row * inputs + k;
      out[at] = sumA;
      out[at + inputs] = sumB;
      out[at + 2 * inputs] = sumC;
      out[at + 3 * inputs] = sumD;
    }
  }
  return out.subarray(0, rows * inputs);
}

/** All columns that count in some of the rows. */
function unionOf(ranges: Ranges, first: number, end: number): [number, number] {
  let [from, to] = rangeOf(ranges, first);
  for (let row = first + 1; row < end; row++) {
    const [start, stop] = rangeOf(ranges, row);
    [from, to] = [Math.min(from, start), Math.max(to, stop)];
  }
  return [from, to];
}

/** Where four rows begin; what is beyond the last is that one again. */
function fourFrom(row: number, rows: number, width: number): [number, number, number, number] {
  const at = (i: number) => Math.min(rows - 1, row + i) * width;
  return [at(0), at(1), at(2), at(3)];
}
