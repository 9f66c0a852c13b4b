import type { ZodType } from 'zod';
import { InvalidOptionsError } from '../errors.ts';

/** Options with their defaults. @param what the function that they are for @throws InvalidOptionsError */
export function checkedOptions<T>(what: string, type: ZodType<T>, given: unknown): T {
  const { data, error } = type.safeParse(given);
  if (!error) return data;
  const [{ path, message }] = error.issues;
  throw new InvalidOptionsError(what, [path.map(String).join('.'), message].filter(Boolean).join(': '));
}
