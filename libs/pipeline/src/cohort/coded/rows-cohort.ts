import type { CodedPatients } from '@ehrsynth/omop';
import { Tally } from '@ehrsynth/records';
import type { Executors, Program } from '@ehrsynth/spark';
import { executorsOf } from '../../cluster/cluster.ts';
import { MadeRecords } from '../../cluster/made-records.ts';
import { IncompleteOptionsError } from '../../errors.ts';
import { keepEncoding } from '../cohort-writer.ts';
import { NeedsExecutorsError, NoRowsOnlyError } from '../errors.ts';
import { type MadeCohort, type Making, requirePatients } from '../making.ts';
import { chooseCoded, choosePrivately } from './coded-cohort.ts';
import { checkStay, requireFree, stayCoded, writeStay } from './stay.ts';

/** Patients that are counted where they are, and what makes their records there. */
interface Opened {
  coded: CodedPatients;
  records: () => Promise<MadeRecords>;
}

/**
 * A cohort whose codes are counted where they are. Its rows come here, or stay on a cluster's storage, and with them records that its
 * executors make.
 * @throws NoRowsOnlyError, NeedsExecutorsError, IncompleteOptionsError, StayError, StayTakenError
 */
export async function rowsCohort(making: Making): Promise<MadeCohort> {
  const { source, folder, given, running, work } = making;
  const { levels, minPatients, rare, chosen, stay: place, force } = given;
  const program = programOf(making);
  const spark = place === undefined ? undefined : checkStay(place, source.spark, source.name);
  const hasRecords = program !== undefined && !given.rowsOnly;
  if (place !== undefined) await requireFree(spark!, place, { hasRecords, force });
  const { coded, records } = program ? await openedThere(making, program) : await opened(making);
  const onRow = (rows: number) => (running.signal?.throwIfAborted(), work.update(rows));
  try {
    const cohort = chosen
      ? await choosePrivately(coded, source.vocabulary, given, onRow)
      : await chooseCoded(coded, source.vocabulary, given);
    const { counts, selection } = cohort;
    requirePatients(counts, source);
    if (place === undefined) await cohort.write(folder, onRow);
    else await stayCoded(coded, cohort, place, force);
    const made = hasRecords ? await records() : undefined;
    await made?.write(place!, force);
    await coded.stillSame();
    if (place !== undefined)
      await writeStay(folder, { place, spark: spark!, hasRecords, columns: selection.columns, counts });
    await keepEncoding(folder, { levels, minPatients, rare, ...(chosen && { chosen }) });
    const notes = made?.kept.notes ?? new Map<string, number>();
    return { counts, selection: selection.report, units: made?.kept.report() ?? [], notes };
  } finally {
    await coded.close();
  }
}

function programOf({ source, given: { bundle, executor, stay, rowsOnly } }: Making): Program | undefined {
  if (bundle === undefined && executor === undefined) return undefined;
  if (source.openMade && stay === undefined && !rowsOnly)
    throw new IncompleteOptionsError(
      '--bundle and --executor only apply when executors write the records: with --stay or --rows-only',
    );
  if (!source.openMade && (stay === undefined || rowsOnly))
    throw new IncompleteOptionsError(
      '--bundle and --executor only apply when executors write the records: with --stay, and without --rows-only',
    );
  return { bundle, executor };
}

async function opened({ source, folder, running, work }: Making): Promise<Opened> {
  const { openCoded, openMade, name } = source;
  if (!openCoded) throw openMade ? new NeedsExecutorsError(name) : new NoRowsOnlyError(name);
  const coded = await openCoded({
    onProgress: (count, note) => work.update(count, note),
    ...{ workFolder: folder, signal: running.signal },
  });
  return { coded, records: () => Promise.reject(new Error('No executors were asked for')) };
}

/** @throws NoRowsOnlyError, and what opening executors throws: before the long work */
async function openedThere({ source, folder, given, running, work }: Making, program: Program): Promise<Opened> {
  const { openCoded, openMade, tally, name } = source;
  const { minPatients, holdout, seed } = given;
  const opening = {
    onProgress: (count: number, note?: string) => work.update(count, note),
    ...{ workFolder: folder, signal: running.signal },
  };
  if (openMade) {
    const { coded, records } = await openMade(opening, { minPatients, holdout, seed }, program);
    return { coded, records: async () => records };
  }
  if (!openCoded) throw new NoRowsOnlyError(name);
  let executors: Executors;
  const coded = await openCoded({
    ...opening,
    // Of records their makers count.
    counted: new Tally(),
    onSession: async (session) => void (executors = await executorsOf(session, program)),
  });
  const records = async () => {
    const { lines, reading } = await coded.records!();
    const options = { minPatients, holdout, seed, onError: tally.onError };
    const columns = 'part STRING, patient STRING, record STRING';
    return MadeRecords.make(executors, { task: 'make-records', reading, options, lines, columns }, tally);
  };
  return { coded, records };
}
