import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AGE_BANDS, ageBandOf, isHoldout, leastDaysOfBands } from '@ehrsynth/matrix';
import { recordsOfSubjects, type SubjectReading } from '@ehrsynth/meds';
import { EventKind, type PatientRecord, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { z } from 'zod';
import { KeptRecords } from '../cohort/kept-records.ts';
import { KeptSplits } from '../cohort/kept-splits.ts';
import { type CountedByTask, COUNTS, MakeOptions, READING } from './omop-task.ts';
import { tallyAsJson } from './tally-json.ts';
import type { Task } from './tasks.ts';

export const MedsTaskOptions = MakeOptions.extend({
  kinds: z.array(EventKind),
  keepUnknownCodes: z.boolean(),
  formerCodes: z.enum(['keep', 'successor', 'parent']),
  splits: z.enum(['keep', 'redraw']),
});
export type MedsTaskOptions = z.infer<typeof MedsTaskOptions>;

/** What the task writes: of each subject its record, and what its rows of codes are made of. */
export const MEDS_COLUMNS =
  'part STRING, person BIGINT, patient STRING, look STRING, days INT, codes STRING, record STRING';
/** A code of a record, as text: how often it is there, and its first place among the events. */
export interface RecordCode {
  code: string;
  times: number;
  first: number;
}
/** Spark's type of the column `codes`, which is JSON. */
export const CODES_TYPE = 'ARRAY<STRUCT<code: STRING, times: INT, first: INT>>';
const NULL = '\\N';

/** Makes records of the rows of a MEDS dataset, without text, and splits them. In the end what was counted. @see MEDS_COLUMNS */
export const readMedsLines: Task = async function* (lines, { folders, options }) {
  const { onError, minPatients, holdout, seed, splits, ...reading } = MedsTaskOptions.parse(options);
  const sent = JSON.parse(await readFile(join(folders.reading, READING), 'utf8')) as SubjectReading;
  const tally = new Tally(onError);
  const kept = splits === 'keep' ? new KeptSplits(tally) : undefined;
  const records = new KeptRecords(minPatients);
  const how = { ...reading, vocabulary: new Vocabulary() };
  for await (const { subject, split, record } of recordsOfSubjects(lines, sent, how, tally)) {
    kept?.next(record.id, split);
    const drawn = isHoldout(record.id, holdout, seed) ? 'holdout' : 'train';
    const isTraining = (kept?.partOf(record.id) ?? drawn) === 'train';
    const made = [lookOf(record), daysOf(record), JSON.stringify(codesOf(record))];
    const part = isTraining ? 'training' : 'holdout';
    yield [part, String(subject), record.id, ...made, JSON.stringify(records.count(record, isTraining))];
  }
  const counted: CountedByTask = { tally: tallyAsJson(tally), records: records.counted() };
  yield [COUNTS, NULL, '', '', NULL, '[]', JSON.stringify(counted)];
};

function lookOf({ sex, race }: PatientRecord): string {
  return JSON.stringify({ sex, race });
}

/** Of the age band the least days, which say as much. */
function daysOf(record: PatientRecord): string {
  const band = ageBandOf(record);
  return band ? String(leastDaysOfBands()[AGE_BANDS.findIndex(([from]) => from === band[0])]) : NULL;
}

function codesOf({ events }: PatientRecord): RecordCode[] {
  const found = new Map<string, RecordCode>();
  for (const [first, { kind, code }] of events.entries()) {
    const text = JSON.stringify({ kind, code });
    const known = found.get(text);
    if (known) known.times++;
    else found.set(text, { code: text, times: 1, first });
  }
  return [...found.values()];
}
