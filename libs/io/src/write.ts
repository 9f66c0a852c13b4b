import { createWriteStream, writeSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import { fromSystemError } from './errors.ts';

const BUFFER_CHARACTERS = 1 << 18;
/** By which what is compressed comes, so that there is no turn of the event loop for each 16 kB. */
const COMPRESSED_BYTES = 1 << 17;

/** Writes the file under a temporary name, to the disk itself, and then renames it. @param mode who may read it; as usual by default */
export async function writeFileAtomic(path: string, data: string | Uint8Array, mode?: number): Promise<void> {
  const partial = `${path}.partial-${process.pid}`;
  try {
    await writeFile(partial, data, { flush: true, mode });
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw fromSystemError(error, path, 'write');
  }
}

/** Writes all bytes into an open file: of a disk that is nearly full, the system may take a part and say nothing. */
export function writeWholeSync(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
}

/** Lines into a file, gzipped where the name ends in .gz, waiting where the disk is slower than the writer. */
export class LineWriter {
  private readonly sink: Writable;
  /** Settles when the file is closed, or cannot be written. */
  private readonly closed: Promise<unknown>;
  private readonly open: Promise<void>;
  private buffer: string[] = [];
  private buffered = 0;

  constructor(private readonly path: string) {
    const file = createWriteStream(path);
    this.open = new Promise((resolve) => file.once('open', () => resolve()));
    this.sink = path.endsWith('.gz') ? createGzip({ chunkSize: COMPRESSED_BYTES }) : file;
    const whole = this.sink === file ? finished(file) : pipeline(this.sink as Gzip, file);
    this.closed = whole.then(
      () => undefined,
      (error) => error as unknown,
    );
  }

  /** Waits until the file is open. @throws UserError where it cannot be: better before a long work than after it */
  async opened(): Promise<void> {
    const error = await Promise.race([this.open, this.closed]);
    if (error) throw fromSystemError(error, this.path, 'write');
  }

  async write(line: string): Promise<void> {
    this.buffer.push(line, '\n');
    this.buffered += line.length;
    if (this.buffered > BUFFER_CHARACTERS) await this.flush();
  }

  /** @throws UserError where the file could not be written whole */
  async close(): Promise<void> {
    await this.flush();
    this.sink.end();
    const error = await this.closed;
    if (error) throw fromSystemError(error, this.path, 'write');
  }

  private async flush(): Promise<void> {
    const text = this.buffer.join('');
    this.buffer = [];
    this.buffered = 0;
    if (text === '') return;
    // Where the file fails, the compressor in front of it is destroyed and may never answer: `closed` does.
    const written = new Promise<unknown>((resolve) => this.sink.write(text, resolve));
    const failed = await Promise.race([written, this.closed]);
    if (failed) throw fromSystemError((await this.closed) ?? failed, this.path, 'write');
  }
}
