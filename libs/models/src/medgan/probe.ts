import { SparseBatch, tf } from '@ehrsynth/engine';
import type { RowSource } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { mean, rootMeanSquare, sampleCorrelation, sum } from 'simple-statistics';
import type { Probe } from '../synthesizer.ts';
import { valuesOf } from '../values.ts';
import type { MedGanOptions } from './options.ts';
import type { Networks } from './state.ts';

const PROBE_ROWS = 1000;
/** The commonest codes, whose correlations count in the score. */
const PAIRED_CODES = 64;

/** The real side of the comparison: statistics of all rows, computed once, and a thousand of the rows. */
export interface Reference {
  rows: SparseBatch;
  /** Share of carriers of each column. */
  prevalence: Float64Array;
  distinct: number;
  paired: number[];
  correlations: number[];
}

/** Takes a thousand of the member rows, and the prevalence of all, for comparison with generated ones. */
export async function referenceOf(
  source: RowSource,
  members: Int32Array,
  { seed, mode }: MedGanOptions,
): Promise<Reference> {
  const carriers = await source.carriers(members);
  const order = new Rng(seed).fork('reference').shuffle(members.slice()).subarray(0, PROBE_ROWS).sort();
  const { indptr, indices, values } = await source.take(order);
  const counts = mode === 'count' ? Float32Array.from(values) : undefined;
  const shape = { rows: order.length, columns: source.columns.length };
  const rows = new SparseBatch({ ...shape, indptr, indices, values: counts });
  const lists = Array.from(order, (_, i) => indices.subarray(indptr[i], indptr[i + 1]));
  const codes = Array.from(carriers.keys()).filter((column) => column >= source.firstCode);
  const paired = codes.sort((a, b) => carriers[b] - carriers[a]).slice(0, PAIRED_CODES);
  return {
    rows,
    prevalence: Float64Array.from(carriers, (count) => count / members.length),
    distinct: distinctShare(lists),
    paired,
    correlations: correlationsOf(lists, paired),
  };
}

/** @see Probe */
export async function probe(
  networks: Networks,
  reference: Reference,
  firstCode: number,
  options: MedGanOptions,
  rng: Rng,
): Promise<Probe> {
  const { mode } = options;
  const { discriminator } = networks;
  const fake = tf.tidy(() => networks.generate(PROBE_ROWS, rng));
  const values = (await fake.data()) as Float32Array;
  const scoresOfReal = await valuesOf(() => discriminator.run(reference.rows));
  const scoresOfFake = await valuesOf(() => discriminator.run(fake));
  fake.dispose();
  const accuracy = accuracyOf(scoresOfReal, scoresOfFake, options.generatorLoss === 'wasserstein');
  const width = reference.prevalence.length;
  const expected = new Float64Array(width);
  const lists = Array.from({ length: PROBE_ROWS }, (_, row) => {
    const held: number[] = [];
    for (let column = 0; column < width; column++) {
      const value = values[row * width + column];
      const share = mode === 'binary' ? value : Number(value >= 0.5);
      expected[column] += share / PROBE_ROWS;
      if (rng.next32() < share) held.push(column);
    }
    return held;
  });
  const real = Array.from(reference.prevalence.subarray(firstCode));
  const sampled = Array.from(expected.subarray(firstCode));
  const rmse = rootMeanSquare(real.map((p, i) => p - sampled[i]));
  const correlations = correlationsOf(lists, reference.paired);
  const apart = mean(correlations.map((phi, i) => Math.abs(phi - reference.correlations[i])));
  return {
    // Of one code there is no correlation.
    r: (real.length > 1 && sampleCorrelation(real, sampled)) || 0,
    rmse,
    codesPerPatient: { real: sum(real), sampled: sum(sampled) },
    distinctRows: { real: reference.distinct, sampled: distinctShare(lists) },
    discriminatorAccuracy: accuracy,
    score: rmse + apart,
  };
}

/** A critic's scores have no middle of their own: it is between the means. */
function accuracyOf(ofReal: Float32Array, ofFake: Float32Array, isCritic: boolean): number {
  const middle = isCritic ? (mean(Array.from(ofReal)) + mean(Array.from(ofFake))) / 2 : 0;
  let right = 0;
  for (let i = 0; i < ofReal.length; i++) right += Number(ofReal[i] > middle);
  for (let i = 0; i < ofFake.length; i++) right += Number(ofFake[i] <= middle);
  return right / (ofReal.length + ofFake.length);
}

function distinctShare(rows: ArrayLike<number>[]): number {
  return new Set(rows.map((row) => Array.from(row).join())).size / rows.length;
}

/** φ of each pair of the codes over the rows; 0 where one of them is in none or all. */
function correlationsOf(rows: ArrayLike<number>[], codes: number[]): number[] {
  const place = new Map(codes.map((code, i) => [code, i]));
  const size = codes.length;
  const together = new Float64Array(size * size);
  for (const row of rows) {
    const held = Array.from(row).flatMap((column) => place.get(column) ?? []);
    for (const a of held) for (const b of held) together[a * size + b]++;
  }
  const share = (a: number, b: number) => together[a * size + b] / rows.length;
  const spread = (a: number) => share(a, a) * (1 - share(a, a));
  const found: number[] = [];
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < a; b++) {
      const scale = Math.sqrt(spread(a) * spread(b));
      found.push(scale > 0 ? (share(a, b) - share(a, a) * share(b, b)) / scale : 0);
    }
  }
  return found.length > 0 ? found : [0];
}
