import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ExpansionError, expandsTooFar } from './limits.ts';

/** utf-8 stands for ASCII and for what is not known as well. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

const CHUNK_BYTES = 1 << 18;
const GZIP_MAGIC = [0x1f, 0x8b];

/**
 * The bytes of a text file as UTF-8: gunzipped where its first bytes are those of gzip (members one after another are one), and
 * decoded where they are those of UTF-16. Byte order marks stay.
 * @param isGzip what is known of it; by default the first bytes decide
 * @throws ExpansionError, or the errors of the file system and of zlib
 */
export async function* textBytes(
  path: string,
  maxExpansion: number,
  isGzip = beginsAsGzip(path),
): AsyncGenerator<Buffer> {
  let decoder: TextDecoder | undefined;
  let isFirst = true;
  for await (const chunk of isGzip ? gunzipped(path, maxExpansion) : fileBytes(path)) {
    if (isFirst) {
      const encoding = encodingOf(chunk);
      if (encoding !== 'utf-8') decoder = new TextDecoder(encoding);
      isFirst = false;
    }
    yield decoder ? Buffer.from(decoder.decode(chunk, { stream: true })) : chunk;
  }
  if (decoder) yield Buffer.from(decoder.decode());
}

/** UTF-16 by its mark, or by the zeros beside the ASCII with which any text for machines begins. */
export function encodingOf(head: Buffer): Encoding {
  if (head.length < 2) return 'utf-8';
  const [a, b, c, d] = head;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (head.length < 4) return 'utf-8';
  if (a !== 0 && b === 0 && c !== 0 && d === 0) return 'utf-16le';
  if (a === 0 && b !== 0 && c === 0 && d !== 0) return 'utf-16be';
  return 'utf-8';
}

/** The text of bytes: UTF-8, or Windows-1252 (of which ISO 8859-1 is a part) where they are none. */
export function decodeText(bytes: Buffer): { text: string; notUtf8?: true } {
  if (isUtf8(bytes)) return { text: bytes.toString('utf8') };
  return { text: bytes.toString('latin1').replace(C1, asWindows), notUtf8: true };
}

/** Bytes of a text to its characters, chunk by chunk. */
export interface TextStream {
  /** @throws TypeError where the bytes are none of the encoding */
  decode(chunk: Buffer): string;
  /** What is left at the end. @throws TypeError where a character is cut off */
  end(): string;
}

/**
 * Decodes an encoding of the WHATWG's standard, by any of its names. Byte order marks are left out.
 * @throws RangeError where there is none of the name
 */
export function textStream(encoding: string): TextStream {
  const decoder = new TextDecoder(encoding, { fatal: true });
  if (decoder.encoding === 'windows-1252')
    return { decode: (chunk) => chunk.toString('latin1').replace(C1, asWindows), end: () => '' };
  return { decode: (chunk) => decoder.decode(chunk, { stream: true }), end: () => decoder.decode() };
}

/** Node 20 decodes windows-1252 as ISO 8859-1. @see https://encoding.spec.whatwg.org/#windows-1252 */
const C1 = /[\x80-\x9f]/g;
const WINDOWS = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

function asWindows(control: string): string {
  return WINDOWS[control.charCodeAt(0) - 0x80];
}

export function beginsAsGzip(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(GZIP_MAGIC.length);
    readSync(file, head);
    return isGzipped(head);
  } finally {
    closeSync(file);
  }
}

export function isGzipped(head: Buffer): boolean {
  return GZIP_MAGIC.every((byte, i) => head[i] === byte);
}

function fileBytes(path: string): AsyncIterable<Buffer> {
  return createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>;
}

async function* gunzipped(path: string, maxExpansion: number): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
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
