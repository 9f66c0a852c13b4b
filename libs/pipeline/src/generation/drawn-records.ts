import { type DecodedRow, WrittenCodes, writtenEncoder } from '@ehrsynth/decode';
import type { Column, Encoder, Encoding } from '@ehrsynth/matrix';
import type { CodedEvent, PatientRecord } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';

/** Records of a model as they are written, with their rows. */
export class DrawnRecords {
  private readonly codes: WrittenCodes;
  private readonly encoder: Encoder;

  /** @param encoding of the cohort that the model learned from */
  constructor(columns: readonly Column[], encoding: Encoding) {
    const vocabulary = new Vocabulary();
    this.codes = new WrittenCodes(columns, vocabulary);
    this.encoder = writtenEncoder(columns, encoding, vocabulary);
  }

  /** The column of an event; undefined where there is none. */
  readonly columnOf = (event: CodedEvent): number | undefined => this.encoder.columnOf(event);

  /** @param isDrawn whether an event is of the model, and not one of a history that it continues */
  written(drawn: PatientRecord, isDrawn?: (event: CodedEvent) => boolean): DecodedRow {
    const record = this.codes.of(drawn, isDrawn);
    return { record, entries: this.encoder.rowOf(record) };
  }
}
