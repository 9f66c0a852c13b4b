import { join } from 'node:path';
import { Encoder, type Encoding, type RowSource } from '@ehrsynth/matrix';
import type { PatientSource } from '@ehrsynth/models';
import { Vocabulary } from '@ehrsynth/vocab';
import { readRecords } from '../cohort/records-file.ts';

/**
 * A cohort's training patients, for a model of records.
 * @param isWanted of the ids of the patients to learn from (by default all)
 */
export function patientsOf(
  cohort: string,
  { rows, columns }: Pick<RowSource, 'rows' | 'columns'>,
  encoding: Encoding,
  isWanted: (id: string) => boolean = () => true,
): PatientSource {
  const encoder = new Encoder(columns, encoding, new Vocabulary());
  async function* records() {
    for await (const record of readRecords(join(cohort, 'train', 'records.ndjson.gz')))
      if (isWanted(record.id)) yield record;
  }
  return { patients: rows, columns, columnOf: (event) => encoder.columnOf(event), records };
}
