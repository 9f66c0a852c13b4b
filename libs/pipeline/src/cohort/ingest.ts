import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic, yieldToEventLoop } from '@ehrsynth/io';
import { type Encoding, loadColumns, type SelectionReport } from '@ehrsynth/matrix';
import { Tally } from '@ehrsynth/records';
import { tooFewHeldOut, tooFewText } from '@ehrsynth/release';
import type { Program } from '@ehrsynth/spark';
import type { UnitReport } from '@ehrsynth/units';
import { z } from 'zod';
import { PROGRAM_OPTIONS, withExecutors } from '../cluster/cluster.ts';
import { IncompleteOptionsError, IneffectiveOptionError } from '../errors.ts';
import { type Running, untilStopped, Work } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { filesByNumber, intoRunFolder } from '../run/run-folder.ts';
import { seedNumber } from '../training/train-options.ts';
import { chooseCoded, writeCoded, writePrivately } from './coded/coded-cohort.ts';
import { checkStay, requireFree, stayCoded, stayRecords, writeStay } from './coded/stay.ts';
import { stayRecordsThere } from './coded/stay-there.ts';
import { type CohortCounts, CohortWriter, keepEncoding } from './cohort-writer.ts';
import { EmptySourceError, NoRowsOnlyError } from './errors.ts';
import { levelChoice } from './levels.ts';
import { choiceOf } from './private-choice.ts';
import type { RecordSource } from './record-source.ts';
import { tallyCounts } from './tally-counts.ts';

export const IngestOptions = z.strictObject({
  /** The cohort's folder. */
  out: z.string().min(1),
  /** Levels to count codes at: icd-10-cm=category, ndc=product, ndc=ingredient. */
  level: z.array(z.string()).optional(),
  /** Codes that fewer training patients have are left out; nothing else that fewer have is written to a model either. */
  minPatients: z.number().int().min(1).default(10),
  /** Drop rare codes, or count them in their parent. */
  rare: z.enum(['drop', 'parent']).default('drop'),
  /** Columns are chosen by noisy counts, of this ε and δ for each patient; a training with differential privacy composes them with its own. */
  dpEpsilon: z.number().positive().optional(),
  dpDelta: z.number().positive().lt(1).optional(),
  /** Share of the patients that training never sees. */
  holdout: z.number().min(0).lt(1).default(0.3),
  /** Decides the split. */
  seed: seedNumber.default(1),
  /** Codes are counted where they are, in a database: the cohort has rows and no records. */
  rowsOnly: z.boolean().default(false),
  /** A place on the storage of a Spark cluster, where the patients stay: the cohort has their columns, and names the place. */
  stay: z.string().min(1).optional(),
  /** Where the executors of that cluster have this program from: they make the records that stay. Without it, records are made here. */
  ...PROGRAM_OPTIONS,
  /** Replaces the folder where `ingest` wrote it. */
  force: z.boolean().default(false),
});
export type IngestOptions = z.input<typeof IngestOptions>;

export interface Ingested {
  /** The cohort's folder. */
  out: string;
  counts: CohortCounts;
  /** Which columns were kept, dropped, rolled up. */
  selection: SelectionReport;
  /** Codes with values in more than one unit, or without one, and what became of these. */
  units: UnitReport[];
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
    const { notes, ...made } = await cohortOf(making);
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

interface Making {
  source: RecordSource;
  folder: string;
  given: z.output<typeof IngestOptions> & Pick<Encoding, 'levels' | 'chosen'>;
  running: Running;
  work: Work;
}

type Made = Omit<Ingested, 'out' | 'tally'> & { notes: ReadonlyMap<string, number> };

/** @throws IncompleteOptionsError where there is nothing for executors to do */
function cohortOf(making: Making): Promise<Made> {
  const { rowsOnly, stay, bundle, executor } = making.given;
  if (bundle === undefined && executor === undefined) return rowsOnly ? rowsCohort(making) : recordsCohort(making);
  if (stay === undefined || rowsOnly)
    throw new IncompleteOptionsError(
      '--bundle and --executor only apply when executors write the records: with --stay, and without --rows-only',
    );
  return rowsCohort(making, { bundle, executor });
}

async function recordsCohort({ source, folder, given, running, work }: Making): Promise<Made> {
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

/** @throws NoRowsOnlyError, StayError, StayTakenError, IneffectiveOptionError */
async function rowsCohort({ source, folder, given, running, work }: Making, program?: Program): Promise<Made> {
  const { openCoded, vocabulary, name, tally } = source;
  if (!openCoded) throw new NoRowsOnlyError(name);
  const { levels, minPatients, rare, chosen, stay: place, force } = given;
  const spark = place === undefined ? undefined : checkStay(place, source.spark, name);
  if (chosen && place !== undefined)
    throw new IneffectiveOptionError(
      'stay',
      'noisy counts are made on this machine, and with --stay the rows do not come here',
    );
  const hasRecords = program !== undefined;
  if (place !== undefined) await requireFree(spark!, place, { hasRecords, force });
  // What is wrong with the executors is said before the long work.
  if (hasRecords) await withExecutors({ on: spark!, ...program }, running, async () => {});
  // Of records their makers count.
  const counted = hasRecords ? new Tally() : tally;
  const coded = await openCoded((count, note) => work.update(count, note), folder, running.signal, counted);
  const onRow = (rows: number) => (running.signal?.throwIfAborted(), work.update(rows));
  try {
    const cohort = chosen
      ? await writePrivately(folder, coded, vocabulary, given, onRow)
      : await chooseCoded(coded, vocabulary, given);
    const { counts, selection } = cohort;
    requirePatients(counts, source);
    if (place !== undefined) await stayCoded(coded, cohort, place, force);
    const { holdout, seed } = given;
    const staying = { place: place!, isReplaced: force, program: program! };
    const records = hasRecords
      ? await stayRecordsThere(coded, staying, { minPatients, holdout, seed }, tally)
      : undefined;
    if (place === undefined && !chosen) await writeCoded(folder, coded, cohort, onRow);
    await coded.stillSame();
    if (place !== undefined)
      await writeStay(folder, { place, spark: spark!, hasRecords, columns: selection.columns, counts });
    await keepEncoding(folder, { levels, minPatients, rare, ...(chosen && { chosen }) });
    const notes = records?.notes ?? new Map<string, number>();
    return { counts, selection: selection.report, units: records?.report() ?? [], notes };
  } finally {
    await coded.close();
  }
}

/** @throws EmptySourceError where nobody was read, and there is nothing to say why */
function requirePatients({ patients }: CohortCounts, { tally, name }: RecordSource): void {
  if (patients === 0 && tally.problems.length === 0 && tally.skipped.size === 0) throw new EmptySourceError(name);
}

/** The files that were read, in place of the folder that they were found in, where the reading says which they were. */
export function inputFiles([source, ...others]: string[], { filesRead }: Tally): string[] {
  return filesRead.length > 0 ? [...filesRead, ...others] : [source, ...others].filter(Boolean);
}
