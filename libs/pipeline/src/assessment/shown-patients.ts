import type { PatientRecord } from '@ehrsynth/records';
import { MOST_TIMELINES, type Timeline, timelineOf } from '@ehrsynth/report';

/** Passes synthetic records on, and keeps the timelines of the first of them that have a date. */
export async function* keepTimelines(
  records: AsyncIterable<PatientRecord>,
  kept: Timeline[],
): AsyncGenerator<PatientRecord> {
  for await (const record of records) {
    const timeline = kept.length < MOST_TIMELINES ? timelineOf(record) : undefined;
    if (timeline && timeline.rows.length > 0) kept.push(timeline);
    yield record;
  }
}
