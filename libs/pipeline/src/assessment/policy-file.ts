import { readFile } from 'node:fs/promises';
import { fromSystemError } from '@ehrsynth/io';
import { parsePolicy, type Policy } from '@ehrsynth/release';

/** @throws PolicyError, UserError */
export async function readPolicy(path: string): Promise<Policy> {
  const text = await readFile(path, 'utf8').catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  return parsePolicy(text, path);
}
