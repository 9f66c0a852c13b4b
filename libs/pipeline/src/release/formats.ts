import { readPatientRecords, SystemAliases } from '@ehrsynth/fhir';
import { readOmop } from '@ehrsynth/omop';
import { EventKind, type PatientRecord, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import type { CsvOptions } from '../export/csv-export.ts';
import { readCsv } from '../export/csv-records.ts';

export const RELEASE_FORMATS = ['fhir', 'omop', 'csv'] as const;
export type ReleaseFormat = (typeof RELEASE_FORMATS)[number];

/** The records of a folder that a release wrote in one format. */
export function recordsOf(format: ReleaseFormat, folder: string, csv: CsvOptions = {}): AsyncIterable<PatientRecord> {
  if (format === 'csv') return readCsv(folder, csv);
  const options = { vocabulary: new Vocabulary(), kinds: EventKind.options, keepUnknownCodes: true };
  if (format === 'omop') return readOmop(folder, options, new Tally());
  return readPatientRecords(folder, { ...options, aliases: new SystemAliases() }, new Tally());
}
