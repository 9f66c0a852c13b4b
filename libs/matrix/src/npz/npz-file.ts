import { yieldToEventLoop } from '@ehrsynth/io';
import type { Column, RowParts } from '../code-matrix.ts';
import { asMatrixError } from '../errors.ts';
import { checkCounts, checkIndptr, IndicesCheck } from './check-entries.ts';
import { expandStart, type Member, membersOf, readMember, readPieces, readStart } from './members.ts';
import { int32Of, itemsOf, MOST_HEADER_BYTES, readNpyHeader } from './npy.ts';

/** Bytes of the members that say what the others are. */
const MOST_SMALL_BYTES = 8192;

/**
 * An .npz of a csr_matrix of whole numbers, as scipy.sparse.save_npz writes them: int32 or any other type whose numbers fit, stored or
 * compressed. Nothing is read from it that was not checked before: sizes against bytes, sums, offsets, columns and counts.
 */
export class NpzFile {
  private constructor(
    readonly path: string,
    private readonly columns: readonly Column[],
    private readonly members: Map<string, Member>,
    readonly rows: number,
    readonly indptr: Int32Array,
  ) {}

  /** @param columns those that it must have @throws BrokenMatrixError, UserError */
  static async open(path: string, columns: readonly Column[]): Promise<NpzFile> {
    try {
      const members = await membersOf(path);
      const rows = rowsOf(path, members, columns.length);
      const file = new NpzFile(path, columns, members, rows, readInts(path, members, 'indptr.npy'));
      const [indices, counts] = [file.header('indices.npy'), file.header('data.npy')].map(({ items }) => items);
      if (indices !== counts) throw new Error(`${indices} columns of entries, but ${counts} counts`);
      checkIndptr(file.indptr, rows, indices);
      return file;
    } catch (error) {
      throw asMatrixError(error, path);
    }
  }

  /** Bytes of the entries, as they lie in the file. */
  get entryBytes(): number {
    return memberNamed(this.members, 'indices.npy').stored + memberNamed(this.members, 'data.npy').stored;
  }

  /** Where the first column and the first value lie as int32; undefined where the file is compressed, or has another type. */
  get entryStarts(): { indices: number; values: number } | undefined {
    const [indices, values] = [this.header('indices.npy'), this.header('data.npy')];
    return indices.inPlace && values.inPlace ? { indices: indices.start, values: values.start } : undefined;
  }

  /** All entries. @throws BrokenMatrixError, UserError */
  readAll(): RowParts {
    try {
      const indices = readInts(this.path, this.members, 'indices.npy');
      const values = readInts(this.path, this.members, 'data.npy');
      new IndicesCheck(this.columns, this.indptr).add(indices);
      checkCounts(values);
      return { indptr: this.indptr, indices, values };
    } catch (error) {
      throw asMatrixError(error, this.path);
    }
  }

  /** Checks the entries where they lie, in bounded memory. @throws BrokenMatrixError, UserError */
  async checkInPlace(): Promise<void> {
    const check = new IndicesCheck(this.columns, this.indptr);
    try {
      await this.eachPiece('indices.npy', (indices) => check.add(indices));
      await this.eachPiece('data.npy', checkCounts);
    } catch (error) {
      throw asMatrixError(error, this.path);
    }
  }

  private async eachPiece(name: string, check: (numbers: Int32Array) => void): Promise<void> {
    const { member, start } = this.header(name);
    for (const piece of readPieces(this.path, member, start - member.start)) {
      check(new Int32Array(piece.buffer));
      await yieldToEventLoop();
    }
  }

  /** What the header of a member says, where it can be read without the rest of it. */
  private header(name: string) {
    const member = memberNamed(this.members, name);
    const first = member.compressed
      ? expandStart(this.path, member, MOST_HEADER_BYTES)
      : readStart(this.path, member, MOST_HEADER_BYTES);
    const header = readNpyHeader(first, name);
    const items = itemsOf(header, name);
    if (header.length + items * header.size !== member.size)
      throw new Error(`${name}: ${member.size} bytes, where its header says ${items} numbers`);
    const { kind, size, littleEndian, length } = header;
    const inPlace = !member.compressed && kind === 'i' && size === 4 && littleEndian;
    return { member, items, inPlace, start: member.start + length };
  }
}

/** Rows of the matrix, which has so many columns. */
function rowsOf(path: string, members: Map<string, Member>, width: number): number {
  const { data: letters } = small(path, members, 'format.npy');
  if (Buffer.from(letters).toString('latin1').replaceAll('\0', '') !== 'csr')
    throw new Error('it is not in the format csr (scipy: tocsr())');
  const { data, header } = small(path, members, 'shape.npy');
  const shape = int32Of(data, header, 'shape.npy');
  if (shape.length !== 2 || shape[0] < 0) throw new Error('shape.npy: it is not a number of rows and one of columns');
  if (shape[1] !== width) throw new Error(`${shape[1]} columns, but ${width} in columns.json`);
  return shape[0];
}

function memberNamed(members: Map<string, Member>, name: string): Member {
  const member = members.get(name);
  if (!member) throw new Error(`it is not an .npz of a sparse matrix: ${name} is missing`);
  return member;
}

/** A member that is known to be small. */
function small(path: string, members: Map<string, Member>, name: string) {
  const member = memberNamed(members, name);
  if (member.size > MOST_SMALL_BYTES) throw new Error(`${name}: ${member.size} bytes are too many`);
  return arrayOf(readMember(path, member), name);
}

function readInts(path: string, members: Map<string, Member>, name: string): Int32Array {
  const { header, data } = arrayOf(readMember(path, memberNamed(members, name)), name);
  return int32Of(data, header, name);
}

function arrayOf(bytes: Uint8Array, name: string) {
  const header = readNpyHeader(bytes.subarray(0, MOST_HEADER_BYTES), name);
  return { header, data: bytes.subarray(header.length) };
}
