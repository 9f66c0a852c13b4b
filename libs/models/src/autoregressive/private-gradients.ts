import { choiceGradients, SparseBatch, tf } from '@ehrsynth/engine';
import type { Network } from './network.ts';
import type { Sets, Tokens } from './tokens.ts';

/** Patients whose numbers are on the engine at once. */
const BLOCK_PATIENTS = 200;

/** Sums over patients, each clipped, by the names of the network's variables. */
export type GradientSums = Record<string, Float32Array>;

/**
 * The gradient of each patient's −log likelihood, clipped to a norm, and summed (Abadi et al. 2016, algorithm 1). No patient's gradient
 * is made for itself: of a layer with inputs xₜ and gradients dₜ at its outputs, over the beginnings t of a sentence, the squared norm is
 * Σₜ Σₛ (xₜ·xₛ + 1)(dₜ·dₛ), biases included (Goodfellow 2015; Li et al. 2022); the gradients at the outputs are then scaled and summed as usual.
 * Beginnings are nested sets, so that in the first layer xₜ·xₛ is the length of the shorter.
 */
export function clippedGradients(network: Network, tokens: Tokens, rows: Sets, clip: number): GradientSums {
  const sums = Object.fromEntries(
    Object.entries(network.named).map(([name, { size }]) => [name, new Float32Array(size)]),
  );
  const patients = rows.indptr.length - 1;
  for (let start = 0; start < patients; start += BLOCK_PATIENTS) {
    const indptr = rows.indptr.slice(start, Math.min(patients, start + BLOCK_PATIENTS) + 1);
    addBlock(network, tokens, { indptr, indices: rows.indices }, clip, sums);
  }
  return sums;
}

function addBlock(network: Network, tokens: Tokens, rows: Sets, clip: number, sums: GradientSums): void {
  const { prefixes, choices, ends } = tokens.beginnings(rows);
  const x = new SparseBatch(prefixes);
  tf.tidy(() => {
    const layers = network.layers(x);
    const logits = layers.logits.dataSync() as Float32Array;
    const last = tf.tensor2d(choiceGradients(logits, tokens.count, choices), layers.logits.shape);
    const deltas = network.deltas(layers, last);
    const inputs = layers.inputs.map((one) => one.dataSync() as Float32Array);
    const scale = clipScales(deltas.map((one) => one.dataSync() as Float32Array), inputs, ends, clip); // prettier-ignore
    const factors = tf.tensor2d(scale, [scale.length, 1]);
    const names = network.layerNames;
    deltas.forEach((delta, i) => {
      const scaled = tf.mul<tf.Tensor2D>(delta, factors);
      addTo(sums[`${names[i]}.bias`], tf.sum(scaled, 0).dataSync() as Float32Array);
      if (i > 0)
        addTo(sums[`${names[i]}.weights`], tf.matMul(layers.inputs[i - 1], scaled, true).dataSync() as Float32Array); // prettier-ignore
      else addFirst(sums[`${names[0]}.weights`], scaled.dataSync() as Float32Array, choices.chosen, ends);
    });
  });
  x.dispose();
}

/** For each beginning the factor that clips its patient's gradient. */
function clipScales(
  deltas: Float32Array[],
  inputs: Float32Array[],
  ends: Int32Array,
  clip: number,
): Float32Array {
  const rows = ends.at(-1)!;
  const scales = new Float32Array(rows);
  let from = 0;
  for (const end of ends) {
    let squared = 0;
    for (let t = from; t < end; t++) {
      for (let s = from; s <= t; s++) {
        let pair = (s - from + 1) * dot(deltas[0], t, s, rows);
        for (let i = 1; i < deltas.length; i++) pair += (dot(inputs[i - 1], t, s, rows) + 1) * dot(deltas[i], t, s, rows);
        squared += s === t ? pair : 2 * pair;
      }
    }
    scales.fill(Math.min(1, clip / Math.sqrt(Math.max(squared, Number.MIN_VALUE))), from, end);
    from = end;
  }
  return scales;
} // prettier-ignore

function dot(values: Float32Array, t: number, s: number, rows: number): number {
  const width = values.length / rows;
  let sum = 0;
  for (let i = t * width, j = s * width; i < (t + 1) * width; i++, j++) sum += values[i] * values[j];
  return sum;
}

/** The first layer's weights: a token is in every beginning after it. */
function addFirst(sums: Float32Array, deltas: Float32Array, chosen: Int32Array, ends: Int32Array): void {
  const width = deltas.length / chosen.length;
  const after = new Float32Array(width);
  let from = 0;
  for (const end of ends) {
    after.fill(0);
    for (let t = end - 1; t > from; t--) {
      const token = chosen[t - 1] * width;
      for (let i = 0; i < width; i++) {
        after[i] += deltas[t * width + i];
        sums[token + i] += after[i];
      }
    }
    from = end;
  }
}

function addTo(sums: Float32Array, more: Float32Array): void {
  for (let i = 0; i < sums.length; i++) sums[i] += more[i];
}
