import { join } from 'node:path';
import { learnTimeline } from '@ehrsynth/decode';
import { Encoder, type Encoding, type RowSource } from '@ehrsynth/matrix';
import type { CodedEvent } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { readRecords } from '../cohort/records-file.ts';
import { type Running, untilStopped, Work } from '../run/events.ts';

/**
 * Learns from a cohort's training records what their rows forget; read as often as learning needs it.
 * @param isWanted of the ids of the patients to learn from (by default all)
 */
export async function timelineOf(
  cohort: string,
  { rows, columns }: Pick<RowSource, 'rows' | 'columns'>,
  encoding: Encoding,
  running: Running = {},
  isWanted: (id: string) => boolean = () => true,
): ReturnType<typeof learnTimeline> {
  const encoder = new Encoder(columns, encoding, new Vocabulary());
  const work = new Work(running, 'Learning the timeline', 'patients', rows);
  async function* records() {
    let read = 0;
    const path = join(cohort, 'train', 'records.ndjson.gz');
    for await (const record of untilStopped(readRecords(path), running)) {
      if (!isWanted(record.id)) continue;
      work.update(++read);
      yield record;
    }
  }
  const columnOf = (event: CodedEvent) => encoder.columnOf(event);
  return learnTimeline(records, columns, columnOf, encoding.minPatients).finally(() => work.stop());
}
