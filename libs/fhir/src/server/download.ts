import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fromSystemError } from '@ehrsynth/io';
import { BodyError } from './body.ts';
import { explain } from './explain.ts';
import type { FhirServer } from './fhir-server.ts';
import { isAbort, withRetry } from './retry.ts';

const NEWLINE = 0x0a;

/**
 * Fetches a file of lines and gives their number; under its own name only when it is whole. A download that breaks off is
 * begun again; what is left of one that does not succeed is removed.
 * @throws ServerError, NoServerError, LimitError; UserError where the disk does not take it
 */
export async function downloadLines(
  server: FhirServer,
  url: string,
  path: string,
  withToken: boolean,
  signal?: AbortSignal,
): Promise<number> {
  const partial = `${path}.partial`;
  try {
    const lines = await withRetry(
      async () => {
        const body = await server.download(url, withToken, signal);
        const counter = new LineCounter();
        const file = createWriteStream(partial, { mode: 0o600, flush: true });
        await pipeline(body, counter, file, { signal });
        return counter.lines;
      },
      // What the server turned down was tried often enough, and a disk gets no better by trying; what broke off has no status.
      (error) => ({ status: isFinal(error) ? 400 : undefined, error }),
      { ...server.retries, where: url, signal },
    );
    await rename(partial, path);
    return lines;
  } catch (error) {
    await rm(partial, { force: true });
    if (isOfDisk(error)) throw fromSystemError(error, partial, 'write');
    if (isFinal(error) || isAbort(error)) throw error;
    throw explain(new BodyError('cut off', { cause: error }), url);
  }
}

function isFinal(error: unknown): boolean {
  return 'exitCode' in (error as object) || isOfDisk(error);
}

/** Network errors have no path and no file's call. */
function isOfDisk(error: unknown): boolean {
  const { syscall = '' } = error as NodeJS.ErrnoException;
  return /^(open|write|fsync|close|rename|mkdir)$/.test(syscall) && !('address' in (error as object));
}

/** Counts the lines that are not empty as they pass. */
class LineCounter extends Transform {
  lines = 0;
  private inLine = false;

  override _transform(chunk: Buffer, _: BufferEncoding, done: (error: null, data: Buffer) => void): void {
    for (const byte of chunk) {
      if (byte === NEWLINE) this.inLine = false;
      else if (!this.inLine && byte > 0x20) {
        this.inLine = true;
        this.lines++;
      }
    }
    done(null, chunk);
  }
}
