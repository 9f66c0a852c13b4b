import type { CodedEvent, PatientRecord } from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';
import { z } from 'zod';
import { type Column, columnKey, Level } from './code-matrix.ts';
import { demographicColumns } from './demographics.ts';
import { levelOf, rollUp } from './levels.ts';

/** How records become rows; kept beside the columns so that others encode alike. */
export const Encoding = z.object({
  /** System URI → level; the finest where not given. */
  levels: z.record(z.string(), Level),
  minPatients: z.number().int().min(1),
  rare: z.enum(['drop', 'parent']),
});
export type Encoding = z.infer<typeof Encoding>;

/** Says in which of a fixed set of columns an event counts. */
export class Encoder {
  private readonly index: Map<string, Column>;
  private readonly known = new Map<string, Column | undefined>();

  constructor(
    columns: readonly Column[],
    private readonly encoding: Encoding,
    private readonly vocabulary: Vocabulary,
  ) {
    this.index = new Map(columns.map((column) => [columnKey(column), column]));
  }

  /** The event's column, or undefined where it has none. */
  columnOf(event: CodedEvent): Column | undefined {
    const key = columnKey({ kind: event.kind, ...event.code });
    if (!this.known.has(key)) this.known.set(key, this.resolve(event));
    return this.known.get(key);
  }

  /** The columns of a record with their counts; a column may come more than once. */
  *rowOf(record: PatientRecord): Generator<[Column, number]> {
    for (const column of demographicColumns(record)) yield [column, 1];
    for (const event of record.events) {
      const column = this.columnOf(event);
      if (column) yield [column, 1];
    }
  }

  private resolve(event: CodedEvent): Column | undefined {
    let column: Column | undefined = levelOf(event, this.encoding.levels, this.vocabulary);
    while (column && !this.index.has(columnKey(column))) {
      column = this.encoding.rare === 'parent' ? rollUp(column, this.vocabulary) : undefined;
    }
    return column && this.index.get(columnKey(column));
  }
}
