import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BODIES_HELD } from './limits.ts';
import { Rejection } from './rejection.ts';

/** Reads the bodies of requests, of a limited size each and all together, counted as they are decompressed. */
export class BodyReader {
  private held = 0;

  constructor(private readonly maxBytes: number) {}

  /**
   * The body as text, '' where there is none. It counts as held until the answer is sent.
   * @throws Rejection: 413 too large, 415 an encoding that is not known, 400 damaged gzip or no UTF-8, 503 too many at a time
   */
  async read(request: IncomingMessage, response: ServerResponse): Promise<string> {
    const bytes = inflated(request, (request.headers['content-encoding'] ?? 'identity').toLowerCase());
    if (Number(request.headers['content-length'] ?? 0) > this.maxBytes) throw this.tooLarge();
    const chunks: Buffer[] = [];
    let size = 0;
    response.once('close', () => (this.held -= size));
    try {
      // The request stays open where reading ends early: the answer goes back over it.
      for await (const chunk of bytes.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        size += chunk.length;
        this.held += chunk.length;
        if (size > this.maxBytes) throw this.tooLarge();
        if (this.held > BODIES_HELD * this.maxBytes) throw busy();
        chunks.push(chunk);
      }
      return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
    } catch (error) {
      if (bytes !== request) bytes.destroy();
      throw error instanceof Rejection ? error : damaged(error as NodeJS.ErrnoException);
    }
  }

  private tooLarge(): Rejection {
    return Rejection.because(
      413,
      'too-long',
      `The body has more than ${this.maxBytes.toLocaleString('en-US')} bytes; --max-body-mb raises the limit`,
    );
  }
}

function inflated(request: IncomingMessage, encoding: string): Readable {
  if (encoding === 'identity') return request;
  if (encoding !== 'gzip' && encoding !== 'x-gzip') {
    throw Rejection.because(
      415,
      'not-supported',
      `Content-Encoding ${encoding} is not supported; send the body uncompressed or with gzip`,
      {
        'Accept-Encoding': 'gzip',
      },
    );
  }
  const gunzip = createGunzip();
  request.once('close', () => {
    if (!request.complete) gunzip.destroy(new Error('The request was aborted'));
  });
  return request.pipe(gunzip);
}

function busy(): Rejection {
  return Rejection.because(503, 'throttled', 'Too many large requests at the same time', {
    'Retry-After': '5',
  });
}

function damaged({ code = '', message }: NodeJS.ErrnoException): Rejection {
  if (code.startsWith('Z_')) return Rejection.because(400, 'structure', `Damaged gzip: ${message}`);
  if (code.startsWith('ERR_ENCODING')) return Rejection.because(400, 'structure', 'The body is not UTF-8');
  return Rejection.because(400, 'structure', `The body could not be read: ${message}`);
}
