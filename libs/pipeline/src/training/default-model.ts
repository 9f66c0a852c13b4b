import { join } from 'node:path';
import { visitsOf } from '@ehrsynth/histories';
import { DEFAULT_MODEL, DEFAULT_ROW_MODEL, type ModelName } from '@ehrsynth/models';
import { readRecords } from '../cohort/records-file.ts';
import type { Running } from '../run/events.ts';

/** Records that are looked at. */
const LOOKED_AT = 1000;
/** Of these, the share that has to have a visit for a model of whole records. */
const LEAST_SHARE = 0.5;

/**
 * The model that a cohort is learned with where none is named: one of whole records, or one of rows where records have no dates, or under
 * differential privacy. Which of rows it is, and why, is said in a note.
 */
export async function defaultModel(
  cohort: string,
  { dpEpsilon }: { dpEpsilon?: number },
  { onEvent }: Running,
): Promise<ModelName> {
  const reason =
    dpEpsilon !== undefined
      ? `differential privacy; -m ${DEFAULT_MODEL} covers times and values too, and needs more patients`
      : (await hasVisits(cohort))
        ? undefined
        : 'most records have no event with a date';
  if (reason === undefined) return DEFAULT_MODEL;
  onEvent?.({ type: 'note', text: `A model of rows is trained, -m ${DEFAULT_ROW_MODEL}: ${reason}` });
  return DEFAULT_ROW_MODEL;
}

async function hasVisits(cohort: string): Promise<boolean> {
  let [looked, dated] = [0, 0];
  for await (const record of readRecords(join(cohort, 'train', 'records.ndjson.gz'))) {
    if (visitsOf(record).visits.length > 0) dated++;
    if (++looked === LOOKED_AT) break;
  }
  return dated >= LEAST_SHARE * looked;
}
