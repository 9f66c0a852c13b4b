import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FhirServer } from './fhir-server.ts';
import { RETRIES, withRetry } from './retry.ts';

const NEWLINE = 0x0a;

/**
 * Fetches a file of lines and gives their number; under its own name only when it is whole. A download that breaks off is
 * begun again.
 * @throws ServerError, NoServerError
 */
export async function downloadLines(
  server: FhirServer,
  url: string,
  path: string,
  withToken: boolean,
  signal?: AbortSignal,
): Promise<number> {
  const partial = `${path}.partial`;
  const lines = await withRetry(
    async () => {
      const body = await server.download(url, withToken);
      const counter = new LineCounter();
      await pipeline(Readable.fromWeb(body as never), counter, createWriteStream(partial), { signal });
      return counter.lines;
    },
    // What the server turned down was tried often enough; what broke off has no status.
    (error) => ({ status: (error as { exitCode?: number }).exitCode ? 400 : undefined, error }),
    { ...RETRIES, ...server.retries, signal },
  );
  await rename(partial, path);
  return lines;
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
