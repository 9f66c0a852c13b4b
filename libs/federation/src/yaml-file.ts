import { readFile } from 'node:fs/promises';
import { fromSystemError, type UserError } from '@ehrsynth/io';
import { parse } from 'yaml';
import type { ZodType } from 'zod';

/**
 * What a file of YAML, or JSON, says.
 * @param wrong the error for a field, '' for the whole, and what is wrong with it
 * @throws what `wrong` gives, UserError where it cannot be read
 */
export async function readYaml<T>(
  path: string,
  type: ZodType<T>,
  wrong: (field: string, fault: string) => UserError,
): Promise<T> {
  const text = await readFile(path, 'utf8').catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  let yaml: unknown;
  try {
    yaml = parse(text);
  } catch (error) {
    throw wrong('', `not YAML: ${(error as Error).message.split('\n')[0]}`);
  }
  const { data, error } = type.safeParse(yaml ?? {});
  if (error) throw wrong(error.issues[0].path.map(String).join('.'), error.issues[0].message);
  return data;
}
