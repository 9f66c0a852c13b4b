import { rename } from 'node:fs/promises';
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

/** Writes each record of a file again, as it is changed to. */
export async function changeRecords(path: string, change: (record: PatientRecord) => PatientRecord): Promise<void> {
  const changed = path.replace(/\.ndjson/, '.changed.ndjson');
  const writer = new RecordsWriter(changed);
  for await (const { text } of readLines(path, OWN_FILES)) {
    await writer.write(change(JSON.parse(text) as PatientRecord));
    await yieldToEventLoop();
  }
  await writer.close();
  await rename(changed, path);
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
