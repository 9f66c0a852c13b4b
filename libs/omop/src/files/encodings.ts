import { isUtf8 } from 'node:buffer';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { readChunks, type ReadLimits, textStream } from '@ehrsynth/io';
import { NotUtf8Error, UnknownEncodingError } from './errors.ts';

const LINE_FEED = 10;

/** The name as the standard has it, for its names and those that others write: latin-1, utf_16. @throws UnknownEncodingError */
export function encodingNamed(name: string): string {
  const plain = name.trim().toLowerCase();
  const spellings = [
    plain,
    plain.replaceAll('_', '-'),
    plain.replaceAll(/[-_ ]/g, ''),
    plain.replace(/^utf[-_ ]?/, 'utf-'),
  ];
  for (const spelling of spellings) {
    try {
      return new TextDecoder(spelling).encoding;
    } catch {
      continue;
    }
  }
  throw new UnknownEncodingError(name);
}

/** The first line that is not UTF-8; undefined where all are, or where they are UTF-16, which is recognised. */
export async function firstLineNotUtf8(path: string, limits?: ReadLimits): Promise<number | undefined> {
  let line = 1;
  for await (const { bytes, isEnd } of wholeLines(path, limits)) {
    if (!isUtf8(bytes) && !(isEnd && bytes.length === 0)) return line + linesBeforeBadByte(bytes);
    line += count(bytes, LINE_FEED);
  }
  return undefined;
}

/**
 * Copies a file of text as UTF-8 with lines that end in LF.
 * @param encoding of what is neither UTF-8 nor UTF-16, by its standard name; without one the bytes must be UTF-8 or UTF-16
 * @throws NotUtf8Error
 */
export async function copyAsUtf8(
  path: string,
  to: string,
  { encoding, limits }: { encoding?: string; limits?: ReadLimits } = {},
): Promise<void> {
  const out = createWriteStream(to, { mode: 0o600 });
  const stream = textStream(encoding ?? 'utf-8');
  let lines = 1;
  let held = '';
  const write = async (text: string, isEnd = false) => {
    // A carriage return may have its line feed in the next chunk.
    const all = held + text;
    held = !isEnd && all.endsWith('\r') ? '\r' : '';
    const whole = all.slice(0, all.length - held.length).replaceAll('\r\n', '\n');
    lines += count(whole, '\n');
    if (whole && !out.write(whole)) await once(out, 'drain');
  };
  try {
    for await (const chunk of readChunks(path, limits)) await write(stream.decode(chunk));
    await write(stream.end(), true);
    out.end();
    await finished(out);
  } catch (error) {
    out.destroy();
    throw error instanceof TypeError ? new NotUtf8Error(path, lines, encoding) : error;
  }
}

/** The bytes in pieces that end with a line, the last one with the file. */
async function* wholeLines(path: string, limits?: ReadLimits): AsyncGenerator<{ bytes: Buffer; isEnd: boolean }> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of readChunks(path, limits)) {
    const end = chunk.lastIndexOf(LINE_FEED) + 1;
    if (end === 0) rest = Buffer.concat([rest, chunk]);
    else {
      yield { bytes: Buffer.concat([rest, chunk.subarray(0, end)]), isEnd: false };
      rest = chunk.subarray(end);
    }
  }
  yield { bytes: rest, isEnd: true };
}

function linesBeforeBadByte(bytes: Buffer): number {
  let [start, lines] = [0, 0];
  for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start), lines++) {
    if (!isUtf8(bytes.subarray(start, end))) return lines;
    start = end + 1;
  }
  return lines;
}

function count(text: string | Buffer, what: string | number): number {
  let found = 0;
  for (let at = text.indexOf(what as never); at >= 0; at = text.indexOf(what as never, at + 1)) found++;
  return found;
}
