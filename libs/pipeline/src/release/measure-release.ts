import { join } from 'node:path';
import type { Histories } from '@ehrsynth/histories';
import { type CodeMatrix, differingEntries, type Encoding } from '@ehrsynth/matrix';
import { type Held, sourceFigures, type Verdict } from '@ehrsynth/release';
import type { Timeline } from '@ehrsynth/report';
import { type Assessment, assess, type AssessmentInput } from '../assessment/assess.ts';
import type { CsvOptions } from '../export/csv-export.ts';
import { HistoryCollector } from '../assessment/history-sides.ts';
import { measureLikelihood } from '../assessment/measure-likelihood.ts';
import { keepTimelines } from '../assessment/shown-patients.ts';
import { sourcePatients } from '../assessment/source-patients.ts';
import { fewestHolders, type RecordsInput } from '../assessment/measure-records.ts';
import { encodeRecords, encoderOf, type Written } from '../assessment/written-records.ts';
import { type Running, untilStopped } from '../run/events.ts';
import { recordsOf, type ReleaseFormat } from './formats.ts';

/** A format that holds other entries than the first, or more of the records over time, measured for itself. */
export interface OtherFormat {
  format: ReleaseFormat;
  /** Entries in which it differs, and what it has more of: dated events, visits and values. */
  entries: number;
  verdict: Verdict;
}

export interface MeasuredRelease {
  /** Rows of the first format, as they were read back. */
  matrix: CodeMatrix;
  found: Assessment;
  others: OtherFormat[];
  /** What is held by fewer training patients than the policy asks for. */
  rare: Held[];
  encoding: Encoding;
  /** Of some patients of the first format. */
  timelines: Timeline[];
}

/**
 * Measures the records that stand in data/ of a package: each format is read back and encoded as the cohort was. Formats that hold the
 * same entries, and no more visits, dated events or values, are measured once; any other is held against the gates itself.
 * @param csv how its CSV was written
 */
export async function measureRelease(
  folder: string,
  formats: readonly ReleaseFormat[],
  input: Omit<RecordsInput, 'histories'>,
  csv: CsvOptions = {},
  running: Running = {},
): Promise<MeasuredRelease> {
  const { cohort, policy } = input;
  const { columns, encoder, encoding } = await encoderOf(cohort);
  const collector = new HistoryCollector();
  const source = await sourcePatients(cohort, encoder, collector);
  const read = async (
    format: ReleaseFormat,
    timelines?: Timeline[],
  ): Promise<Written & Pick<AssessmentInput, 'histories'>> => {
    const own = untilStopped(recordsOf(format, join(folder, 'data', format), csv), running);
    const records = timelines ? keepTimelines(own, timelines) : own;
    const builder = collector.synthetic();
    const written = await encodeRecords(records, columns, encoder, builder);
    return { ...written, histories: collector.sides(builder, written.order) };
  };
  const { model, seed } = input;
  const likelihood = model === undefined ? undefined : await measureLikelihood(model, cohort, encoder, seed, running);
  const [format, ...more] = formats;
  const timelines: Timeline[] = [];
  const first = await read(format, timelines);
  const ids = source.idsAmong(first.matrix.ids);
  const differing: (Pick<Written, 'matrix' | 'atPossibleAge'> &
    Pick<AssessmentInput, 'histories'> & { format: ReleaseFormat; entries: number })[] = [];
  for (const other of more) {
    const { matrix, held, histories, atPossibleAge } = await read(other);
    for (const id of source.idsAmong(matrix.ids)) ids.add(id);
    for (const [key, name] of held) first.held.set(key, name);
    const entries = differingEntries(first.matrix, matrix) + moreIn(histories!.synthetic, first.histories!.synthetic);
    if (entries > 0) differing.push({ format: other, entries, matrix, atPossibleAge, histories });
  }
  const { figures, rare } = sourceFigures(ids, first.held, source.holders, fewestHolders(policy));
  const measured = ({ matrix, histories, atPossibleAge }: Omit<(typeof differing)[number], 'format' | 'entries'>) => {
    const ages = { training: source.atPossibleAge.has, synthetic: atPossibleAge.has };
    return assess(
      { ...input, synthetic: matrix, source: figures, histories, likelihood, atPossibleAge: ages },
      running,
    );
  };
  const found = await measured(first);
  const others: OtherFormat[] = [];
  for (const { format: name, entries, ...other } of differing)
    others.push({ format: name, entries, verdict: (await measured(other)).verdict });
  return { matrix: first.matrix, found, others, rare, encoding, timelines };
}

/** Visits, dated events and values that records have more of than others: an attacker takes the format that says most. */
export function moreIn(histories: Histories, others: Histories): number {
  const countsOf = ({ visits, events, arrays }: Histories) => [
    visits,
    events,
    arrays.value.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0),
  ];
  const own = countsOf(histories);
  return countsOf(others).reduce((sum, count, i) => sum + Math.max(0, own[i] - count), 0);
}
