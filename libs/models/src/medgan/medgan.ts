import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tf, WeightStore } from '@ehrsynth/engine';
import { fromSystemError, writeFileAtomic } from '@ehrsynth/io';
import {
  type CodeMatrix,
  type Column,
  columnGroups,
  loadColumns,
  MatrixBuilder,
  saveColumns,
} from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { OtherModelError } from '../errors.ts';
import type { FitControl, SampleOptions, Synthesizer } from '../synthesizer.ts';
import { MedGanOptions } from './options.ts';
import { Networks } from './state.ts';
import { train } from './train.ts';

const ROWS_AT_ONCE = 1000;

/**
 * MedGAN: an autoencoder over code vectors and a GAN in its code space, whose generator speaks through the decoder.
 * @see Choi et al. 2017, https://arxiv.org/abs/1703.06490
 */
export class MedGan implements Synthesizer {
  private networks: Networks;

  constructor(
    readonly columns: readonly Column[],
    readonly options: MedGanOptions = MedGanOptions.parse({}),
  ) {
    this.networks = new Networks(columns.length, options);
  }

  async fit(matrix: CodeMatrix, control: FitControl = {}): Promise<boolean> {
    return train(this.networks, matrix, this.options, control);
  }

  /** Rows of codes (counts of 1 in binary mode) with one value of each demographic group. */
  async sample(rows: number, { seed, onProgress }: SampleOptions): Promise<CodeMatrix> {
    const { embedding } = this.options;
    const builder = new MatrixBuilder(this.columns);
    for (let start = 0; start < rows; start += ROWS_AT_ONCE) {
      const count = Math.min(ROWS_AT_ONCE, rows - start);
      const rng = new Rng(seed).fork(`rows/${start}`);
      const output = tf.tidy(() => {
        const noise = tf.tensor2d(rng.normals32(count * embedding), [count, embedding]);
        return this.networks.generate(noise);
      });
      const values = await output.data();
      output.dispose();
      for (let row = 0; row < count; row++) {
        const probabilities = values.subarray(row * this.columns.length, (row + 1) * this.columns.length);
        builder.add(String(start + row), this.entries(probabilities as Float32Array, rng));
      }
      onProgress?.(start + count);
    }
    return builder.build();
  }

  async save(folder: string): Promise<void> {
    await saveColumns(folder, this.columns);
    await new WeightStore(this.networks.sampling).save(folder);
    const file = { format: 'ehrsynth-medgan-1', options: this.options };
    await writeFileAtomic(join(folder, 'model.json'), `${JSON.stringify(file, null, 1)}\n`);
  }

  /** @throws UserError where the folder holds no whole MedGAN */
  static async load(folder: string): Promise<MedGan> {
    const path = join(folder, 'model.json');
    const text = await readFile(path, 'utf8').catch((error) => {
      throw fromSystemError(error, path, 'read');
    });
    const file = JSON.parse(text) as { format: string; options: unknown };
    if (file.format !== 'ehrsynth-medgan-1') {
      throw new OtherModelError(path, 'MedGAN', file.format);
    }
    const model = new MedGan(await loadColumns(folder), MedGanOptions.parse(file.options));
    await new WeightStore(model.networks.sampling).load(folder);
    return model;
  }

  dispose(): void {
    this.networks.dispose();
  }

  private *entries(values: Float32Array, rng: Rng): Generator<[Column, number]> {
    let firstCode = 0;
    for (const { start, end } of columnGroups(this.columns)) {
      const chosen = rng.weighted(values.subarray(start, end));
      if (chosen !== -1) yield [this.columns[start + chosen], 1];
      firstCode = end;
    }
    for (let column = firstCode; column < values.length; column++) {
      const count = this.countOf(values[column], rng);
      if (count > 0) yield [this.columns[column], count];
    }
  }

  private countOf(value: number, rng: Rng): number {
    if (this.options.mode === 'count' || this.options.binarize === 'round') return Math.round(value);
    return rng.chance(value) ? 1 : 0;
  }
}
