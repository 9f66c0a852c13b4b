import { strFromU8, unzipSync, zipSync } from 'fflate';

/** The parts of a CSR matrix, as scipy.sparse.save_npz writes them. */
export interface CsrParts {
  rows: number;
  columns: number;
  indptr: Int32Array;
  indices: Int32Array;
  values: Int32Array;
}

/** A file that `scipy.sparse.load_npz` opens as a csr_matrix of int32. */
export function toNpz({ rows, columns, indptr, indices, values }: CsrParts): Uint8Array {
  const shape = new BigInt64Array([BigInt(rows), BigInt(columns)]);
  return zipSync(
    {
      'indices.npy': npy('<i4', [indices.length], indices),
      'indptr.npy': npy('<i4', [indptr.length], indptr),
      'format.npy': npy('|S3', [], new TextEncoder().encode('csr')),
      'shape.npy': npy('<i8', [2], shape),
      'data.npy': npy('<i4', [values.length], values),
    },
    // A fixed time, so that the same matrix gives the same bytes.
    { level: 6, mtime: '1980-01-01T00:00:00' },
  );
}

/** Reads what `toNpz` wrote. */
export function fromNpz(bytes: Uint8Array): CsrParts {
  const files = unzipSync(bytes);
  const ints = (name: string) => new Int32Array(npyBody(files[name]));
  const [rows, columns] = new BigInt64Array(npyBody(files['shape.npy']));
  return {
    rows: Number(rows),
    columns: Number(columns),
    indptr: ints('indptr.npy'),
    indices: ints('indices.npy'),
    values: ints('data.npy'),
  };
}

/** NumPy's .npy format, version 1.0: magic, header length, header padded to 64 bytes, data. */
function npy(descr: string, shape: number[], data: ArrayBufferView): Uint8Array {
  const dims = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const fields = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${dims}, }`;
  const header = `${fields.padEnd(Math.ceil((fields.length + 11) / 64) * 64 - 11)}\n`;
  const body = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const file = new Uint8Array(10 + header.length + body.length);
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 0xff, header.length >> 8]);
  file.set(new TextEncoder().encode(header), 10);
  file.set(body, 10 + header.length);
  return file;
}

function npyBody(file: Uint8Array | undefined): ArrayBuffer {
  if (!file || strFromU8(file.subarray(1, 6)) !== 'NUMPY') throw new Error('not an .npz of a sparse matrix');
  const start = 10 + (file[8] | (file[9] << 8));
  return file.slice(start).buffer as ArrayBuffer;
}
