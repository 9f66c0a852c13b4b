import { LineWriter, OWN_FILES, readLines, yieldToEventLoop } from '@ehrsynth/io';
import { PatientRecord } from '@ehrsynth/records';
import { BrokenRecordError } from '../errors.ts';

/** PatientRecords, one a line, gzipped. */
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

/** @throws UserError with file and line where a record is damaged */
export async function* readRecords(path: string): AsyncGenerator<PatientRecord> {
  for await (const { text, number } of readLines(path, OWN_FILES)) {
    await yieldToEventLoop();
    try {
      yield PatientRecord.parse(JSON.parse(text));
    } catch (cause) {
      throw new BrokenRecordError(path, number, cause);
    }
  }
}
