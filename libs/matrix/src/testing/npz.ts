import { type Zippable, zipSync } from 'fflate';

/** An array as it stands in an .npy file. */
export interface NpyArray {
  descr: string;
  shape: number[];
  data: Uint8Array;
  /** Of the format: 1 by default. */
  version?: 1 | 2 | 3;
  fortranOrder?: boolean;
}

/** The bytes of an .npy file, whether what it says is right or not. */
export function npyBytes({ descr, shape, data, version = 1, fortranOrder = false }: NpyArray): Uint8Array {
  const lengths = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const fields = `{'descr': '${descr}', 'fortran_order': ${fortranOrder ? 'True' : 'False'}, 'shape': (${lengths}), }\n`;
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  length.writeUIntLE(fields.length, 0, length.length);
  const head = [Buffer.from('\x93NUMPY', 'latin1'), Buffer.from([version, 0]), length, Buffer.from(fields)];
  return Uint8Array.from(Buffer.concat([...head, data]));
}

/** Numbers as NumPy stores a type: <i8, >i4, <f8, |u1. */
export function numbersAs(descr: string, numbers: readonly number[]): Uint8Array {
  const [order, kind, size] = [descr[0], descr[1], Number(descr.slice(2))];
  const view = new DataView(new ArrayBuffer(size * numbers.length));
  const little = order !== '>';
  numbers.forEach((value, i) => {
    const at = i * size;
    if (kind === 'f') view[size === 4 ? 'setFloat32' : 'setFloat64'](at, value, little);
    else if (size === 8) view.setBigInt64(at, BigInt(value), little);
    else if (size === 4) view.setUint32(at, value, little);
    else if (size === 2) view.setUint16(at, value, little);
    else view.setUint8(at, value);
  });
  return new Uint8Array(view.buffer);
}

/** A matrix.npz of the given arrays; those that are left out are of 2 rows and 3 columns: [[1, 0, 2], [0, 3, 0]]. */
export function npzBytes(arrays: Record<string, Partial<NpyArray> | undefined>, level: 0 | 9 = 0): Uint8Array {
  const numbers = (descr: string, values: number[]): NpyArray => ({
    descr,
    shape: [values.length],
    data: numbersAs(descr, values),
  });
  const whole: Record<string, NpyArray> = {
    indices: numbers('<i4', [0, 2, 1]),
    indptr: numbers('<i4', [0, 2, 3]),
    format: { descr: '|S3', shape: [], data: new TextEncoder().encode('csr') },
    shape: numbers('<i8', [2, 3]),
    data: numbers('<i4', [1, 2, 3]),
  };
  const files: Zippable = {};
  for (const name of new Set([...Object.keys(whole), ...Object.keys(arrays)])) {
    if (name in arrays && arrays[name] === undefined) continue;
    files[`${name}.npy`] = npyBytes({ ...whole[name], ...arrays[name] });
  }
  return zipSync(files, { level });
}
