import type { Code, CodedEvent, PatientRecord } from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';
import { z } from 'zod';
import { countsOf } from './builder.ts';
import { type Column, columnKey, Level } from './code-matrix.ts';
import { demographicColumns } from './demographics.ts';
import { levelOf, rollUp } from './levels.ts';
import { PrivateChoice } from './private-columns.ts';

/** How records become rows; kept beside the columns so that others encode alike. */
export const Encoding = z.object({
  /** System URI → level; the finest where not given. */
  levels: z.record(z.string(), Level),
  minPatients: z.number().int().min(1),
  rare: z.enum(['drop', 'parent']),
  /** Where the columns were chosen by noisy counts. */
  chosen: PrivateChoice.optional(),
});
export type Encoding = z.infer<typeof Encoding>;

/** Says in which of a fixed set of columns an event counts. */
export class Encoder {
  private readonly index = new Map<string, number>();
  /** Codes that have no column of their own, by that which they are written for. */
  private readonly written = new Map<string, number>();
  private readonly known = new Map<string, number | undefined>();

  /**
   * @param writtenFor codes that a decoder may write for a column: a billable code of a category, a package of a product. One that has
   * no column itself counts in the first that it may be written for.
   */
  constructor(
    readonly columns: readonly Column[],
    private readonly encoding: Encoding,
    private readonly vocabulary: Vocabulary,
    writtenFor?: (column: Column) => Iterable<Code>,
  ) {
    for (const [i, column] of columns.entries()) {
      this.index.set(columnKey(column), i);
      if (!writtenFor || column.kind === 'demographic') continue;
      for (const code of writtenFor(column)) {
        const key = columnKey({ kind: column.kind, ...code });
        if (!this.written.has(key)) this.written.set(key, i);
      }
    }
  }

  /** The index of the event's column, or undefined where it has none. */
  columnOf({ kind, code }: CodedEvent): number | undefined {
    const key = columnKey({ kind, ...code });
    if (!this.known.has(key)) this.known.set(key, this.resolve({ kind, code }) ?? this.written.get(key));
    return this.known.get(key);
  }

  /** The columns of a record, ascending, with their counts. */
  rowOf(record: PatientRecord): [column: number, count: number][] {
    const columns = demographicColumns(record).map((column) => this.index.get(columnKey(column)));
    for (const event of record.events) columns.push(this.columnOf(event));
    return countsOf(columns.flatMap((column) => (column === undefined ? [] : [[column, 1] as const])));
  }

  private resolve(event: CodedEvent): number | undefined {
    let column: Column | undefined = levelOf(event, this.encoding.levels, this.vocabulary);
    while (column && !this.index.has(columnKey(column))) {
      column = this.encoding.rare === 'parent' ? rollUp(column, this.vocabulary) : undefined;
    }
    return column && this.index.get(columnKey(column));
  }
}
