import { constants } from 'node:buffer';
import { createReadStream, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { fromSystemError, UserError } from './errors.ts';
import {
  ExpansionError,
  expandsTooFar,
  LongFileError,
  LongLineError,
  READ_LIMITS,
  type ReadLimits,
} from './limits.ts';

export interface TextLine {
  /** Empty where the line is too long. */
  text: string;
  /** 1 for the first. */
  number: number;
  /** The line has more bytes than the limit, and is not held. */
  tooLong?: true;
}

/** A gzip file that ends too early or is not gzip at all. */
export class BrokenGzipError extends UserError {
  constructor(path: string, linesRead: number, cause: unknown) {
    super('broken-gzip', 1, `The gzip file is truncated or damaged (${(cause as Error).message})`, {
      where: `${path}, after line ${linesRead}`,
      todo: 'Copy or export the file again.',
      cause,
    });
  }
}

const CHUNK_BYTES = 1 << 18;
const NEWLINE = 10;
/** Of UTF-8 a character takes four bytes at most; records are written in one byte nearly always. */
const LONGEST_FILE_BYTES = 1.25 * constants.MAX_STRING_LENGTH;
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * The lines of a text file, gunzipped where the name ends in .gz. Memory is bounded by the limit of a line, and the time grows
 * with the file's size whatever the lines' length. Empty lines are left out but counted.
 * @param longLines refuse: a line over the limit ends the reading; report: it is given as `tooLong`, and the next ones follow
 * @throws BrokenGzipError, LongLineError, ExpansionError, or UserError where the file cannot be read
 */
export async function* readLines(
  path: string,
  limits: Partial<ReadLimits> = {},
  longLines: 'refuse' | 'report' = 'refuse',
): AsyncGenerator<TextLine> {
  const { maxLineBytes, maxExpansion } = { ...READ_LIMITS, ...limits };
  const most = Math.min(maxLineBytes, constants.MAX_STRING_LENGTH);
  const held = new HeldLine(most);
  let number = 0;
  const lineOf = (found: string | undefined): TextLine | undefined => {
    number++;
    if (found === undefined) {
      if (longLines === 'refuse') throw new LongLineError(path, number, most);
      return { text: '', number, tooLong: true };
    }
    const text = trimmedEnds(found, number === 1);
    return text.trim() === '' ? undefined : { text, number };
  };
  try {
    for await (const chunk of bytesOf(path, maxExpansion)) {
      const first = chunk.indexOf(NEWLINE);
      if (first < 0) {
        held.add(chunk);
        continue;
      }
      held.add(chunk.subarray(0, first));
      const started = lineOf(held.take());
      if (started) yield started;
      const last = chunk.lastIndexOf(NEWLINE);
      // One decoding for all lines that the chunk holds whole.
      const whole = first === last ? [] : chunk.toString('utf8', first + 1, last).split('\n');
      for (const text of whole) {
        const line = lineOf(isLonger(text, most) ? undefined : text);
        if (line) yield line;
      }
      held.add(chunk.subarray(last + 1));
    }
    const unfinished = lineOf(held.take());
    if (unfinished) yield unfinished;
  } catch (error) {
    throw asReadError(error, path, number);
  }
}

/**
 * A whole text file, gunzipped where the name ends in .gz.
 * @throws BrokenGzipError, ExpansionError, LongFileError where it is more than a string holds (about 512 MB)
 */
export async function readWholeFile(
  path: string,
  { maxExpansion = READ_LIMITS.maxExpansion }: Partial<ReadLimits> = {},
): Promise<string> {
  // Not begun where it cannot end well: what is read until then fills the memory.
  const size = isGzip(path) ? 0 : (statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  if (size > LONGEST_FILE_BYTES) throw new LongFileError(path, constants.MAX_STRING_LENGTH);
  const decoder = new TextDecoder('utf-8');
  const parts: string[] = [];
  let length = 0;
  const add = (part: string) => {
    length += part.length;
    if (length > constants.MAX_STRING_LENGTH) throw new LongFileError(path, constants.MAX_STRING_LENGTH);
    parts.push(part);
  };
  try {
    for await (const chunk of bytesOf(path, maxExpansion)) add(decoder.decode(chunk, { stream: true }));
    add(decoder.decode());
  } catch (error) {
    throw asReadError(error, path, 0);
  }
  return parts.join('');
}

/** Reads a gzip file to its end, for those who leave its reading to a library. @throws BrokenGzipError, ExpansionError */
export async function checkGzip(
  path: string,
  { maxExpansion = READ_LIMITS.maxExpansion }: Partial<ReadLimits> = {},
): Promise<void> {
  if (!isGzip(path)) return;
  try {
    for await (const chunk of bytesOf(path, maxExpansion)) void chunk;
  } catch (error) {
    throw asReadError(error, path, 0);
  }
}

/** The bytes of a line that goes over several chunks, while they are no more than the limit. */
class HeldLine {
  private parts: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly most: number) {}

  add(part: Buffer): void {
    this.bytes += part.length;
    if (this.bytes <= this.most) this.parts.push(part);
    else this.parts = [];
  }

  /** The line, undefined where it was too long; the next one starts empty. */
  take(): string | undefined {
    const { bytes, parts } = this;
    this.bytes = 0;
    this.parts = [];
    if (bytes > this.most) return undefined;
    return parts.length === 1 ? parts[0].toString('utf8') : Buffer.concat(parts, bytes).toString('utf8');
  }
}

/** Without the carriage return at its end, and the first line without a byte order mark. */
function trimmedEnds(text: string, isFirst: boolean): string {
  const start = isFirst && text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  return text.slice(start, text.endsWith('\r') ? -1 : undefined);
}

function isLonger(text: string, bytes: number): boolean {
  return text.length > bytes || (text.length > bytes / 3 && Buffer.byteLength(text) > bytes);
}

function isGzip(path: string): boolean {
  return /\.gz$/i.test(path);
}

async function* bytesOf(path: string, maxExpansion: number): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  if (!isGzip(path)) {
    yield* file as AsyncIterable<Buffer>;
    return;
  }
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  // An error comes out of the loop below; leaving the loop early closes the file as well.
  pipeline(file, gunzip).catch(() => {});
  let out = 0;
  for await (const chunk of gunzip as AsyncIterable<Buffer>) {
    out += chunk.length;
    if (expandsTooFar(out, file.bytesRead, maxExpansion)) throw new ExpansionError(path, maxExpansion);
    yield chunk;
  }
}

function asReadError(error: unknown, path: string, linesRead: number): UserError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return code.startsWith('Z_')
    ? new BrokenGzipError(path, linesRead, error)
    : fromSystemError(error, path, 'read');
}
