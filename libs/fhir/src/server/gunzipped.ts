import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/**
 * The same bytes, decompressed where they begin as gzip does: servers send .ndjson.gz without a Content-Encoding. Nothing that
 * we ask for begins with these two bytes otherwise.
 * @see RFC 1952, 2.3.1
 */
export async function* gunzipped(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < 2) {
    const { done, value } = await chunks.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  const whole = rejoined(head, chunks);
  if (head[0] !== 0x1f || head[1] !== 0x8b) return yield* whole;
  const gunzip = createGunzip();
  pipeline(Readable.from(whole), gunzip, () => {});
  yield* gunzip as AsyncIterable<Buffer>;
}

async function* rejoined(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (let { done, value } = await rest.next(); !done; { done, value } = await rest.next()) yield value;
  } finally {
    await rest.return?.();
  }
}
