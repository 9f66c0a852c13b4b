import { readFile } from 'node:fs/promises';
import type { RowParts } from '../code-matrix.ts';
import { asMatrixError } from '../errors.ts';
import { type Member, membersOf, readMember } from './members.ts';
import { MOST_HEADER_BYTES, type NpyHeader, numberAt, readNpyHeader } from './npy.ts';

/** Rows of a matrix that another program wrote: entries that are not 0, by row; columns of a row in any order, values as they stand. */
export interface ForeignRows extends Pick<RowParts, 'indptr' | 'indices'> {
  values: Float64Array;
  rows: number;
  width: number;
}

/**
 * An array of numbers that another program wrote: .npy of two dimensions, .npz of scipy.sparse (csr, csc, coo), or .npz of numpy.savez with
 * one array of two dimensions.
 * @throws BrokenMatrixError, UserError
 */
export async function readForeignRows(path: string): Promise<ForeignRows> {
  try {
    if (path.toLowerCase().endsWith('.npy')) return dense(arrayOf(await readFile(path), path));
    const members = await membersOf(path);
    const array = (name: string) => arrayOf(memberOf(path, members, `${name}.npy`), name);
    if (members.has('format.npy')) return sparse(array);
    const arrays = [...members.keys()].map((name) => arrayOf(memberOf(path, members, name), name));
    const matrices = arrays.filter(({ header }) => header.shape.length === 2);
    if (matrices.length !== 1)
      throw new Error(`it has ${matrices.length} arrays of two dimensions, where one is expected`);
    return dense(matrices[0]);
  } catch (error) {
    throw asMatrixError(error, path);
  }
}

interface NpyArray {
  name: string;
  header: NpyHeader;
  data: Uint8Array;
}

function memberOf(path: string, members: Map<string, Member>, name: string): Uint8Array {
  const member = members.get(name);
  if (!member) throw new Error(`it is not an .npz of a sparse matrix: ${name} is missing`);
  return readMember(path, member);
}

function arrayOf(bytes: Uint8Array, name: string): NpyArray {
  const header = readNpyHeader(bytes.subarray(0, MOST_HEADER_BYTES), name);
  const data = bytes.subarray(header.length);
  const items = header.shape.reduce((product, length) => product * length, 1);
  if (items * header.size !== data.length)
    throw new Error(`${name}: ${data.length} bytes, where its header says ${items} items of ${header.size}`);
  return { name, header, data };
}

/** Every number of an array, in the order of the file. */
function numbersOf({ name, header, data }: NpyArray): Float64Array {
  const read = numberAt(header, name);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Float64Array.from({ length: data.length / header.size }, (_, i) => read(view, i));
}

function dense({ name, header, data }: NpyArray): ForeignRows {
  const { shape, isFortran } = header;
  if (shape.length !== 2) throw new Error(`${name}: it has ${shape.length} dimensions, where two are expected`);
  const [rows, width] = shape;
  const read = numberAt(header, name);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [indptr, indices, values] = [new Int32Array(rows + 1), [] as number[], [] as number[]];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < width; column++) {
      const value = read(view, isFortran ? column * rows + row : row * width + column);
      if (value === 0) continue;
      indices.push(column);
      values.push(value);
    }
    indptr[row + 1] = indices.length;
  }
  return { rows, width, indptr, indices: Int32Array.from(indices), values: Float64Array.from(values) };
}

/** @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.sparse.save_npz.html */
function sparse(array: (name: string) => NpyArray): ForeignRows {
  const format = Buffer.from(array('format').data).toString('latin1').replaceAll('\0', '');
  const shape = numbersOf(array('shape'));
  if (shape.length !== 2) throw new Error('shape.npy: it is not a number of rows and one of columns');
  const [rows, width] = shape;
  const values = numbersOf(array('data'));
  if (format === 'csr') {
    const [indptr, indices] = [offsetsOf(array('indptr'), rows, values.length), placesOf(array('indices'), width)];
    requireAsMany(indices, values);
    return { rows, width, indptr, indices, values };
  }
  if (format === 'coo') return byRow(placesOf(array('row'), rows), placesOf(array('col'), width), values, rows, width);
  if (format !== 'csc') throw new Error(`it is in the format ${format}; csr, csc and coo are read (scipy: tocsr())`);
  const [indptr, inColumn] = [offsetsOf(array('indptr'), width, values.length), placesOf(array('indices'), rows)];
  const columns = new Int32Array(values.length);
  for (let column = 0; column < width; column++) columns.fill(column, indptr[column], indptr[column + 1]);
  return byRow(inColumn, columns, values, rows, width);
}

function byRow(inRow: Int32Array, columns: Int32Array, values: Float64Array, rows: number, width: number): ForeignRows {
  requireAsMany(inRow, values);
  requireAsMany(columns, values);
  const indptr = new Int32Array(rows + 1);
  for (const row of inRow) indptr[row + 1]++;
  for (let row = 0; row < rows; row++) indptr[row + 1] += indptr[row];
  const next = indptr.slice();
  const [indices, sorted] = [new Int32Array(values.length), new Float64Array(values.length)];
  inRow.forEach((row, i) => {
    const to = next[row]++;
    indices[to] = columns[i];
    sorted[to] = values[i];
  });
  return { rows, width, indptr, indices, values: sorted };
}

function offsetsOf(array: NpyArray, lines: number, entries: number): Int32Array {
  const offsets = Int32Array.from(numbersOf(array));
  const isRising = offsets.every((offset, i) => i === 0 || offset >= offsets[i - 1]);
  if (offsets.length !== lines + 1 || offsets[0] !== 0 || offsets.at(-1) !== entries || !isRising)
    throw new Error('indptr.npy: its offsets do not match the entries');
  return offsets;
}

function placesOf(array: NpyArray, below: number): Int32Array {
  const places = Int32Array.from(numbersOf(array));
  if (places.some((place) => place < 0 || place >= below))
    throw new Error(`${array.name}.npy: it has entries outside the matrix`);
  return places;
}

function requireAsMany(places: Int32Array, values: Float64Array): void {
  if (places.length !== values.length)
    throw new Error(`${places.length} positions of entries, but ${values.length} values`);
}
