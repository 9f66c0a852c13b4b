import { closeSync, createReadStream, openSync, rmSync } from 'node:fs';
import { writeWholeSync } from '@ehrsynth/io';
import { Zip, ZipPassThrough } from 'fflate';

/** A fixed time, so that the same matrix gives the same bytes. */
const MTIME = '1980-01-01T00:00:00';
/** What a zip file without its 64-bit extension can hold. */
const LARGEST_BYTES = 2 ** 32 - 1;
const BUFFERED_ENTRIES = 1 << 18;

/**
 * Writes a file that `scipy.sparse.load_npz` opens as a csr_matrix of int32, row by row in bounded memory. Nothing in it is
 * compressed, so that rows can be read from where they lie. Synchronous: its caller computes between rows.
 */
export class NpzWriter {
  private readonly parts: { indices: SpillFile; values: SpillFile };
  private readonly indptr: number[] = [0];

  constructor(private readonly path: string) {
    this.parts = { indices: new SpillFile(path, 'indices'), values: new SpillFile(path, 'data') };
  }

  addRow(indices: ArrayLike<number>, values: ArrayLike<number>): void {
    this.parts.indices.push(indices);
    this.parts.values.push(values);
    this.indptr.push(this.indptr.at(-1)! + indices.length);
  }

  async finish(columns: number): Promise<void> {
    const { indices, values } = this.parts;
    const rows = this.indptr.length - 1;
    const entries = this.indptr[rows];
    const bytes = 4 * (2 * entries + rows + 1);
    if (bytes + 4096 > LARGEST_BYTES) {
      throw new RangeError(`${entries} entries are more than one matrix.npz can hold; generate in shards`);
    }
    const file = openSync(this.path, 'w');
    try {
      await writeZip(file, [
        ['indices.npy', npyHeader('<i4', [entries]), () => indices.read()],
        ['indptr.npy', npyHeader('<i4', [rows + 1]), () => [asBytes(Int32Array.from(this.indptr))]],
        ['format.npy', npyHeader('|S3', []), () => [new TextEncoder().encode('csr')]],
        ['shape.npy', npyHeader('<i8', [2]), () => [asBytes(BigInt64Array.of(BigInt(rows), BigInt(columns)))]],
        ['data.npy', npyHeader('<i4', [entries]), () => values.read()],
      ]);
    } finally {
      closeSync(file);
      this.discard();
    }
  }

  /** Removes what was set aside. */
  discard(): void {
    Object.values(this.parts).forEach((part) => part.remove());
  }
}

type Member = [name: string, header: Uint8Array, body: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>];

async function writeZip(file: number, members: Member[]): Promise<void> {
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    writeWholeSync(file, chunk);
  });
  for (const [name, header, body] of members) {
    const member = new ZipPassThrough(name);
    member.mtime = MTIME;
    zip.add(member);
    member.push(header);
    for await (const chunk of body()) member.push(chunk);
    member.push(new Uint8Array(0), true);
  }
  zip.end();
}

/** NumPy's .npy format, version 1.0: magic, header length, header padded to 64 bytes; the data follows. */
function npyHeader(descr: string, shape: number[]): Uint8Array {
  const dims = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const fields = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${dims}, }`;
  const header = `${fields.padEnd(Math.ceil((fields.length + 11) / 64) * 64 - 11)}\n`;
  const bytes = new Uint8Array(10 + header.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 0xff, header.length >> 8]);
  bytes.set(new TextEncoder().encode(header), 10);
  return bytes;
}

function asBytes({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Int32 numbers set aside in a file until all are known. */
class SpillFile {
  private readonly file: number;
  private readonly spillPath: string;
  private readonly buffer = new Int32Array(BUFFERED_ENTRIES);
  private length = 0;
  private closed = false;

  constructor(path: string, name: string) {
    this.spillPath = `${path}.${name}.partial-${process.pid}`;
    this.file = openSync(this.spillPath, 'w');
  }

  push(numbers: ArrayLike<number>): void {
    for (let i = 0; i < numbers.length; i++) {
      if (this.length === this.buffer.length) this.flush();
      this.buffer[this.length++] = numbers[i];
    }
  }

  async *read(): AsyncGenerator<Uint8Array> {
    this.flush();
    yield* createReadStream(this.spillPath, { highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>;
  }

  remove(): void {
    if (!this.closed) closeSync(this.file);
    this.closed = true;
    rmSync(this.spillPath, { force: true });
  }

  private flush(): void {
    writeWholeSync(this.file, asBytes(this.buffer.subarray(0, this.length)));
    this.length = 0;
  }
}
