import { PassThrough, pipeline, Readable, Transform } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { expandsTooFar } from '@ehrsynth/io';
import { LimitError } from './errors.ts';
import { gunzipped } from './gunzipped.ts';
import { type ConnectionLimits, sizeText, timeText } from './limits.ts';

/** A body that stopped, or never began; another try may help. */
export class StallError extends Error {}

/** An answer that began and did not come to its end. */
export class BodyError extends Error {}

/** An encoding that we did not ask for. */
export class EncodingError extends Error {}

export interface BodyOptions {
  /** Content-Encoding of the answer. */
  encoding: string | undefined;
  /** Which limit of size counts. */
  size: 'maxResponseBytes' | 'maxFileBytes';
  limits: ConnectionLimits;
  where: string;
}

/** Encodings that we take. */
export const ACCEPTED = 'gzip, deflate';
/** On average over the time that a stall takes. */
const SLOWEST_BYTES_PER_SECOND = 10;

/**
 * What an answer holds, decompressed and measured as it comes: the stream fails with LimitError where it is too large, or too
 * large for what was sent, and with StallError where hardly a byte comes. A file that is gzip itself (.ndjson.gz) is decompressed
 * too, whatever the headers say.
 * @throws EncodingError
 */
export function decoded(body: Readable, { encoding, size, limits, where }: BodyOptions): Readable {
  const decompress = decompressorOf(encoding);
  let received = 0;
  let given = 0;
  const incoming = new Transform({
    transform(chunk: Buffer, _, done) {
      received += chunk.length;
      done(null, chunk);
    },
  });
  const outgoing = new Transform({
    transform(chunk: Buffer, _, done) {
      given += chunk.length;
      const fault = overLimit(received, given, size, limits, where);
      if (fault) done(fault);
      else done(null, chunk);
    },
  });
  const stop = watch(
    () => received,
    limits.stallMs,
    (error) => body.destroy(error),
  );
  pipeline(body, incoming, decompress, gunzipped, outgoing, () => stop());
  return outgoing;
}

function overLimit(
  received: number,
  given: number,
  size: BodyOptions['size'],
  limits: ConnectionLimits,
  where: string,
): LimitError | undefined {
  if (given > limits[size]) return new LimitError(`The answer is larger than ${sizeText(limits[size])}`, where, size);
  if (expandsTooFar(given, received, limits.maxExpansion)) {
    const what = `The response decompresses to more than ${limits.maxExpansion} times its size (${sizeText(received)} so far)`;
    return new LimitError(what, where, 'maxExpansion');
  }
  return undefined;
}

function decompressorOf(encoding = 'identity'): Transform {
  switch (encoding.trim().toLowerCase()) {
    case 'identity':
    case '':
      return new PassThrough();
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    default:
      throw new EncodingError(`encoded as ${encoding.slice(0, 60)}`);
  }
}

/** Looks now and then whether bytes came. Gives what ends the watching. */
function watch(received: () => number, stallMs: number, onStall: (error: StallError) => void): () => void {
  let before = 0;
  const timer = setInterval(() => {
    const now = received();
    if (now - before < (SLOWEST_BYTES_PER_SECOND * stallMs) / 1000) {
      onStall(new StallError(`hardly a byte in ${timeText(stallMs)} (--stall-timeout)`));
    }
    before = now;
  }, stallMs);
  return () => clearInterval(timer);
}
