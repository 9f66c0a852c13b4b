import { readFile } from 'node:fs/promises';
import { fromSystemError } from '@ehrsynth/io';
import type { ZodType } from 'zod';
import { BrokenFileError } from '../errors.ts';

/** A JSON file of a known shape. @throws BrokenFileError, UserError */
export async function readJson<T>(path: string, type: ZodType<T>): Promise<T> {
  const text = await readFile(path, 'utf8').catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  return parseJson(text, path, type);
}

/** The same; undefined where there is no such file. @throws BrokenFileError, UserError */
export async function readJsonIfAny<T>(path: string, type: ZodType<T>): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw fromSystemError(error, path, 'read');
  });
  return text === undefined ? undefined : parseJson(text, path, type);
}

/** @param line of the file, where each has a value of its own @throws BrokenFileError */
export function parseJson<T>(text: string, path: string, type: ZodType<T>, line?: number): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new BrokenFileError(path, line, 'it is not JSON', cause);
  }
  const { data, error } = type.safeParse(json);
  if (!error) return data;
  const [{ path: place, message }] = error.issues;
  throw new BrokenFileError(path, line, [place.map(String).join('.'), message].filter(Boolean).join(': '), error);
}
