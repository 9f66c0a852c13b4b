import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { npyBytes, npzBytes, numbersAs } from '../testing/index.ts';
import { readForeignRows } from './any-array.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'arrays-'))));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(name: string, bytes: Uint8Array) {
  writeFileSync(join(folder, name), bytes);
  const { rows, width, indptr, indices, values } = await readForeignRows(join(folder, name));
  return { rows, width, indptr: [...indptr], indices: [...indices], values: [...values] };
}
const array = (descr: string, values: number[], shape = [values.length], fortranOrder = false) => ({
  descr,
  shape,
  fortranOrder,
  data: numbersAs(descr, values),
});
const format = (name: string) => ({ descr: '|S3', data: new TextEncoder().encode(name) });
/** [[1, 0, 2], [0, 3, 0]] */
const MATRIX = { rows: 2, width: 3, indptr: [0, 2, 3], indices: [0, 2, 1], values: [1, 2, 3] };

it('reads csr, csc and coo of scipy.sparse alike', async () => {
  expect(await read('csr.npz', npzBytes({ data: array('<f8', [1, 2, 3]) }, 9))).toEqual(MATRIX);
  const csc = { format: format('csc'), indptr: array('<i4', [0, 1, 2, 3]), indices: array('<i4', [0, 1, 0]) };
  expect(await read('csc.npz', npzBytes({ ...csc, data: array('<i8', [1, 3, 2]) }))).toEqual(MATRIX);
  const coo = { format: format('coo'), indptr: undefined, indices: undefined };
  const places = { row: array('<i4', [1, 0, 0]), col: array('<i4', [1, 0, 2]), data: array('<i4', [3, 1, 2]) };
  expect(await read('coo.npz', npzBytes({ ...coo, ...places }))).toEqual(MATRIX);
});

it('reads dense arrays, row after row and column after column, of .npy and numpy.savez', async () => {
  const rows = npyBytes(array('<f4', [1, 0, 2, 0, 3, 0], [2, 3]));
  expect(await read('rows.npy', rows)).toEqual(MATRIX);
  expect(await read('columns.npy', npyBytes(array('|u1', [1, 0, 0, 3, 2, 0], [2, 3], true)))).toEqual(MATRIX);
  expect(await read('savez.npz', zipSync({ 'synthetic.npy': rows }))).toEqual(MATRIX);
});

it.each([
  ['a format that is not read', 'dia.npz', npzBytes({ format: format('dia') }), /format dia/],
  ['a place outside', 'out.npz', npzBytes({ indices: array('<i4', [0, 3, 1]) }), /entries outside the matrix/],
  ['offsets that fall', 'falls.npz', npzBytes({ indptr: array('<i4', [0, 4, 3]) }), /offsets/],
  ['fewer values than places', 'few.npz', npzBytes({ data: array('<i4', [1, 2]) }), /offsets/],
  ['three dimensions', 'cube.npy', npyBytes(array('<i4', [1, 2], [1, 1, 2])), /3 dimensions/],
  ['a file cut short', 'cut.npy', npyBytes(array('<i4', [1, 2], [1, 2])).subarray(0, -3), /where its header says/],
  ['text', 'text.npy', new TextEncoder().encode('id,E11.9\n1,0\n2,1\n'), /not an array of NumPy/],
])('refuses %s', async (_, name, bytes, words) => {
  await expect(read(name, bytes)).rejects.toThrow(words);
});
