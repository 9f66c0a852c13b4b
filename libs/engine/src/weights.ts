import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { fromSystemError, writeFileAtomic } from '@ehrsynth/io';
import { BrokenWeightsError } from './errors.ts';

interface Entry {
  name: string;
  shape: number[];
}

/** The two files of named tensors, by the name that they share. */
export function weightFiles(name = 'weights'): { index: string; values: string } {
  return { index: `${name}.json`, values: `${name}.bin` };
}

/** Named tensors on disk: weights.json says names and shapes, weights.bin holds float32 in that order. */
export class WeightStore {
  constructor(private readonly tensors: Record<string, tf.Tensor>) {}

  /** Whether all values are numbers. */
  async isFinite(): Promise<boolean> {
    const parts = await Promise.all(Object.values(this.tensors).map((tensor) => tensor.data()));
    return parts.every(isFiniteArray);
  }

  /** @param mode who may read the files; as usual by default */
  async save(folder: string, name = 'weights', mode?: number): Promise<void> {
    const files = weightFiles(name);
    const entries = Object.entries(this.tensors);
    const index: Entry[] = entries.map(([key, tensor]) => ({ name: key, shape: tensor.shape }));
    const parts = await Promise.all(entries.map(([, tensor]) => tensor.data()));
    const bytes = parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength));
    await writeFileAtomic(join(folder, files.values), Buffer.concat(bytes), mode);
    await writeFileAtomic(join(folder, files.index), `${JSON.stringify(index, null, 1)}\n`, mode);
  }

  /** Fills the variables of the store from disk, which has these and no others. @throws BrokenWeightsError, UserError */
  async load(folder: string, name = 'weights'): Promise<void> {
    const path = join(folder, weightFiles(name).index);
    await expectShapes(folder, shapesOf(this.tensors), name);
    const read = await readWeights(folder, name);
    const other = [...read.keys()].find((key) => !(key in this.tensors));
    if (other !== undefined) throw new BrokenWeightsError(path, `${other} does not belong to this model`);
    for (const [key, variable] of Object.entries(this.tensors)) {
      const values = read.get(key)!;
      tf.tidy(() => (variable as tf.Variable).assign(tf.tensor(values, variable.shape)));
    }
  }
}

/**
 * Refuses weights on disk that lack some tensors, or have others of their names: before a model is made whose sizes only a file says.
 * @throws BrokenWeightsError, UserError
 */
export async function expectShapes(
  folder: string,
  expected: Record<string, readonly number[]>,
  name = 'weights',
): Promise<void> {
  const path = join(folder, weightFiles(name).index);
  const found = new Map((await readIndex(folder, name)).map(({ name: key, shape }) => [key, shape]));
  for (const [key, shape] of Object.entries(expected)) {
    const own = found.get(key);
    if (!own) throw new BrokenWeightsError(path, `${key} is missing`);
    if (own.join() !== shape.join())
      throw new BrokenWeightsError(path, `${key} is of ${own.join(' × ')}, not of ${shape.join(' × ')} numbers`);
  }
}

/** Name → float32 values, all of them finite. @throws BrokenWeightsError, UserError */
export async function readWeights(folder: string, name = 'weights'): Promise<Map<string, Float32Array>> {
  const index = await readIndex(folder, name);
  const path = join(folder, weightFiles(name).values);
  const bytes = await readFile(path).catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  const values = new Map<string, Float32Array>();
  let offset = 0;
  for (const entry of index) {
    const end = offset + bytesOf(entry);
    if (end > bytes.length) throw new BrokenWeightsError(path, 'the file is too short');
    const own = new Float32Array(bytes.buffer.slice(bytes.byteOffset + offset, bytes.byteOffset + end));
    if (!isFiniteArray(own)) throw new BrokenWeightsError(path, `${entry.name} contains a number that is not finite`);
    values.set(entry.name, own);
    offset = end;
  }
  return values;
}

/** Names and shapes, which are those of as many bytes as there are. */
async function readIndex(folder: string, name: string): Promise<Entry[]> {
  const [json, bin] = [weightFiles(name).index, weightFiles(name).values].map((file) => join(folder, file));
  const text = await readFile(json, 'utf8').catch((error) => {
    throw fromSystemError(error, json, 'read');
  });
  const { size } = await stat(bin).catch((error) => {
    throw fromSystemError(error, bin, 'read');
  });
  const index = asIndex(text);
  if (!index) throw new BrokenWeightsError(json, 'it is not a list of names and shapes, each name once');
  const wanted = index.reduce((sum, entry) => sum + bytesOf(entry), 0);
  if (wanted !== size)
    throw new BrokenWeightsError(bin, `it has ${size} bytes, where ${weightFiles(name).index} says ${wanted}`);
  return index;
}

function asIndex(text: string): Entry[] | undefined {
  let index: unknown;
  try {
    index = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(index) || !index.every(isEntry)) return undefined;
  return new Set(index.map((entry) => entry.name)).size === index.length ? index : undefined;
}

/** There is no type in an entry: all values are float32. */
function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { name, shape, ...more } = value as Record<string, unknown>;
  const isLength = (length: unknown) => Number.isSafeInteger(length) && (length as number) >= 0;
  return typeof name === 'string' && Array.isArray(shape) && shape.every(isLength) && Object.keys(more).length === 0;
}

function bytesOf({ shape }: Entry): number {
  return shape.reduce((product, length) => product * length, Float32Array.BYTES_PER_ELEMENT);
}

function shapesOf(tensors: Record<string, tf.Tensor>): Record<string, readonly number[]> {
  return Object.fromEntries(Object.entries(tensors).map(([key, { shape }]) => [key, shape]));
}

function isFiniteArray(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}
