import { EventKind, type PatientRecord, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import type { OmopReadOptions } from '../read/options.ts';
import { readOmop } from '../read/read-records.ts';

const vocabulary = new Vocabulary();

/** All records of a CDM, of all kinds, with what was counted on the way. */
export async function readAll(
  source: string,
  options: Partial<OmopReadOptions> = {},
  tally = new Tally(),
): Promise<{ records: PatientRecord[]; tally: Tally }> {
  const kinds = EventKind.options;
  const records: PatientRecord[] = [];
  for await (const record of readOmop(source, { vocabulary, kinds, ...options }, tally)) records.push(record);
  return { records, tally };
}
