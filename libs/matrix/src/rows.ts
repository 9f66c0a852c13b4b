import { yieldToEventLoop } from '@ehrsynth/io';
import { type CodeMatrix, type Column, firstCodeOf, pickRows, type RowParts, stackRows } from './code-matrix.ts';
import { RowReader } from './row-reader.ts';
import { loadColumns } from './columns-file.ts';
import { openNpz } from './store.ts';

/** Matrices whose entries take more are read from disk as they are needed. */
const IN_MEMORY_BYTES = 64 * 2 ** 20;
const BLOCK_ROWS = 10_000;

/** Rows to learn from, in memory or on disk. */
export interface RowSource {
  readonly rows: number;
  readonly columns: readonly Column[];
  readonly firstCode: number;
  /** Of the given rows, those that have each column. */
  carriers(rows: Int32Array): Promise<Int32Array>;
  /** The named rows, in that order; what is asked for is read while others compute. */
  take(rows: Int32Array): Promise<RowParts>;
  close(): Promise<void>;
}

/** The rows of a matrix that is in memory. */
export function rowsInMemory(matrix: CodeMatrix): RowSource {
  return sourceOf(matrix.columns, matrix.rows, readerInMemory(matrix));
}

/**
 * The rows of a matrix on disk: kept there where they are many, and read by another thread.
 * @throws BrokenMatrixError, UserError
 */
export async function openRows(
  folder: string,
  { inMemoryBytes = IN_MEMORY_BYTES }: { inMemoryBytes?: number } = {},
): Promise<RowSource> {
  const columns = await loadColumns(folder);
  const npz = await openNpz(folder, columns);
  const onDisk = npz.entryBytes > inMemoryBytes && npz.entryStarts !== undefined;
  if (onDisk) await npz.checkInPlace();
  return sourceOf(columns, npz.rows, onDisk ? new RowReader(npz) : readerInMemory(npz.readAll()));
}

/** The rows of a source and, after them, those of a matrix with the same columns. */
export function appended(source: RowSource, more: CodeMatrix): RowSource {
  const take = async (wanted: Int32Array): Promise<RowParts> => {
    const own = wanted.filter((row) => row < source.rows);
    if (own.length === wanted.length) return source.take(wanted);
    const added = wanted.filter((row) => row >= source.rows).map((row) => row - source.rows);
    const parts = stackRows(await source.take(own), pickRows(more, added));
    // Back in the order that was asked for.
    let [i, j] = [0, own.length];
    return pickRows(
      parts,
      wanted.map((row) => (row < source.rows ? i++ : j++)),
    );
  };
  return sourceOf(source.columns, source.rows + more.rows, { take, close: () => source.close() });
}

/** The named rows, so many at a time: not all of them need fit in memory. */
export async function* rowBlocks(
  source: Pick<RowSource, 'take'>,
  rows: Int32Array,
  blockRows = BLOCK_ROWS,
): AsyncGenerator<RowParts> {
  for (let start = 0; start < rows.length; start += blockRows) {
    yield await source.take(rows.subarray(start, start + blockRows));
    await yieldToEventLoop();
  }
}

type Reader = Pick<RowSource, 'take' | 'close'>;

function sourceOf(columns: readonly Column[], rows: number, reader: Reader): RowSource {
  return {
    rows,
    columns,
    firstCode: firstCodeOf(columns),
    carriers: (wanted) => countCarriers(columns.length, reader, wanted),
    take: (wanted) => reader.take(wanted),
    close: () => reader.close(),
  };
}

function readerInMemory(parts: RowParts): Reader {
  return { take: async (rows) => pickRows(parts, rows), close: async () => {} };
}

async function countCarriers(columns: number, reader: Reader, rows: Int32Array): Promise<Int32Array> {
  const carriers = new Int32Array(columns);
  for await (const { indices } of rowBlocks(reader, rows)) for (const column of indices) carriers[column]++;
  return carriers;
}
