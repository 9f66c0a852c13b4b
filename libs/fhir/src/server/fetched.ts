import { existsSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { OtherFetchError } from './errors.ts';
import { DELETED } from './export-files.ts';
import { ERRORS } from './losses.ts';

/** What a bulk export and a search leave in their folder, whole or on its way. */
const EXPORTED = /^\d{4,}(\.[A-Za-z]+)?\.ndjson(\.partial)?$/;
const SEARCHED = /^[A-Za-z]+\.ndjson$/;
const SUBFOLDERS = [DELETED, ERRORS];
const STATE = /^\.?(export|search)\.state(\..*)?$/;

/** Removes the files of an export that nobody goes on with. */
export async function removeExported(folder: string): Promise<void> {
  for (const name of await ownFiles(folder)) {
    if (EXPORTED.test(basename(name))) await rm(join(folder, name));
  }
}

/** Names of its files, and of those in its subfolders that are ours. */
async function ownFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  const subfolders = SUBFOLDERS.filter((name) => names.includes(name));
  const inside = await Promise.all(
    subfolders.map(async (name) => (await readdir(join(folder, name))).map((one) => join(name, one))),
  );
  return [...names.filter((name) => !subfolders.includes(name)), ...inside.flat()];
}

/**
 * Removes a folder of what was fetched.
 * @throws OtherFetchError where something else is in it; nothing is removed then
 */
export async function removeFetched(folder: string): Promise<void> {
  const names = await ownFiles(folder);
  const other = names.find((name) => ![EXPORTED, SEARCHED, STATE].some((own) => own.test(basename(name))));
  if (other !== undefined) throw new OtherFetchError(folder, `and something else: ${other}`);
  for (const name of names) await rm(join(folder, name));
  for (const name of SUBFOLDERS) {
    if (existsSync(join(folder, name))) await rmdir(join(folder, name));
  }
  await rmdir(folder);
}
