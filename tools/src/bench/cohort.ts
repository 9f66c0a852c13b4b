import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Column, MatrixWriter } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';

/** The size of MIMIC-III in MedGAN's paper (Choi et al. 2017, table 1), and about as many codes per row. */
export const ROWS = 46_520;
export const CODES = 1_071;
/** Rows of a batch of the autoencoder, as in the paper. */
export const PRETRAIN_BATCH = 100;
const CODES_A_ROW = 27;
const FLATNESS = 20;

/** The matrix in its folder, and its parts as raw int32 files for other languages. */
export interface BenchCohort {
  folder: string;
  rows: number;
  indptr: string;
  indices: string;
  values: string;
}

/** Rows of independent codes whose prevalence falls as real ones does: 1 / (rank + 20). */
export async function writeCohort(folder: string, rows: number): Promise<BenchCohort> {
  const weights = Array.from({ length: CODES }, (_, rank) => 1 / (rank + FLATNESS));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const prevalence = weights.map((weight) => Math.min(0.95, (CODES_A_ROW * weight) / total));
  const columns = prevalence.map((_, i): Column => ({
    kind: 'condition',
    system: 'urn:bench',
    code: `c${i}`,
    level: 'code',
  }));
  const writer = new MatrixWriter(folder, columns);
  const rng = new Rng(1);
  const parts = { indptr: [0], indices: [] as number[], values: [] as number[] };
  for (let row = 0; row < rows; row++) {
    const held: number[] = [];
    prevalence.forEach((p, column) => rng.next32() < p && held.push(column));
    const counts = held.map(() => 1 + Math.floor(3 * rng.next32() ** 2));
    writer.add(String(row), held, counts);
    if (rows > ROWS) continue;
    for (const column of held) parts.indices.push(column);
    for (const count of counts) parts.values.push(count);
    parts.indptr.push(parts.indices.length);
  }
  await writer.close();
  const raw = (name: keyof typeof parts) => {
    const path = join(folder, `${name}.i32`);
    writeFileSync(path, Int32Array.from(parts[name]));
    return path;
  };
  return { folder, rows, indptr: raw('indptr'), indices: raw('indices'), values: raw('values') };
}
