import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type tf, weightFiles, WeightStore } from '@ehrsynth/engine';
import { checksum, fromSystemError, writeFileAtomic } from '@ehrsynth/io';
import { type Column, loadColumns, saveColumns } from '@ehrsynth/matrix';
import { z, type ZodType } from 'zod';
import { BrokenModelError, NoModelSumsError, OtherModelError } from './errors.ts';

const FILE = 'model.json';
const COLUMNS = 'columns.json';
const WEIGHTS = Object.values(weightFiles());

const Head = z.object({
  format: z.string(),
  /** SHA-256 of each other file that the model needs. */
  files: z.partialRecord(z.enum([COLUMNS, ...WEIGHTS]), z.string()).optional(),
  options: z.unknown(),
  learned: z.unknown().optional(),
});

/** What a saved model is, without its weights. */
export interface ModelFile<O, L> {
  columns: readonly Column[];
  options: O;
  /** What it learned besides weights. */
  learned: L;
}

/** Writes columns.json, the weights where there are some, and model.json: what kind it is, its options, and the sums of those files. */
export async function saveModel(
  folder: string,
  format: string,
  columns: readonly Column[],
  options: object,
  learned?: object,
  weights?: Record<string, tf.Tensor>,
): Promise<void> {
  await saveColumns(folder, columns);
  if (weights) await new WeightStore(weights).save(folder);
  const files: Record<string, string> = {};
  for (const name of filesOf(weights !== undefined)) files[name] = await checksum(join(folder, name));
  const head = { format, files, options, learned };
  await writeFileAtomic(join(folder, FILE), `${JSON.stringify(head, null, 1)}\n`);
}

/**
 * A saved model's model.json and columns.json; that all files it names are those that were saved is checked.
 * @param parts what its options and what it learned look like, whether it has weights, and what is refused before its files are looked at
 * @throws OtherModelError where it is of another kind, NoModelSumsError, BrokenModelError, UserError
 */
export async function readModel<O, L = undefined>(
  folder: string,
  format: string,
  parts: {
    options: ZodType<O>;
    learned?: ZodType<L>;
    hasWeights: boolean;
    refuse?: (options: O, learned: L) => void;
  },
): Promise<ModelFile<O, L>> {
  const path = join(folder, FILE);
  const head = await readHead(folder);
  if (head.format !== format) throw new OtherModelError(path, format, head.format);
  const options = parsed(parts.options, head.options, path, 'options');
  const learned = parts.learned ? parsed(parts.learned, head.learned, path, 'learned') : (undefined as L);
  parts.refuse?.(options, learned);
  if (!head.files) throw new NoModelSumsError(path);
  for (const name of filesOf(parts.hasWeights)) await checkSum(folder, name, head.files[name]);
  return { columns: await loadColumns(folder), options, learned };
}

/** What kind of model a folder holds. @throws BrokenModelError, UserError */
export async function formatOf(folder: string): Promise<string> {
  return (await readHead(folder)).format;
}

async function checkSum(folder: string, name: string, expected: string | undefined): Promise<void> {
  const path = join(folder, name);
  if (expected === undefined) throw new BrokenModelError(join(folder, FILE), `it has no checksum of ${name}`);
  const found = await checksum(path).catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  if (found !== expected) throw new BrokenModelError(path, 'its checksum differs from that in model.json');
}

async function readHead(folder: string): Promise<z.infer<typeof Head>> {
  const path = join(folder, FILE);
  const text = await readFile(path, 'utf8').catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new BrokenModelError(path, 'it is not JSON', cause);
  }
  return parsed(Head, json, path);
}

function parsed<T>(type: ZodType<T>, value: unknown, path: string, part?: string): T {
  const { data, error } = type.safeParse(value);
  if (!error) return data as T;
  const [{ path: place, message }] = error.issues;
  const where = [...(part ? [part] : []), ...place.map(String)].join('.');
  throw new BrokenModelError(path, `${where || 'the whole'}: ${message}`, error);
}

function filesOf(hasWeights: boolean) {
  return hasWeights ? [COLUMNS, ...WEIGHTS] : [COLUMNS];
}
