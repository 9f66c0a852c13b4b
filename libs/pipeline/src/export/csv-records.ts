import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { fromCell } from '@ehrsynth/io';
import { PatientRecord } from '@ehrsynth/records';
import type { CsvOptions } from './csv-export.ts';
import { BrokenRecordError } from '../errors.ts';

type Row = Record<string, string | undefined>;

/**
 * The records of patients.csv, encounters.csv and events.csv that `writeCsv` wrote, in their order. These have no end of an event and no
 * quantity.
 * @param options those that they were written with
 * @throws BrokenRecordError where a line is no part of a record, or belongs to no patient
 */
export async function* readCsv(folder: string, options: CsvOptions = {}): AsyncGenerator<PatientRecord> {
  const encounters = new ByPatient(join(folder, 'encounters.csv'), options);
  const events = new ByPatient(join(folder, 'events.csv'), options);
  const path = join(folder, 'patients.csv');
  let line = 1;
  for await (const { id, sex, birth_date, death_date, race, ethnicity } of rowsOf(path, options)) {
    line++;
    const own = [await encounters.of(id!), await events.of(id!)];
    const record = PatientRecord.safeParse({
      id,
      sex,
      birthDate: birth_date,
      deathDate: death_date,
      race,
      ethnicity,
      encounters: own[0].map(({ class: kind, start, end }) => ({ class: kind, start, end })),
      events: own[1].map(({ kind, system, code, display, start, encounter, active }) => ({
        kind,
        code: { system, code, display },
        start,
        encounter: encounter === undefined ? undefined : Number(encounter),
        active: active === undefined ? undefined : active === 'true',
      })),
    });
    if (!record.success) throw new BrokenRecordError(path, line, record.error);
    yield record.data;
  }
  for (const table of [encounters, events]) await table.close();
}

/** Rows that stand in the order of their patients, handed out patient by patient. */
class ByPatient {
  private readonly rows: AsyncIterator<Row>;
  private next: IteratorResult<Row> | undefined;
  private line = 1;

  constructor(
    private readonly path: string,
    options: CsvOptions,
  ) {
    this.rows = rowsOf(path, options)[Symbol.asyncIterator]();
  }

  async of(id: string): Promise<Row[]> {
    const own: Row[] = [];
    this.next ??= await this.rows.next();
    while (!this.next.done && this.next.value['id'] === id) {
      own.push(this.next.value);
      this.line++;
      this.next = await this.rows.next();
    }
    return own;
  }

  /** @throws BrokenRecordError where rows are left */
  async close(): Promise<void> {
    this.next ??= await this.rows.next();
    if (!this.next.done)
      throw new BrokenRecordError(this.path, this.line + 1, new Error('its patient is not in patients.csv'));
  }
}

/** Rows by the names of their columns; what is empty is not there. */
async function* rowsOf(path: string, { raw = false }: CsvOptions): AsyncGenerator<Row> {
  const textOf = raw ? String : fromCell;
  // A `cast` of the parser's would do it too, at several times the cost.
  const rows = parse({ record_delimiter: '\n' });
  // An error of the file comes out of the loop below.
  pipeline(createReadStream(path), rows).catch(() => {});
  let names: string[] | undefined;
  for await (const row of rows as AsyncIterable<string[]>) {
    if (names === undefined) names = row;
    else yield Object.fromEntries(row.flatMap((value, i) => (value === '' ? [] : [[names![i], textOf(value)]])));
  }
}
