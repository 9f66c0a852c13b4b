import type { EventKind, PatientRecord } from '@ehrsynth/records';
import { recordSource, type RecordSource } from './record-source.ts';
import { readRecords } from './records-file.ts';

/** Records that ehrsynth itself wrote, those of their events that are of these kinds; all of them counted. */
export function ownSource(
  path: string,
  kinds: readonly EventKind[],
  records: AsyncIterable<PatientRecord> = readRecords(path),
): RecordSource {
  const source = recordSource(path, ofKinds());
  const { tally } = source;
  const wanted = new Set(kinds);
  async function* ofKinds() {
    for await (const record of records) {
      const events = record.events.filter(({ kind }) => wanted.has(kind));
      tally.use('record');
      tally.use('event', events.length);
      for (const { kind } of record.events) if (!wanted.has(kind)) tally.skip('event', `${kind} not requested`);
      for (const { kind, code } of events) tally.code(kind, code.system, code.code);
      yield { ...record, events };
    }
  }
  return { ...source, inputs: [path], options: { kinds } };
}
