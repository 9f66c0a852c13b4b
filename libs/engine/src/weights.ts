import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { fromSystemError, writeFileAtomic } from '@ehrsynth/io';
import { BrokenWeightsError } from './errors.ts';

interface Entry {
  name: string;
  shape: number[];
}

/** Named tensors on disk: weights.json says names and shapes, weights.bin holds float32 in that order. */
export class WeightStore {
  constructor(private readonly tensors: Record<string, tf.Tensor>) {}

  /** Whether all values are numbers. */
  async isFinite(): Promise<boolean> {
    const parts = await Promise.all(Object.values(this.tensors).map((tensor) => tensor.data()));
    return parts.every((part) => part.every((value) => Number.isFinite(value)));
  }

  /** @param mode who may read the files; as usual by default */
  async save(folder: string, name = 'weights', mode?: number): Promise<void> {
    const entries = Object.entries(this.tensors);
    const index: Entry[] = entries.map(([key, tensor]) => ({ name: key, shape: tensor.shape }));
    const parts = await Promise.all(entries.map(([, tensor]) => tensor.data()));
    const bytes = parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength));
    await writeFileAtomic(join(folder, `${name}.bin`), Buffer.concat(bytes), mode);
    await writeFileAtomic(join(folder, `${name}.json`), `${JSON.stringify(index, null, 1)}\n`, mode);
  }

  /** Fills the variables of the store from disk. @throws BrokenWeightsError */
  async load(folder: string, name = 'weights'): Promise<void> {
    const read = await readWeights(folder, name);
    for (const [key, variable] of Object.entries(this.tensors)) {
      const values = read.get(key);
      if (!values || values.length !== variable.size)
        throw new BrokenWeightsError(folder, `${key} is missing`);
      tf.tidy(() => (variable as tf.Variable).assign(tf.tensor(values, variable.shape)));
    }
  }
}

/** Name → float32 values. @throws BrokenWeightsError */
export async function readWeights(folder: string, name = 'weights'): Promise<Map<string, Float32Array>> {
  const [json, bin] = [join(folder, `${name}.json`), join(folder, `${name}.bin`)];
  const index = await readFile(json, 'utf8').catch((error) => {
    throw fromSystemError(error, json, 'read');
  });
  const bytes = await readFile(bin).catch((error) => {
    throw fromSystemError(error, bin, 'read');
  });
  const values = new Map<string, Float32Array>();
  let offset = 0;
  for (const { name: key, shape } of JSON.parse(index) as Entry[]) {
    const size = shape.reduce((product, length) => product * length, 1);
    const end = offset + size * Float32Array.BYTES_PER_ELEMENT;
    if (end > bytes.length) throw new BrokenWeightsError(bin, 'the file is too short');
    values.set(key, new Float32Array(bytes.buffer.slice(bytes.byteOffset + offset, bytes.byteOffset + end)));
    offset = end;
  }
  return values;
}
