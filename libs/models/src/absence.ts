import { type Column, columnGroups, type RowParts, type RowSource } from '@ehrsynth/matrix';
import type { SampledRow } from './synthesizer.ts';

/**
 * The columns of a network that may leave demographics unknown: after the values of each group that many rows have none of stands one
 * more, for its absence, so that a draw of one of them may be none.
 */
export class Absence {
  /** All columns, with those of absences among them. */
  readonly wide: readonly Column[];
  /** Of each column its place among `wide`, and of each of those its column; −1 for an absence. */
  private readonly placeOf: Int32Array;
  private readonly columnOf: Int32Array;
  /** The groups with an absence, by their places. */
  private readonly groups: { start: number; absent: number }[] = [];

  /** @param names of the demographic groups that may be unknown; none: `wide` is `columns` */
  constructor(
    readonly columns: readonly Column[],
    readonly names: readonly string[],
  ) {
    const wide: Column[] = [];
    const columnOf: number[] = [];
    this.placeOf = new Int32Array(columns.length);
    const ends = new Map(columnGroups(columns).map((group) => [group.end - 1, group]));
    columns.forEach((column, i) => {
      this.placeOf[i] = wide.push(column) - 1;
      columnOf.push(i);
      const group = ends.get(i);
      if (!group || !names.includes(group.name)) return;
      const absent = wide.push({ ...column, code: '', display: undefined }) - 1;
      columnOf.push(-1);
      this.groups.push({ start: absent - (group.end - group.start), absent });
    });
    this.wide = names.length === 0 ? columns : wide;
    this.columnOf = Int32Array.from(columnOf);
  }

  /** With an absence of each demographic that at least k rows have no value of. */
  static async of(rows: RowSource, k: number): Promise<Absence> {
    const carriers = await rows.carriers(Int32Array.from({ length: rows.rows }, (_, row) => row));
    const missing = ({ start, end }: { start: number; end: number }) =>
      rows.rows - carriers.subarray(start, end).reduce((sum, count) => sum + count, 0);
    const unknown = columnGroups(rows.columns).filter((group) => missing(group) >= Math.max(1, k));
    return new Absence(
      rows.columns,
      unknown.map(({ name }) => name),
    );
  }

  /** Rows of columns as rows of `wide`: one without a value has the absence. */
  widen(parts: RowParts): RowParts {
    if (this.groups.length === 0) return parts;
    const rows = parts.indptr.length - 1;
    const indptr = new Int32Array(rows + 1);
    const entries: [place: number, value: number][] = [];
    for (let row = 0; row < rows; row++) {
      const own: [number, number][] = [];
      for (let at = parts.indptr[row]; at < parts.indptr[row + 1]; at++)
        own.push([this.placeOf[parts.indices[at]], parts.values[at]]);
      for (const { start, absent } of this.groups)
        if (!own.some(([place]) => place >= start && place < absent)) own.push([absent, 1]);
      entries.push(...own.sort(([a], [b]) => a - b));
      indptr[row + 1] = entries.length;
    }
    return {
      indptr,
      indices: Int32Array.from(entries, ([place]) => place),
      values: Int32Array.from(entries, ([, value]) => value),
    };
  }

  /** The rows of a source, widened as they are asked for. */
  source(rows: RowSource): RowSource {
    if (this.groups.length === 0) return rows;
    const { wide } = this;
    return {
      rows: rows.rows,
      columns: wide,
      firstCode: rows.firstCode + this.groups.length,
      take: async (wanted) => this.widen(await rows.take(wanted)),
      carriers: async (wanted) => {
        const narrow = await rows.carriers(wanted);
        const carriers = new Int32Array(wide.length);
        narrow.forEach((count, column) => (carriers[this.placeOf[column]] = count));
        for (const { start, absent } of this.groups)
          carriers[absent] = wanted.length - carriers.subarray(start, absent).reduce((a, b) => a + b, 0);
        return carriers;
      },
      close: () => rows.close(),
    };
  }

  /** Sampled rows of `wide` as rows of columns: those with an absence have no value of its group. */
  narrow(rows: AsyncGenerator<SampledRow>): AsyncGenerator<SampledRow> {
    return this.groups.length === 0 ? rows : this.withoutAbsences(rows);
  }

  private async *withoutAbsences(rows: AsyncGenerator<SampledRow>): AsyncGenerator<SampledRow> {
    for await (const { row, entries } of rows) {
      const own: SampledRow['entries'] = [];
      for (const [place, count] of entries) {
        const column = this.columnOf[place];
        if (column !== -1) own.push([column, count]);
      }
      yield { row, entries: own };
    }
  }
}
