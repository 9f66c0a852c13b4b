import { open } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';
import { fromSystemError } from './errors.ts';
import { decodeText, type Encoding, encodingOf, isGzipped } from './text-bytes.ts';

/** How a file begins. */
export interface Peek {
  /** As it stands on the disk. */
  bytes: Buffer;
  /** What is in it: gunzipped where it is gzip. */
  content: Buffer;
  isGzip: boolean;
  encoding: Encoding;
  /** The content as text without a byte order mark. */
  text: string;
  /** The text is all of it. */
  isWhole: boolean;
}

/** Enough for a resource's first elements, and of a size that costs nothing beside opening the file. */
const HEAD_BYTES = 16 << 10;
const BYTE_ORDER_MARK = /^\uFEFF/;

/** The beginning of a file, for a decision about what it holds. @throws UserError where it cannot be read */
export async function peek(path: string, headBytes = HEAD_BYTES): Promise<Peek> {
  const bytes = await firstBytes(path, headBytes);
  const isGzip = isGzipped(bytes);
  const content = isGzip ? beginningOf(bytes) : bytes;
  const encoding = encodingOf(content);
  const text =
    encoding === 'utf-8' ? decodeText(wholeCharacters(content)).text : new TextDecoder(encoding).decode(content);
  // Of a gzip file shorter than the head all has come out.
  return {
    bytes,
    content,
    isGzip,
    encoding,
    text: text.replace(BYTE_ORDER_MARK, ''),
    isWhole: bytes.length < headBytes,
  };
}

async function firstBytes(path: string, count: number): Promise<Buffer> {
  try {
    const file = await open(path);
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(count), 0, count, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fromSystemError(error, path, 'read');
  }
}

/** What comes out of the first bytes of a gzip file; nothing where it is damaged. */
function beginningOf(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}

/** Without the bytes of a last character that the head may cut through. */
function wholeCharacters(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes.length - end < 4 && bytes[end - 1] >= 0x80) end--;
  return bytes.subarray(0, end);
}
