import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isHoldout } from '@ehrsynth/matrix';
import { type RecordReading, recordsOfLines } from '@ehrsynth/omop';
import { type PatientRecord, Tally } from '@ehrsynth/records';
import { z } from 'zod';
import { type CountedRecords, KeptRecords } from '../cohort/kept-records.ts';
import { tallyAsJson } from './tally-json.ts';
import type { Task } from './tasks.ts';

/** In place of a part: the row is what the task counted. */
export const COUNTS = 'counts';
/** Files of the folders that the tasks are sent. */
export const READING = 'reading.json';
export const COUNTED = 'counted.json';

export const MakeOptions = z.strictObject({
  onError: z.enum(['skip', 'stop']),
  minPatients: z.number(),
  holdout: z.number(),
  seed: z.number(),
});
export type MakeOptions = z.infer<typeof MakeOptions>;

/** What `make-records` counted: in the tally what was read, and of the records what decides what is kept of them. */
export interface CountedByTask {
  tally: ReturnType<typeof tallyAsJson>;
  records: CountedRecords;
}

/** Makes records of the rows of an OMOP source, without text. Rows: part of the cohort, patient, record; in the end what was counted. */
export const makeRecords: Task = async function* (lines, { folders, options }) {
  const { onError, minPatients, holdout, seed } = MakeOptions.parse(options);
  const reading = JSON.parse(await readFile(join(folders.reading, READING), 'utf8')) as RecordReading;
  const tally = new Tally(onError);
  const records = new KeptRecords(minPatients);
  for await (const record of recordsOfLines(lines, reading, tally)) {
    const isHeldOut = isHoldout(record.id, holdout, seed);
    yield [isHeldOut ? 'holdout' : 'training', record.id, JSON.stringify(records.count(record, !isHeldOut))];
  }
  const counted: CountedByTask = { tally: tallyAsJson(tally), records: records.counted() };
  yield [COUNTS, '', JSON.stringify(counted)];
};

/** Brings records to what a cohort keeps of them. Lines: part and record. Rows as those of `makeRecords`; in the end the notes. */
export const keepRecords: Task = async function* (lines, { folders, options }) {
  const { minPatients } = z.strictObject({ minPatients: z.number() }).parse(options);
  const records = new KeptRecords(minPatients);
  records.include(JSON.parse(await readFile(join(folders.counted, COUNTED), 'utf8')) as CountedRecords);
  records.notes.clear();
  for await (const line of lines) {
    const at = line.indexOf(' ');
    const record = records.kept(JSON.parse(line.slice(at + 1)) as PatientRecord);
    yield [line.slice(0, at), record.id, JSON.stringify(record)];
  }
  yield [COUNTS, '', JSON.stringify([...records.notes])];
};
