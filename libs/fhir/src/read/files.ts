import { basename } from 'node:path';
import {
  BrokenGzipError,
  ExpansionError,
  listFiles,
  LongFileError,
  READ_LIMITS,
  type ReadLimits,
  readLines,
  readWholeFile,
  type SkippedEntry,
  UserError,
} from '@ehrsynth/io';
import { NothingToReadError } from './errors.ts';
import type { Fault } from './resources.ts';

/** A JSON document as it stands in a file or on a line of one. */
export interface Text {
  text: string;
  where: string;
  /** A line of an NDJSON file: one of an export that is whole in itself. */
  isClosed: boolean;
}

export type OnFile = (path: string, index: number, files: number) => void;

/** What ehrsynth itself writes beside its output. */
const RUN_FILE = 'run.json';
const NDJSON = /\.(ndjson|jsonl)(\.gz)?$/i;
const JSON_FILE = /\.json(\.gz)?$/i;

/**
 * The documents of a file or folder, not yet parsed: a Bundle's file, or a line. What of the folder cannot be read, and a line over the limit, is a fault.
 * @throws NothingToReadError where no file can hold any; UserError where the folder cannot be read
 */
export async function* readTexts(
  source: string,
  onFile: OnFile = () => {},
  limits: ReadLimits = READ_LIMITS,
): AsyncGenerator<Text | Fault> {
  const skipped: SkippedEntry[] = [];
  const all = await listFiles(source, (entry) => skipped.push(entry));
  const files = all.filter(
    (path) => NDJSON.test(path) || (JSON_FILE.test(path) && basename(path) !== RUN_FILE),
  );
  if (files.length === 0) throw new NothingToReadError(source, all.length);
  for (const { path, why } of skipped) yield { fault: `skipped: ${why}`, where: path, file: true };
  for (const [index, path] of files.entries()) {
    onFile(path, index, files.length);
    try {
      if (!NDJSON.test(path)) yield { text: await readWholeFile(path, limits), where: path, isClosed: false };
      else {
        for await (const { text, number, tooLong } of readLines(path, limits, 'report')) {
          const where = `${path}, line ${number}`;
          yield tooLong ? tooLongLine(where, limits) : { text, where, isClosed: true };
        }
      }
    } catch (error) {
      const fault = UNREADABLE.find(([kind]) => error instanceof kind)?.[1];
      if (!fault) throw error;
      yield { fault, where: (error as UserError).details.where!, detail: firstLine(error), file: true };
    }
  }
}

/** What is wrong with a file that is not read, or not to its end, while the others are. */
const UNREADABLE = [
  [BrokenGzipError, 'truncated or damaged gzip'],
  [ExpansionError, 'gzip that decompresses to more than --max-expansion allows'],
  [LongFileError, 'a JSON document that is too long for memory'],
] as const;

function tooLongLine(where: string, { maxLineBytes }: ReadLimits): Fault {
  const limit = Math.round((maxLineBytes / (1 << 20)) * 100) / 100;
  return { fault: 'line longer than --max-line-mb allows', where, detail: `more than ${limit} MB` };
}

function firstLine(error: unknown): string {
  return (error as Error).message.split('\n')[0];
}
