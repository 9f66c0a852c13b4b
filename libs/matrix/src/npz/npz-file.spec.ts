import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Column } from '../code-matrix.ts';
import { BrokenMatrixError } from '../errors.ts';
import { npzBytes, numbersAs } from '../testing/index.ts';
import { NpzFile } from './npz-file.ts';

let path: string;
beforeAll(() => (path = join(mkdtempSync(join(tmpdir(), 'npz-')), 'matrix.npz')));
afterAll(() => rmSync(join(path, '..'), { recursive: true }));

const code = (name: string): Column => ({ kind: 'condition', system: 'urn:test', code: name, level: 'code' });
const columns = ['a', 'b', 'c'].map(code);

async function read(bytes: Uint8Array, of: readonly Column[] = columns) {
  writeFileSync(path, bytes);
  const npz = await NpzFile.open(path, of);
  if (npz.entryStarts) await npz.checkInPlace();
  const { indptr, indices, values } = npz.readAll();
  return { indptr: [...indptr], indices: [...indices], values: [...values] };
}
const small = { indptr: [0, 2, 3], indices: [0, 2, 1], values: [1, 2, 3] };

/** scipy.sparse.save_npz of scipy 1.17.1: [[2, 0, 0], [0, 7, 0], [0, 0, 0], [1, 1, 300]], with indices, indptr and data of int64. */
const SCIPY_INT64 =
  'UEsDBC0AAAAIAAAAIQAgl2kx//////////8LABQAaW5kaWNlcy5ucHkBABAAqAAAAAAAAABPAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TaaGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GqY6mjoKtQoUAC4GKGBkQAUwPhOUBgBQSwMELQAAAAgAAAAhAMTmX8v//////////woAFABpbmRwdHIubnB5AQAQAKgAAAAAAAAATwAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mhrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqmOpo6CrUKFAAuBihghNJMaDQrlAYAUEsDBC0AAAAIAAAAIQCjw3SX//////////8KABQAZm9ybWF0Lm5weQEAEACDAAAAAAAAAEUAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgXhNsrK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkamjoKtQoUAa7k4iIAUEsDBC0AAAAIAAAAIQCEIe9f//////////8JABQAc2hhcGUubnB5AQAQAJAAAAAAAAAASgAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mhrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOpo6CrUKFAAuFgYIYIbSAFBLAwQtAAAACAAAACEAJ7xwNv//////////CAAUAGRhdGEubnB5AQAQAKgAAAAAAAAAUAAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mhrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqmOpo6CrUKFAAuJgYIYIfSjGi0DpQBAFBLAQItAy0AAAAIAAAAIQAgl2kxTwAAAKgAAAALAAAAAAAAAAAAAACAAQAAAABpbmRpY2VzLm5weVBLAQItAy0AAAAIAAAAIQDE5l/LTwAAAKgAAAAKAAAAAAAAAAAAAACAAYwAAABpbmRwdHIubnB5UEsBAi0DLQAAAAgAAAAhAKPDdJdFAAAAgwAAAAoAAAAAAAAAAAAAAIABFwEAAGZvcm1hdC5ucHlQSwECLQMtAAAACAAAACEAhCHvX0oAAACQAAAACQAAAAAAAAAAAAAAgAGYAQAAc2hhcGUubnB5UEsBAi0DLQAAAAgAAAAhACe8cDZQAAAAqAAAAAgAAAAAAAAAAAAAAIABHQIAAGRhdGEubnB5UEsFBgAAAAAFAAUAFgEAAKcCAAAAAA==';

describe('an .npz of other tools', () => {
  it('as scipy writes it, with int64 indices, is read rightly', async () => {
    expect(await read(Buffer.from(SCIPY_INT64, 'base64'))).toEqual({
      indptr: [0, 1, 2, 2, 5],
      indices: [0, 1, 0, 1, 2],
      values: [2, 7, 1, 1, 300],
    });
  });

  const types = ['<i4', '>i4', '<i8', '>i8', '<u4', '<u8', '<i2', '>u2', '|i1', '|u1', '<f4', '<f8', '>f8'];
  it.each(types.flatMap((descr) => ([1, 2, 3] as const).map((version) => [descr, version] as const)))(
    'is read rightly with numbers of %s, format version %i',
    async (descr, version) => {
      const array = (values: number[]) => ({
        descr,
        version,
        shape: [values.length],
        data: numbersAs(descr, values),
        fortranOrder: version === 2,
      });
      const arrays = {
        indptr: array(small.indptr),
        indices: array(small.indices),
        data: array(small.values),
        shape: array([2, 3]),
      };
      expect(await read(npzBytes(arrays))).toEqual(small);
      expect(await read(npzBytes(arrays, 9))).toEqual(small);
    },
  );
});

describe('an .npz that was tampered with', () => {
  const numbers = (descr: string, values: number[]) => ({
    descr,
    shape: [values.length],
    data: numbersAs(descr, values),
  });
  const ints = (...values: number[]) => numbers('<i4', values);
  const longs = (...values: number[]) => numbers('<i8', values);
  it.each<[string, Parameters<typeof npzBytes>[0], RegExp]>([
    ['more rows than there are offsets', { shape: longs(2 ** 30, 3) }, /3 offsets, where 1073741824 rows/],
    [
      'a number of rows beyond 32 bits',
      { shape: longs(2 ** 40, 3) },
      /1099511627776 at 0 is not a whole number of 32 bits/,
    ],
    ['negative rows', { shape: longs(-1, 3) }, /not a number of rows/],
    ['other columns', { shape: longs(2, 2 ** 30) }, /1073741824 columns, but 3 in columns\.json/],
    ['a header that says 2⁴⁰ numbers', { indptr: { shape: [2 ** 40] } }, /indptr\.npy.* its header says 1099511627776/],
    ['a header that says 2⁴⁰ entries', { data: { shape: [2 ** 40] } }, /data\.npy.* its header says 1099511627776/],
    ['two dimensions', { indices: { shape: [3, 1] } }, /2 dimensions/],
    ['a type that is no number', { indices: { descr: '|O' } }, /its header is damaged/],
    ['complex numbers', { data: numbers('<c8', [1, 2, 3]) }, /type c8/],
    ['offsets that do not begin at 0', { indptr: ints(1, 2, 3) }, /begins at 1/],
    ['offsets that fall', { indptr: ints(0, 4, 3) }, /falls after row 1/],
    ['offsets that end before the entries', { indptr: ints(0, 1, 2) }, /ends at 2, but there are 3 entries/],
    ['too few counts', { data: ints(1, 2) }, /3 columns of entries, but 2 counts/],
    ['a negative column', { indices: ints(0, -1, 1) }, /row 0 has an entry in column -1/],
    ['a column too large', { indices: ints(0, 3, 1) }, /column 3, but there are 3/],
    ['a column of 2³³', { indices: longs(0, 2 ** 33, 1) }, /8589934592 at 1 is not/],
    ['a column twice in a row', { indices: ints(1, 1, 1) }, /row 0 has two entries in column 1/],
    ['columns out of order', { indices: ints(2, 0, 1) }, /row 0 do not ascend/],
    ['a count that is NaN', { data: numbers('<f8', [1, NaN, 3]) }, /NaN at 1/],
    ['a count that is no whole number', { data: numbers('<f8', [1, 2.5, 3]) }, /2\.5 at 1/],
    ['an infinite count', { data: numbers('<f4', [1, Infinity, 3]) }, /Infinity at 1/],
    ['a huge count', { data: numbers('<f8', [1, 1e300, 3]) }, /1e\+300 at 1/],
    ['a negative count', { data: ints(1, -2, 3) }, /a count of -2/],
    ['an explicit 0', { data: ints(1, 0, 3) }, /a count of 0/],
    ['another format', { format: { data: new TextEncoder().encode('csc') } }, /not in the format csr/],
    ['no counts', { data: undefined }, /data\.npy is missing/],
    ['no format', { format: undefined }, /format\.npy is missing/],
    ['a huge format', { format: { shape: [100_000], descr: '|S1', data: new Uint8Array(100_000) } }, /too many/],
    ['many members', Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`x${i}`, ints(1)])), /more than 16/],
  ])('with %s is refused with its name', async (_, arrays, words) => {
    for (const level of [0, 9] as const) {
      const refused = read(npzBytes(arrays, level));
      await expect(refused).rejects.toThrow(BrokenMatrixError);
      await expect(refused).rejects.toThrow(words);
      await expect(refused).rejects.toThrow(path);
    }
  });

  it('with two values of a demographic in one row is refused', async () => {
    const sexes = ['f', 'm'].map((sex): Column => ({
      kind: 'demographic',
      system: 'sex',
      code: sex,
      level: 'code',
    }));
    const arrays = { indices: ints(0, 1, 2) };
    await expect(read(npzBytes(arrays), [...sexes, code('a')])).rejects.toThrow(/row 0 has two values of sex/);
  });

  it('with a member twice, encrypted, of an unknown method or with another sum is refused', async () => {
    const bytes = Buffer.from(npzBytes({}));
    const central = bytes.indexOf(Buffer.from('PK\x01\x02'));
    const edited = (edit: (copy: Buffer) => void) => {
      const copy = Buffer.from(bytes);
      edit(copy);
      return read(copy);
    };
    await expect(edited((copy) => copy.writeUInt16LE(1, central + 8))).rejects.toThrow(/encrypted|size mismatch/);
    await expect(edited((copy) => copy.writeUInt16LE(12, central + 10))).rejects.toThrow(/method 12/);
    await expect(edited((copy) => copy.writeUInt32LE(7, central + 16))).rejects.toThrow(/indices\.npy is damaged/);
    const twice = Buffer.from(bytes.toString('latin1').replaceAll('indptr.npy', 'format.npy'), 'latin1');
    await expect(read(twice)).rejects.toThrow(/it has format\.npy twice/);
    const at = bytes.indexOf(numbersAs('<i4', [0, 2, 1]));
    await expect(edited((copy) => (copy[at] = 1))).rejects.toThrow(/indices\.npy is damaged/);
  });

  it('that would expand to hundreds of times its size is not expanded', async () => {
    const data = new Uint8Array(80 * 2 ** 20);
    const bytes = npzBytes({ indptr: { shape: [data.length / 4], data } }, 9);
    expect(bytes.length).toBeLessThan(200_000);
    await expect(read(bytes)).rejects.toThrow(/more than 200 times its size/);
  });

  it('that says less than it expands to is refused', async () => {
    const bytes = Buffer.from(npzBytes({}, 9));
    for (let at = bytes.indexOf('PK\x01\x02'); at !== -1; at = bytes.indexOf('PK\x01\x02', at + 4))
      bytes.writeUInt32LE(140, at + 24);
    await expect(read(bytes)).rejects.toThrow(BrokenMatrixError);
  });

  it('that is another zip file, or none, is refused', async () => {
    await expect(read(zipSync({ 'a.txt': new Uint8Array(3) }))).rejects.toThrow(/is missing/);
    await expect(read(new Uint8Array(0))).rejects.toThrow(BrokenMatrixError);
    await expect(NpzFile.open(tmpdir(), columns)).rejects.toThrow(/not a file/);
    await expect(NpzFile.open(`${path}.none`, columns)).rejects.toThrow(/No such file/);
  });
});
