import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { OtherFetchError } from './errors.ts';

/** What a bulk export and a search leave in their folder, whole or on its way. */
const EXPORTED = /^\d{4,}(\.[A-Za-z]+)?\.ndjson(\.partial)?$/;
const SEARCHED = /^[A-Za-z]+\.ndjson$/;
const STATE = /^\.?(export|search)\.state(\..*)?$/;

/** Removes the files of an export that nobody goes on with. */
export async function removeExported(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (EXPORTED.test(name)) await rm(join(folder, name));
  }
}

/**
 * Removes a folder of what was fetched.
 * @throws OtherFetchError where something else is in it; nothing is removed then
 */
export async function removeFetched(folder: string): Promise<void> {
  const names = await readdir(folder);
  const other = names.find((name) => ![EXPORTED, SEARCHED, STATE].some((own) => own.test(name)));
  if (other !== undefined) throw new OtherFetchError(folder, `and something else: ${other}`);
  for (const name of names) await rm(join(folder, name));
  await rmdir(folder);
}
