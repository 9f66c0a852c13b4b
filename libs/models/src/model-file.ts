import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromSystemError, writeFileAtomic } from '@ehrsynth/io';
import { type Column, loadColumns, saveColumns } from '@ehrsynth/matrix';
import { OtherModelError } from './errors.ts';

const FILE = 'model.json';

/** model.json of a saved model: what kind it is, its options, and what it learned besides weights. */
export interface ModelFile<L> {
  columns: readonly Column[];
  options: unknown;
  learned: L;
}

/** Writes columns.json and model.json. */
export async function saveModel(
  folder: string,
  format: string,
  columns: readonly Column[],
  options: object,
  learned?: object,
): Promise<void> {
  await saveColumns(folder, columns);
  await writeFileAtomic(join(folder, FILE), `${JSON.stringify({ format, options, learned }, null, 1)}\n`);
}

/** @throws OtherModelError where it is of another kind, UserError */
export async function readModel<L = undefined>(folder: string, format: string): Promise<ModelFile<L>> {
  const file = JSON.parse(await textOf(folder)) as { format: string } & ModelFile<L>;
  if (file.format !== format) throw new OtherModelError(join(folder, FILE), format, file.format);
  return { ...file, columns: await loadColumns(folder) };
}

/** What kind of model a folder holds. @throws UserError */
export async function formatOf(folder: string): Promise<string> {
  return (JSON.parse(await textOf(folder)) as { format: string }).format;
}

async function textOf(folder: string): Promise<string> {
  const path = join(folder, FILE);
  return readFile(path, 'utf8').catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
}
