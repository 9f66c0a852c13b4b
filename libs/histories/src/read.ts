import { yieldToEventLoop } from '@ehrsynth/io';
import type { PatientRecord } from '@ehrsynth/records';
import { HistoriesBuilder } from './builder.ts';
import type { Dictionary } from './dictionary.ts';
import type { Histories } from './histories.ts';

/**
 * The histories of a stream of records.
 * @param dictionary shared by all histories that are to be compared
 */
export async function readHistories(
  records: AsyncIterable<PatientRecord> | Iterable<PatientRecord>,
  dictionary?: Dictionary,
): Promise<Histories> {
  const builder = new HistoriesBuilder(dictionary);
  for await (const record of records) {
    builder.add(record);
    await yieldToEventLoop();
  }
  return builder.build();
}
