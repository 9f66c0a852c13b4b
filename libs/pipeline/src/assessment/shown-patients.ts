import type { PatientRecord } from '@ehrsynth/records';
import { MOST_TIMELINES, type Timeline, timelineOf } from '@ehrsynth/report';

/** Characters of all timelines of a page together, as JSON: records of thousands of events would else make it large. */
const MOST_CHARACTERS = 300_000;

/** Passes synthetic records on, and keeps the timelines of the first of them that have a date, as far as a page has room. */
export async function* keepTimelines(
  records: AsyncIterable<PatientRecord>,
  kept: Timeline[],
): AsyncGenerator<PatientRecord> {
  let room = MOST_CHARACTERS;
  for await (const record of records) {
    const timeline = kept.length < MOST_TIMELINES && room > 0 ? timelineOf(record) : undefined;
    const characters = timeline ? JSON.stringify(timeline).length : 0;
    if (timeline && timeline.rows.length > 0 && (characters <= room || kept.length === 0)) {
      kept.push(timeline);
      room -= characters;
    }
    yield record;
  }
}
