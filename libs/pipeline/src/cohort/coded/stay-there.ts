import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@ehrsynth/io';
import type { CodedPatients } from '@ehrsynth/omop';
import type { Tally } from '@ehrsynth/records';
import { Executors, type Program, type Word } from '@ehrsynth/spark';
import { COUNTED, type CountedByTask, COUNTS, type MakeOptions, READING } from '../../cluster/omop-task.ts';
import { tallyOf } from '../../cluster/tally-json.ts';
import { KeptRecords } from '../kept-records.ts';
import { pathOf, PARTS } from './stay.ts';

/** Views of the session. */
const [MADE, KEPT] = ['ehrsynth_made', 'ehrsynth_kept'];
const COLUMNS = 'part STRING, patient STRING, record STRING';

/**
 * Makes the records of a cohort in the executors, and writes them to the place: none comes here. They are those of the same tables read
 * here. What the tasks counted is added to the tally.
 * @throws NoScriptsError, TaskFailedError, SparkError
 */
export async function stayRecordsThere(
  coded: CodedPatients,
  { place, isReplaced, program }: { place: string; isReplaced: boolean; program: Program },
  given: Omit<MakeOptions, 'onError'>,
  tally: Tally,
): Promise<KeptRecords> {
  const options: MakeOptions = { ...given, onError: tally.onError };
  const { session, lines, reading } = await coded.records!();
  const executors = await Executors.open(session, program);
  const folder = await temporaryFolder();
  const task = async (name: string, file: string, content: unknown, own: object): Promise<Word[]> => {
    const path = join(folder.path, name);
    await mkdir(path);
    await writeFile(join(path, file), JSON.stringify(content));
    const sent = { ...(await executors.addFolder(path)), before: `${file.replace('.json', '')}=` };
    return [name, '--folder', sent, '--options', JSON.stringify(own)];
  };
  try {
    await session.keep(MADE, executors.query(await task('make-records', READING, reading, options), lines, COLUMNS));
    const records = new KeptRecords(options.minPatients);
    const counts = (view: string) => session.stream<[string]>(`SELECT record FROM ${view} WHERE part = '${COUNTS}'`);
    for await (const [json] of counts(MADE)) {
      const counted = JSON.parse(json) as CountedByTask;
      tally.add(tallyOf(counted.tally));
      records.include(counted.records);
    }
    const { minPatients } = options;
    let view = MADE;
    if (records.isChanged) {
      const words = await task('keep-records', COUNTED, records.counted(), { minPatients });
      const made = `SELECT concat(part, ' ', record) AS line FROM ${MADE} WHERE part <> '${COUNTS}'`;
      await session.keep(KEPT, executors.query(words, made, COLUMNS));
      view = KEPT;
      for await (const [json] of counts(KEPT))
        records.include({ units: [], texts: [], notes: JSON.parse(json) as [string, number][] });
    }
    for (const part of PARTS)
      await session.write(`SELECT patient, record FROM ${view} WHERE part = '${part}'`, {
        ...{ path: pathOf(place, part, 'records'), format: 'parquet', replaces: isReplaced },
      });
    return records;
  } finally {
    await folder.remove();
  }
}
