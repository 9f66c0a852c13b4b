import { constants, isUtf8 } from 'node:buffer';
import { statSync } from 'node:fs';
import { fromSystemError, UserError } from './errors.ts';
import { LongFileError, LongLineError, READ_LIMITS, type ReadLimits } from './limits.ts';
import { beginsAsGzip, decodeText, textBytes } from './text-bytes.ts';

export interface TextLine {
  /** Empty where the line is too long. */
  text: string;
  /** 1 for the first. */
  number: number;
  /** The line has more bytes than the limit, and is not held. */
  tooLong?: true;
  /** Its bytes are not UTF-8, and were read as Windows-1252. */
  notUtf8?: true;
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

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
/** Of UTF-8 a character takes four bytes at most; records are written in one byte nearly always. */
const LONGEST_FILE_BYTES = 1.25 * constants.MAX_STRING_LENGTH;
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * The lines of a text file, gunzipped where it is gzip, decoded where it is UTF-16. They end with LF, CR LF, or CR alone where
 * the file begins so. Memory is bounded by the limit of a line, and the time grows with the file's size whatever the lines'
 * length. Empty lines are left out but counted.
 * @param longLines refuse: a line over the limit ends the reading; report: it is given as `tooLong`, and the next ones follow
 * @throws BrokenGzipError, LongLineError, ExpansionError, or UserError where the file cannot be read
 */
export async function* readLines(
  path: string,
  limits: Partial<ReadLimits> = {},
  longLines: 'refuse' | 'report' = 'refuse',
): AsyncGenerator<TextLine> {
  for await (const lines of readLineBatches(path, limits, longLines)) yield* lines;
}

/** The same, many at a time: those that one reading of the file brings. A line each for itself costs more than its parsing. */
export async function* readLineBatches(
  path: string,
  limits: Partial<ReadLimits> = {},
  longLines: 'refuse' | 'report' = 'refuse',
): AsyncGenerator<TextLine[]> {
  const { maxLineBytes, maxExpansion } = { ...READ_LIMITS, ...limits };
  const most = Math.min(maxLineBytes, constants.MAX_STRING_LENGTH);
  const held = new HeldLine(most);
  let number = 0;
  let newline: number | undefined;
  let batch: TextLine[] = [];
  const addLine = (found: string | undefined, notUtf8?: true): void => {
    number++;
    if (found === undefined) {
      if (longLines === 'refuse') throw new LongLineError(path, number, most);
      batch.push({ text: '', number, tooLong: true });
      return;
    }
    const text = trimmedEnds(found);
    if (text.trim() !== '') batch.push(notUtf8 ? { text, number, notUtf8 } : { text, number });
  };
  const addHeld = () => {
    const bytes = held.take();
    if (!bytes) return addLine(undefined);
    const { text, notUtf8 } = decodeText(bytes);
    addLine(text, notUtf8);
  };
  try {
    for await (const chunk of textBytes(path, maxExpansion)) {
      newline ??= newlineOf(chunk);
      const first = chunk.indexOf(newline);
      if (first < 0) {
        held.add(chunk);
        continue;
      }
      held.add(chunk.subarray(0, first));
      addHeld();
      const last = chunk.lastIndexOf(newline);
      const whole = first === last ? undefined : chunk.subarray(first + 1, last);
      if (whole && !isUtf8(whole)) {
        for (const bytes of split(whole, newline)) {
          const { text, notUtf8 } = decodeText(bytes);
          addLine(bytes.length > most ? undefined : text, notUtf8);
        }
      } else if (whole) {
        // One decoding for all lines that the chunk holds whole.
        for (const text of whole.toString('utf8').split(String.fromCharCode(newline))) {
          addLine(isLonger(text, most) ? undefined : text);
        }
      }
      held.add(chunk.subarray(last + 1));
      if (batch.length > 0) yield batch;
      batch = [];
    }
    addHeld();
    if (batch.length > 0) yield batch;
  } catch (error) {
    // What was read before the fault is given all the same.
    if (batch.length > 0) yield batch;
    throw asReadError(error, path, number);
  }
}

/**
 * A whole text file, gunzipped where it is gzip.
 * @throws BrokenGzipError, ExpansionError, LongFileError where it is more than a string holds (about 512 MB)
 */
export async function readWholeFile(
  path: string,
  { maxExpansion = READ_LIMITS.maxExpansion }: Partial<ReadLimits> = {},
): Promise<string> {
  const decoder = new TextDecoder('utf-8');
  const parts: string[] = [];
  let length = 0;
  const add = (part: string) => {
    length += part.length;
    if (length > constants.MAX_STRING_LENGTH) throw new LongFileError(path, constants.MAX_STRING_LENGTH);
    parts.push(part);
  };
  try {
    // Not begun where it cannot end well: what is read until then fills the memory.
    if (!beginsAsGzip(path) && statSync(path).size > LONGEST_FILE_BYTES)
      throw new LongFileError(path, constants.MAX_STRING_LENGTH);
    for await (const chunk of textBytes(path, maxExpansion)) add(decoder.decode(chunk, { stream: true }));
    add(decoder.decode());
  } catch (error) {
    throw asReadError(error, path, 0);
  }
  return parts.join('');
}

/**
 * A text file of no more than so many bytes without its byte order mark, gunzipped where it is gzip; undefined where it has more.
 * What is not UTF-8 is read as Windows-1252.
 * @throws BrokenGzipError, ExpansionError, or UserError where the file cannot be read
 */
export async function readIfShort(
  path: string,
  mostBytes: number,
  { maxExpansion = READ_LIMITS.maxExpansion }: Partial<ReadLimits> = {},
): Promise<{ text: string; notUtf8?: true } | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    const isGzip = beginsAsGzip(path);
    if (!isGzip && statSync(path).size > 2 * mostBytes) return undefined;
    for await (const chunk of textBytes(path, maxExpansion, isGzip)) {
      bytes += chunk.length;
      if (bytes > mostBytes) return undefined;
      parts.push(chunk);
    }
  } catch (error) {
    throw asReadError(error, path, 0);
  }
  const { text, notUtf8 } = decodeText(parts.length === 1 ? parts[0] : Buffer.concat(parts, bytes));
  const plain = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  return notUtf8 ? { text: plain, notUtf8 } : { text: plain };
}

/**
 * The bytes of a text file as UTF-8, gunzipped where it is gzip, chunk by chunk.
 * @throws BrokenGzipError, ExpansionError, or UserError where the file cannot be read
 */
export async function* readChunks(
  path: string,
  { maxExpansion = READ_LIMITS.maxExpansion }: Partial<ReadLimits> = {},
): AsyncGenerator<Buffer> {
  try {
    yield* textBytes(path, maxExpansion);
  } catch (error) {
    throw asReadError(error, path, 0);
  }
}

/**
 * Reads a file whose name ends in .gz to its end, for those who leave its reading to a library that goes by the name.
 * @throws BrokenGzipError, ExpansionError
 */
export async function checkGzip(
  path: string,
  { maxExpansion = READ_LIMITS.maxExpansion }: Partial<ReadLimits> = {},
): Promise<void> {
  if (!/\.gz$/i.test(path)) return;
  try {
    for await (const chunk of textBytes(path, maxExpansion, true)) void chunk;
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
  take(): Buffer | undefined {
    const { bytes, parts } = this;
    this.bytes = 0;
    this.parts = [];
    if (bytes > this.most) return undefined;
    return parts.length === 1 ? parts[0] : Buffer.concat(parts, bytes);
  }
}

/** CR where a file's first chunk has it and no LF: between the tokens of JSON and in no string of it. */
function newlineOf(chunk: Buffer): number {
  if (chunk.includes(LINE_FEED)) return LINE_FEED;
  const at = chunk.indexOf(CARRIAGE_RETURN);
  const isSplit = at === chunk.length - 1 && chunk.length > 1;
  return at < 0 || isSplit ? LINE_FEED : CARRIAGE_RETURN;
}

function* split(bytes: Buffer, newline: number): Generator<Buffer> {
  for (let start = 0; start <= bytes.length;) {
    const found = bytes.indexOf(newline, start);
    const end = found < 0 ? bytes.length : found;
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}

/** Without the carriage return at its end, and the byte order mark that each line has where marked files were put together. */
function trimmedEnds(text: string): string {
  const start = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  return text.slice(start, text.endsWith('\r') ? -1 : undefined);
}

function isLonger(text: string, bytes: number): boolean {
  return text.length > bytes || (text.length > bytes / 3 && Buffer.byteLength(text) > bytes);
}

function asReadError(error: unknown, path: string, linesRead: number): UserError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return code.startsWith('Z_') ? new BrokenGzipError(path, linesRead, error) : fromSystemError(error, path, 'read');
}
