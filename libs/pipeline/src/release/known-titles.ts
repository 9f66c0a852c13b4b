import { columnKey, dictionaryTitle, levelOf, loadColumns } from '@ehrsynth/matrix';
import { type CodedEvent, withoutText, withQuantities } from '@ehrsynth/records';
import { withUsualUnit } from '@ehrsynth/units';
import { Vocabulary } from '@ehrsynth/vocab';
import { readRecords, RecordsWriter } from '../cohort/records-file.ts';

/**
 * Copies records with no title of a code but the dictionary's or the model's columns', no text, and no unit that is not in use: whatever
 * else stands beside a code or a number may be a text about a patient.
 * @throws UserError where records or columns cannot be read
 */
export async function withKnownTitles(records: string, copy: string, modelFolder: string): Promise<void> {
  const vocabulary = new Vocabulary();
  const columns = await loadColumns(modelFolder);
  const ofColumns = new Map(columns.map((column) => [columnKey(column), column.display]));
  const known = new Map<string, string | undefined>();
  const titleOf = (event: CodedEvent) => {
    const key = columnKey({ kind: event.kind, ...event.code });
    if (!known.has(key))
      known.set(key, dictionaryTitle(levelOf(event, {}, vocabulary), vocabulary) ?? ofColumns.get(key));
    return known.get(key);
  };
  const writer = new RecordsWriter(copy);
  for await (const record of readRecords(records)) {
    const events = withoutText(record).events.map((event) => {
      const { system, code } = event.code;
      const display = titleOf(event);
      return {
        ...withQuantities(event, (quantity) => withUsualUnit(quantity)),
        code: display === undefined ? { system, code } : { system, code, display },
      };
    });
    await writer.write({ ...record, events });
  }
  await writer.close();
}
