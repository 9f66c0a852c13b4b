import { tf } from '@ehrsynth/engine';
import type { RowSource } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';

/** Demographic columns that stand together in patients, and how many patients. */
export type Combinations = [columns: number[], patients: number][];

/** The combinations of demographic columns among some rows. */
export async function combinationsOf(source: RowSource, members: Int32Array): Promise<Combinations> {
  const { indptr, indices } = await source.take(members);
  const found = new Map<string, Combinations[number]>();
  for (let row = 0; row < members.length; row++) {
    const own = Array.from(indices.subarray(indptr[row], indptr[row + 1])).filter((at) => at < source.firstCode);
    const entry = found.get(own.join()) ?? [own, 0];
    entry[1]++;
    found.set(own.join(), entry);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
} // prettier-ignore

/** So many rows of demographic columns, 0 or 1, drawn as patients have them together. */
export function drawDemographics(combinations: Combinations, rows: number, columns: number, rng: Rng): tf.Tensor2D {
  const values = new Float32Array(rows * columns);
  const weights = combinations.map(([, patients]) => patients);
  for (let row = 0; row < rows; row++)
    for (const column of combinations[rng.weighted(weights)]?.[0] ?? []) values[row * columns + column] = 1;
  return tf.tensor2d(values, [rows, columns]);
} // prettier-ignore
