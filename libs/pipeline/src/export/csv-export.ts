import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { asCell } from '@ehrsynth/io';
import { stringify } from 'csv-stringify';
import { readRecords } from '../cohort/records-file.ts';

export interface CsvOptions {
  /** Texts as they are, also where a spreadsheet would take them for formulas. */
  raw?: boolean;
}

/** Writes patients.csv, encounters.csv and events.csv of the records of a file, safe to open in a spreadsheet unless `raw`. */
export async function writeCsv(
  recordsPath: string,
  folder: string,
  { raw = false }: CsvOptions = {},
): Promise<string[]> {
  const records = () => readRecords(recordsPath);
  const tables = {
    patients: async function* () {
      for await (const { id, sex, birthDate, deathDate, race, ethnicity } of records()) {
        yield { id, sex, birth_date: birthDate, death_date: deathDate, race, ethnicity };
      }
    },
    encounters: async function* () {
      for await (const { id, encounters } of records()) {
        for (const [i, { class: kind, start, end }] of encounters.entries())
          yield { id, encounter: i, class: kind, start, end };
      }
    },
    events: async function* () {
      for await (const { id, events } of records()) {
        for (const { kind, code, start, encounter, active } of events) {
          yield {
            id,
            encounter,
            kind,
            system: code.system,
            code: code.code,
            display: code.display,
            start,
            active,
          };
        }
      }
    },
  };
  for (const [name, rows] of Object.entries(tables)) {
    const csv = stringify({
      header: true,
      quoted_match: LINE_END,
      cast: { boolean: String, string: raw ? String : asCell },
    });
    await pipeline(rows(), csv, createWriteStream(join(folder, `${name}.csv`)));
  }
  return Object.keys(tables);
}

/** The writer quotes what has a line feed; readers end a line at a carriage return as well. */
const LINE_END = /\r/;
