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
 * The model that a cohort is learned with where none is named, which a note says with the reason: one of whole records, or one of rows where records
 * have no dates, or under differential privacy. How many patients there are does not decide: as sets of codes now the one is nearer, now the other,
 * but only the model of records has times, order and values. @see docs/model-figures.md, "Visits or autoregressive"
 */
export async function defaultModel(
  cohort: string,
  { dpEpsilon }: { dpEpsilon?: number },
  { onEvent }: Running,
): Promise<ModelName> {
  const choose = (model: ModelName, what: string, reason: string) => {
    onEvent?.({ type: 'note', text: `Training a model of ${what} (-m ${model}): ${reason}` });
    return model;
  };
  if (dpEpsilon !== undefined)
    return choose(
      DEFAULT_ROW_MODEL,
      'rows',
      `differential privacy; -m ${DEFAULT_MODEL} also covers times and values, but needs more patients`,
    );
  return (await hasVisits(cohort))
    ? choose(DEFAULT_MODEL, 'whole records', 'most records have events with dates')
    : choose(DEFAULT_ROW_MODEL, 'rows', 'most records have no event with a date');
}

async function hasVisits(cohort: string): Promise<boolean> {
  let [looked, dated] = [0, 0];
  for await (const record of readRecords(join(cohort, 'train', 'records.ndjson.gz'))) {
    if (visitsOf(record).visits.length > 0) dated++;
    if (++looked === LOOKED_AT) break;
  }
  return dated >= LEAST_SHARE * looked;
}
