import { UserError } from './errors.ts';

/** What is read of a file that somebody else made, before it counts as hostile or broken. */
export interface ReadLimits {
  /** Of one line, in bytes. */
  maxLineBytes: number;
  /** Decompressed bytes for each compressed byte, once 64 MiB are out. */
  maxExpansion: number;
  /** Of one JSON document that is held whole, in bytes; a longer one is read in parts. */
  maxWholeBytes?: number;
}

/** Honest data stays far below: a long FHIR resource has a few MB, and gzip makes records 10 to 30 times smaller. */
export const READ_LIMITS: Readonly<ReadLimits> = {
  maxLineBytes: 64 << 20,
  maxExpansion: 200,
  maxWholeBytes: 64 << 20,
};

/** What we have written ourselves is read back whatever its size. */
export const OWN_FILES: Readonly<ReadLimits> = { maxLineBytes: Infinity, maxExpansion: Infinity };

/** So much may come out of anything compressed. */
const FREE_EXPANSION_BYTES = 64 << 20;

/** Whether more came out of what is compressed than may, of so many bytes of it. */
export function expandsTooFar(out: number, compressed: number, maxExpansion: number): boolean {
  return out > FREE_EXPANSION_BYTES && out > maxExpansion * compressed;
}

/** A line is longer than the limit. */
export class LongLineError extends UserError {
  constructor(path: string, line: number, limitBytes: number) {
    super('long-line', 1, `A line is longer than ${megabytes(limitBytes)} MB`, {
      where: `${path}, line ${line}`,
      todo: 'If the file is correct, raise the limit with --max-line-mb.',
    });
  }
}

/** A file does not fit into one string: about 512 MB. */
export class LongFileError extends UserError {
  constructor(path: string, limitBytes: number) {
    super('long-file', 1, `One JSON document of more than ${megabytes(limitBytes)} MB cannot be read`, {
      where: path,
      todo: 'Export it as NDJSON, a resource per line, or as several Bundles.',
    });
  }
}

/** A gzip file that holds far more than its size lets expect: a gzip bomb, or the same line over and over. */
export class ExpansionError extends UserError {
  constructor(path: string, maxExpansion: number) {
    super('too-much-expansion', 1, `The gzip file decompresses to more than ${maxExpansion} times its size`, {
      where: path,
      todo: 'If you trust its origin, raise the limit with --max-expansion.',
    });
  }
}

export function megabytes(bytes: number): number {
  return Math.round((bytes / (1 << 20)) * 100) / 100;
}
