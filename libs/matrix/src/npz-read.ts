import { closeSync, openSync, readSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';

/** The parts of a CSR matrix, as scipy.sparse.save_npz writes them. */
export interface CsrParts {
  rows: number;
  columns: number;
  indptr: Int32Array;
  indices: Int32Array;
  values: Int32Array;
}

/** Where an array lies in the file. */
interface Place {
  start: number;
  bytes: number;
  stored: boolean;
}

const STORED = 0;

/** An .npz of a csr_matrix of int32, opened; what it holds is read when asked for. */
export class NpzFile {
  private constructor(
    readonly path: string,
    private readonly places: Map<string, Place>,
  ) {}

  static async open(path: string): Promise<NpzFile> {
    const zip = await openPromise(path);
    try {
      const places = new Map<string, Place>();
      for await (const entry of zip.eachEntry()) {
        const { fileDataStart } = await localHeader(zip, entry);
        const stored = entry.compressionMethod === STORED;
        places.set(entry.fileName, { start: fileDataStart, bytes: entry.compressedSize, stored });
      }
      if (!places.has('indptr.npy')) throw new Error('not an .npz of a sparse matrix');
      return new NpzFile(path, places);
    } finally {
      zip.close();
    }
  }

  get shape(): { rows: number; columns: number } {
    const [rows, columns] = new BigInt64Array(this.array('shape.npy'));
    return { rows: Number(rows), columns: Number(columns) };
  }

  get indptr(): Int32Array {
    return new Int32Array(this.array('indptr.npy'));
  }

  /** Bytes of the entries, as they lie in the file. */
  get entryBytes(): number {
    return this.place('indices.npy').bytes + this.place('data.npy').bytes;
  }

  /** Where the first column and the first value lie, or undefined where the file is compressed. */
  get entryStarts(): { indices: number; values: number } | undefined {
    const [indices, values] = [this.place('indices.npy'), this.place('data.npy')];
    if (!indices.stored || !values.stored) return undefined;
    return { indices: this.dataStart(indices), values: this.dataStart(values) };
  }

  readAll(): CsrParts {
    const ints = (name: string) => new Int32Array(this.array(name));
    return { ...this.shape, indptr: this.indptr, indices: ints('indices.npy'), values: ints('data.npy') };
  }

  private place(name: string): Place {
    const place = this.places.get(name);
    if (!place) throw new Error(`not an .npz of a sparse matrix: ${name} is missing`);
    return place;
  }

  private array(name: string): ArrayBuffer {
    const { start, bytes, stored } = this.place(name);
    const raw = readAt(this.path, start, bytes);
    const file = stored ? raw : new Uint8Array(inflateRawSync(raw));
    return file.slice(headerLength(file)).buffer as ArrayBuffer;
  }

  private dataStart({ start }: Place): number {
    return start + headerLength(readAt(this.path, start, 12));
  }
}

function headerLength(file: Uint8Array): number {
  if (Buffer.from(file.subarray(1, 6)).toString() !== 'NUMPY')
    throw new Error('not an .npz of a sparse matrix');
  return 10 + (file[8] | (file[9] << 8));
}

function readAt(path: string, start: number, bytes: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const buffer = new Uint8Array(bytes);
    for (let done = 0; done < bytes;) {
      const read = readSync(file, buffer, done, Math.min(bytes - done, 1 << 30), start + done);
      if (read === 0) throw new Error('the file is too short');
      done += read;
    }
    return buffer;
  } finally {
    closeSync(file);
  }
}

function localHeader(zip: ZipFile, entry: Entry): Promise<{ fileDataStart: number }> {
  return new Promise((resolve, reject) =>
    zip.readLocalFileHeader(entry, { minimal: true }, (error, header) =>
      error ? reject(error) : resolve(header as { fileDataStart: number }),
    ),
  );
}
