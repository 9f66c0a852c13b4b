import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '@ehrsynth/engine';
import { UserError } from '@ehrsynth/io';
import { mutate } from '@ehrsynth/matrix/testing';
import { Rng } from '@ehrsynth/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raceMissing, smallModel } from '../test/cohorts.ts';
import { loadModel, type ModelName } from './registry.ts';

const FILES = ['model.json', 'columns.json', 'weights.json', 'weights.bin'];
const KINDS = ['autoregressive', 'medgan', 'emr-wgan', 'vae', 'chow-liu'] as const satisfies ModelName[];

let folder: string;
const matrix = raceMissing(60);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hostile-model-'));
  await startEngine('cpu');
  for (const kind of KINDS) {
    mkdirSync(join(folder, kind));
    const model = smallModel(kind, matrix.columns, {
      epochs: 1,
      pretrainEpochs: 1,
      hidden: 4,
      embedding: 4,
      discriminatorLayers: [4],
    });
    await model.fit(matrix);
    await model.save(join(folder, kind));
    model.dispose();
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

type Files = Map<string, Buffer>;
const filesOf = (kind: ModelName): Files =>
  new Map(
    FILES.filter((name) => kind !== 'chow-liu' || !name.startsWith('weights')).map((name) => [
      name,
      readFileSync(join(folder, kind, name)),
    ]),
  );

/** The sums in model.json as an attacker would set them, where it still has some. */
function withSums(files: Files): Files {
  try {
    const head = JSON.parse(files.get('model.json')!.toString()) as { files: Record<string, string> };
    for (const name of Object.keys(head.files))
      head.files[name] = createHash('sha256').update(files.get(name)!).digest('hex');
    return new Map(files).set('model.json', Buffer.from(JSON.stringify(head)));
  } catch {
    return files;
  }
}

async function loadFrom(files: Files): Promise<void> {
  const at = mkdtempSync(join(folder, 'one-'));
  try {
    files.forEach((bytes, name) => writeFileSync(join(at, name), bytes));
    const model = await loadModel(at);
    for await (const { entries } of model.sample(5, { seed: 1 }))
      if (entries.some(([column, count]) => !(column >= 0 && column < model.columns.length && count >= 1)))
        throw new Error('a row that is none');
    model.dispose();
  } finally {
    rmSync(at, { recursive: true });
  }
}

const edited = (files: Files, name: string, edit: (json: never) => unknown): Files => {
  const json = JSON.parse(files.get(name)!.toString()) as never;
  return withSums(new Map(files).set(name, Buffer.from(JSON.stringify(edit(json) ?? json))));
};

describe('a model folder that was damaged or tampered with', () => {
  it('is refused in words with the name of a file, or read and sampled, by whatever change', async () => {
    let refused = 0;
    for (let seed = 0; seed < 300; seed++) {
      const rng = new Rng(seed);
      const files = filesOf(KINDS[seed % KINDS.length]);
      const name = rng.pick([...files.keys()]);
      const changed: Files = new Map(files).set(name, Buffer.from(mutate(files.get(name)!, rng)));
      const error = await loadFrom(rng.chance(0.7) ? withSums(changed) : changed).catch((one: unknown) => one);
      if (error === undefined) continue;
      expect(error, `seed ${seed}, ${name}: ${(error as Error).stack}`).toBeInstanceOf(UserError);
      expect((error as UserError).message).toMatch(/\.(json|bin)\n|single patients/);
      refused++;
    }
    expect(refused).toBeGreaterThan(150);
  });

  it.each(FILES.slice(1))('%s that is not the one that was saved is refused by its checksum', async (name) => {
    const files = filesOf('vae');
    const bytes = Buffer.from(files.get(name)!);
    bytes[bytes.length - 2] ^= 1;
    await expect(loadFrom(new Map(files).set(name, bytes))).rejects.toThrow(
      new RegExp(`checksum[\\s\\S]*${name.replace('.', '\\.')}`),
    );
  });

  it('of an earlier version, without checksums, is refused with what to do', async () => {
    const bare = edited(filesOf('vae'), 'model.json', (head: { files?: object }) => void delete head.files);
    await expect(loadFrom(bare)).rejects.toThrow(/no checksums[\s\S]*model\.json[\s\S]*Train it again/);
  });

  it.each<[string, (index: { name: string; shape: unknown[]; dtype?: string }[]) => unknown, RegExp]>([
    ['a tensor that is missing', (index) => index.slice(0, -1), /weights\.json says/],
    [
      'a tensor that is of no layer',
      (index) => [...index, { name: 'x', shape: [0] }],
      /x does not belong to this model/,
    ],
    ['a name twice', (index) => index.map(({ shape }) => ({ name: 'a', shape })), /each name once/],
    [
      'a shape that is another',
      (index) => index.map((one, i) => (i === 0 ? { ...one, shape: one.shape.toReversed() } : one)),
      /is of .* × .*, not of/,
    ],
    [
      'a shape of 2⁴⁰ numbers',
      (index) => index.map((one, i) => (i === 0 ? { ...one, shape: [2 ** 20, 2 ** 20] } : one)),
      /weights\.json says/,
    ],
    ['a negative shape', (index) => index.map((one) => ({ ...one, shape: [-1, -1] })), /names and shapes/],
    ['another type', (index) => index.map((one) => ({ ...one, dtype: 'int32' })), /names and shapes/],
    ['a number', () => 0, /names and shapes/],
  ])('weights.json with %s is refused', async (_, edit, words) => {
    await expect(loadFrom(edited(filesOf('vae'), 'weights.json', edit as never))).rejects.toThrow(words);
  });

  it.each([NaN, Infinity, -Infinity])('weights of %d are refused', async (value) => {
    const files = filesOf('medgan');
    const bytes = Buffer.from(files.get('weights.bin')!);
    bytes.writeFloatLE(value, 8);
    await expect(loadFrom(withSums(new Map(files).set('weights.bin', bytes)))).rejects.toThrow(
      /number that is not finite/,
    );
  });

  it.each<[ModelName, object, RegExp]>([
    ['vae', { hidden: 2 ** 40 }, /is of .* numbers/],
    ['vae', { embedding: 2 ** 30 }, /is of .* numbers/],
    ['autoregressive', { hidden: 2 ** 40 }, /first\.weights is of/],
    ['autoregressive', { layers: 2 ** 30 }, /middle\.1073741822\.weights is missing/],
    ['medgan', { embedding: 2 ** 30 }, /decoder\.weights is of/],
    ['medgan', { generatorLayers: 2 ** 30 }, /generator\.1073741823\.weights is missing/],
    ['medgan', { mode: 'x' }, /options\.mode/],
  ])('model.json of a %s with the options %o makes nothing of that size', async (kind, more, words) => {
    const files = edited(filesOf(kind), 'model.json', (head: { options: object }) => ({
      ...head,
      options: { ...head.options, ...more },
    }));
    await expect(loadFrom(files)).rejects.toThrow(words);
  });

  it('model.json of a MedGAN with a huge discriminator makes none: it only samples', async () => {
    const files = edited(filesOf('medgan'), 'model.json', (head: { options: object }) => ({
      ...head,
      options: { ...head.options, discriminatorLayers: [2 ** 40] },
    }));
    await loadFrom(files);
  });

  it('a tree whose chances do not fit is refused', async () => {
    for (const kind of ['chow-liu', 'emr-wgan'] as const) {
      const files = edited(filesOf(kind), 'model.json', (head: { learned: never }) => {
        const tree = (kind === 'chow-liu' ? head.learned : head.learned['demographics']) as { chances: number[][] }[];
        tree[0].chances[0][0] += 0.5;
      });
      await expect(loadFrom(files)).rejects.toThrow(/chances|learned/);
    }
  });
});
