import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic, yieldToEventLoop } from '@ehrsynth/io';
import { loadColumns } from '@ehrsynth/matrix';
import type { Tally } from '@ehrsynth/records';
import { tooFewHeldOut, tooFewText } from '@ehrsynth/release';
import { type Running, untilStopped, Work } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { filesByNumber, intoRunFolder } from '../run/run-folder.ts';
import { rowsCohort } from './coded/rows-cohort.ts';
import { checkStay, requireFree, stayRecords, writeStay } from './coded/stay.ts';
import { CohortWriter } from './cohort-writer.ts';
import { levelChoice } from './levels.ts';
import { IngestOptions, type MadeCohort, type Making, requirePatients } from './making.ts';
import { choiceOf } from './private-choice.ts';
import type { RecordSource } from './record-source.ts';
import { tallyCounts } from './tally-counts.ts';

export interface Ingested extends Omit<MadeCohort, 'notes'> {
  /** The cohort's folder. */
  out: string;
  /** What was read and what was not, and why. */
  tally: Tally;
}

/**
 * Reads records into a cohort's folder: training and held-out patients as records and as rows, problems.ndjson, run.json. A cohort on
 * which nothing can be trained is written all the same, for the list of what was wrong is in it.
 * @throws EmptySourceError where nobody was in the source; UserError
 */
export async function ingest(source: RecordSource, options: IngestOptions, running: Running = {}): Promise<Ingested> {
  const given = checkedOptions('ingest', IngestOptions, options);
  const { out, force } = given;
  const { command, inputs, tally } = source;
  const levels = levelChoice(given.level ?? []);
  const chosen = choiceOf(given);
  const run = {
    command,
    out,
    force,
    options: { ...source.options, ...given },
    sources: inputs,
    inputs: () => filesByNumber('source', ...inputFiles(inputs, tally)),
  };
  let result: Omit<Ingested, 'out' | 'tally'> | undefined;
  await intoRunFolder(run, async (folder) => {
    const work = new Work(running, 'Reading', source.unit);
    await mkdir(join(folder, 'train'));
    await mkdir(join(folder, 'holdout'));
    const making = { source, folder, given: { ...given, levels, chosen }, running, work };
    const { notes, ...made } = await (isOfRows(making.given) ? rowsCohort(making) : recordsCohort(making));
    result = made;
    for (const [what, events] of notes) tally.notes.set(what, events);
    work.stop();
    const problems = tally.problems.map((problem) => `${JSON.stringify(problem)}\n`).join('');
    await writeFileAtomic(join(folder, 'problems.ndjson'), problems);
    const { traffic } = source;
    const kept = { ...made.counts, columns: made.selection, units: made.units };
    return { ...kept, ...(traffic && { traffic }), ...tallyCounts(tally) };
  });
  const { training, holdout } = result!.counts;
  const few = tooFewHeldOut(training, holdout);
  if (few) running.onEvent?.({ type: 'note', text: `${tooFewText(few, { training, holdout })}.` });
  return { out, ...result!, tally };
}

/** Whether codes are counted where they are: in a database, or by executors that make the records. */
function isOfRows({ rowsOnly, bundle, executor }: Making['given']): boolean {
  return rowsOnly || bundle !== undefined || executor !== undefined;
}

async function recordsCohort({ source, folder, given, running, work }: Making): Promise<MadeCohort> {
  const { stay: place, force } = given;
  const spark = place === undefined ? undefined : checkStay(place, source.spark, source.name);
  if (place !== undefined) await requireFree(spark!, place, { hasRecords: true, force });
  const cohort = new CohortWriter(folder, source.vocabulary, { ...given, partOf: source.partOf });
  const records = source.read((count, note) => work.update(count, note), folder, running.signal);
  for await (const record of untilStopped(records, running)) {
    await cohort.add(record);
    await yieldToEventLoop();
  }
  const made = await cohort.close();
  requirePatients(made.counts, source);
  if (place !== undefined) {
    const columns = await loadColumns(join(folder, 'train'));
    const { traffic } = source;
    await stayRecords(folder, spark!, place, { isReplaced: force, signal: running.signal, traffic });
    await writeStay(folder, { place, spark: spark!, hasRecords: true, columns, counts: made.counts });
  }
  return made;
}

/** The files that were read, in place of the folder that they were found in, where the reading says which they were. */
export function inputFiles([source, ...others]: string[], { filesRead }: Tally): string[] {
  return filesRead.length > 0 ? [...filesRead, ...others] : [source, ...others].filter(Boolean);
}
