import { type Column, columnKey, demographicColumns, Encoder, type Encoding } from '@ehrsynth/matrix';
import type { CodedEvent, PatientRecord } from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';
import { Concretizer } from './concretize.ts';

/**
 * Encodes records that a decoder wrote, as the cohort was encoded. A code that the cohort's encoding has no column for counts in the
 * column that it was written for: the decoder writes a billable code of a category, a package of a product.
 */
export class WrittenEncoder {
  private readonly encoder: Encoder;
  /** The first column that a code may be written for. */
  private readonly writtenFor = new Map<string, Column>();

  constructor(columns: readonly Column[], encoding: Encoding, vocabulary: Vocabulary) {
    this.encoder = new Encoder(columns, encoding, vocabulary);
    const concretizer = new Concretizer(vocabulary);
    for (const column of columns) {
      if (column.kind === 'demographic') continue;
      for (const code of concretizer.choices(column)) {
        const key = columnKey({ kind: column.kind, ...code });
        if (!this.writtenFor.has(key)) this.writtenFor.set(key, column);
      }
    }
  }

  /** The event's column, or undefined where no column covers it. */
  columnOf(event: CodedEvent): Column | undefined {
    return (
      this.encoder.columnOf(event) ?? this.writtenFor.get(columnKey({ kind: event.kind, ...event.code }))
    );
  }

  /** The columns of a record with their counts; a column may come more than once. */
  *rowOf(record: PatientRecord): Generator<[Column, number]> {
    for (const column of demographicColumns(record)) yield [column, 1];
    for (const event of record.events) {
      const column = this.columnOf(event);
      if (column) yield [column, 1];
    }
  }
}
