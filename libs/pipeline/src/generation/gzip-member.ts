import { once } from 'node:events';
import { createGzip } from 'node:zlib';

/** Texts of which so much is compressed at a time. */
const PIECE_CHARACTERS = 2 ** 18;

/** A gzip member in memory that texts are written to: they may together be longer than a string can be. */
export class GzipMember {
  private readonly gzip = createGzip();
  private readonly compressed: Buffer[] = [];
  private readonly done: Promise<unknown>;
  private pending: string[] = [];
  private characters = 0;

  constructor() {
    this.gzip.on('data', (piece: Buffer) => this.compressed.push(piece));
    this.done = once(this.gzip, 'end');
    // Whoever stops writing must not leave a failure that nobody hears.
    this.done.catch(() => {});
  }

  async write(text: string): Promise<void> {
    this.pending.push(text);
    this.characters += text.length;
    if (this.characters >= PIECE_CHARACTERS) await this.compress();
  }

  async end(): Promise<Uint8Array<ArrayBuffer>> {
    await this.compress();
    this.gzip.end();
    await this.done;
    return new Uint8Array(Buffer.concat(this.compressed));
  }

  private async compress(): Promise<void> {
    const piece = Buffer.from(this.pending.join(''));
    [this.pending, this.characters] = [[], 0];
    if (!this.gzip.write(piece)) await once(this.gzip, 'drain');
  }
}
