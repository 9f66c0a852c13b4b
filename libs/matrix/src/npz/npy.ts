/** What the header of an .npy array says. */
export interface NpyHeader {
  /** NumPy's letter of the type: i, u, f, b, S, U. */
  kind: string;
  /** Bytes of an item; of a text its characters. */
  size: number;
  littleEndian: boolean;
  shape: number[];
  /** Column after column. */
  isFortran: boolean;
  /** Bytes before the data. */
  length: number;
}

/** A header is at most so long; one of an array of numbers has 118 bytes. */
export const MOST_HEADER_BYTES = 4096;

/**
 * The header of an array in NumPy's .npy format, versions 1 to 3.
 * @param start the file's first bytes, MOST_HEADER_BYTES where it has so many
 * @throws Error where it is not one, or of a kind that no sparse matrix has
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function readNpyHeader(start: Uint8Array, name: string): NpyHeader {
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  const broken = (what: string) => new Error(`${name}: ${what}`);
  if (bytes.length < 12 || bytes.toString('latin1', 0, 6) !== '\x93NUMPY') throw broken('it is not an array of NumPy');
  const version = bytes[6];
  if (version < 1 || version > 3) throw broken(`version ${version} of the .npy format is not supported`);
  const from = version === 1 ? 10 : 12;
  const length = from + (version === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8));
  if (length > bytes.length) throw broken('its header is too long, or cut off');
  const fields = bytes.toString(version === 3 ? 'utf8' : 'latin1', from, length);
  const descr = /'descr'\s*:\s*'([<>|=]?)([a-zA-Z])(\d{1,6})'/.exec(fields);
  const shape = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(fields);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(fields);
  if (!descr || !shape || !order) throw broken('its header is damaged, or it does not contain numbers');
  const lengths = shape[1].split(',').filter((part) => part.trim() !== '');
  return {
    kind: descr[2],
    size: Number(descr[3]),
    littleEndian: descr[1] !== '>',
    shape: lengths.map((part) => Number(part.replace('L', ''))),
    isFortran: order[1] === 'True',
    length,
  };
}

/** Items of an array of one dimension (or none), by its header. @throws Error where it has more */
export function itemsOf({ shape }: NpyHeader, name: string): number {
  if (shape.length > 1) throw new Error(`${name}: it has ${shape.length} dimensions, where one is expected`);
  return shape[0] ?? 1;
}

/**
 * Numbers of an array of one dimension as int32. Where it has one, fortran_order changes nothing.
 * @param data what stands after the header
 * @throws Error where it is shorter or longer than its header says, or a number is none or does not fit
 */
export function int32Of(data: Uint8Array, header: NpyHeader, name: string): Int32Array {
  const { kind, size, littleEndian } = header;
  const items = itemsOf(header, name);
  if (items * size !== data.length)
    throw new Error(`${name}: ${data.length} bytes, where its header says ${items} numbers of ${size}`);
  const read = READERS[`${kind}${size}`];
  if (!read) throw new Error(`${name}: numbers of type ${kind}${size} are not read`);
  if (kind === 'i' && size === 4 && littleEndian) return new Int32Array(new Uint8Array(data).buffer);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const numbers = new Int32Array(items);
  for (let i = 0; i < items; i++) {
    const value = Number(read(view, i * size, littleEndian));
    numbers[i] = value;
    if (numbers[i] !== value) throw new Error(`${name}: ${value} at ${i} is not a whole number of 32 bits`);
  }
  return numbers;
}

/** Reads the i-th number of an array of any of these types. @throws Error where they are of another */
export function numberAt({ kind, size, littleEndian }: NpyHeader, name: string): (view: DataView, i: number) => number {
  const read = READERS[`${kind}${size}`];
  if (!read) throw new Error(`${name}: numbers of type ${kind}${size} are not read`);
  return (view, i) => Number(read(view, i * size, littleEndian));
}

type Reader = (view: DataView, at: number, littleEndian: boolean) => number | bigint;

const READERS: Record<string, Reader | undefined> = {
  b1: (view, at) => view.getUint8(at),
  i1: (view, at) => view.getInt8(at),
  u1: (view, at) => view.getUint8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  u2: (view, at, little) => view.getUint16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  i8: (view, at, little) => view.getBigInt64(at, little),
  u8: (view, at, little) => view.getBigUint64(at, little),
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
};
