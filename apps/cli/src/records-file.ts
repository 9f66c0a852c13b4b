import { LineWriter, readLines, UserError } from '@ehrsynth/io';
import { PatientRecord } from '@ehrsynth/records';

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
  for await (const { text, number } of readLines(path)) {
    try {
      yield PatientRecord.parse(JSON.parse(text));
    } catch (cause) {
      throw new UserError('broken-record', 1, 'A patient record is damaged', {
        where: `${path}, line ${number}`,
        todo: 'Run the command that wrote it again.',
        cause,
      });
    }
  }
}
