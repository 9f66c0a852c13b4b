import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LineWriter, OWN_FILES, readLines, yieldToEventLoop } from '@ehrsynth/io';
import { PatientRecord } from '@ehrsynth/records';
import { BrokenRecordError } from '../errors.ts';
import { NoRecordsError } from './errors.ts';

/** PatientRecords, one per line, gzipped. */
export class RecordsWriter {
  private readonly lines: LineWriter;

  constructor(path: string) {
    this.lines = new LineWriter(path);
  }

  async write(record: PatientRecord): Promise<void> {
    await this.lines.write(JSON.stringify(record));
  }

  async close(): Promise<void> {
    await this.lines.close();
  }
}

/**
 * Writes the records of a file into another, each as it is changed to; where the change gives the record itself, its line stays as it
 * is. Without a change no record is read.
 */
export async function copyRecords(
  from: string,
  to: string,
  change?: (record: PatientRecord) => PatientRecord,
): Promise<void> {
  const writer = new LineWriter(to);
  for await (const { text } of readLines(from, OWN_FILES)) {
    const record = change && (JSON.parse(text) as PatientRecord);
    const changed = record && change(record);
    await writer.write(changed === record ? text : JSON.stringify(changed));
    await yieldToEventLoop();
  }
  await writer.close();
}

/** @throws UserError with file and line where a record is damaged; NoRecordsError where a cohort's part has rows alone */
export async function* readRecords(path: string): AsyncGenerator<PatientRecord> {
  const part = dirname(path);
  if (!existsSync(path) && existsSync(join(part, 'matrix.npz'))) throw new NoRecordsError(dirname(part));
  for await (const { text, number } of readLines(path, OWN_FILES)) {
    await yieldToEventLoop();
    try {
      yield PatientRecord.parse(JSON.parse(text));
    } catch (cause) {
      throw new BrokenRecordError(path, number, cause);
    }
  }
}
