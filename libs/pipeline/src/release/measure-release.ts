import { join } from 'node:path';
import { type CodeMatrix, differingEntries, type Encoding } from '@ehrsynth/matrix';
import { type Held, sourceFigures, type Verdict } from '@ehrsynth/release';
import { type Assessment, assess, type AssessmentInput } from '../assessment/assess.ts';
import type { CsvOptions } from '../export/csv-export.ts';
import { HistoryCollector } from '../assessment/history-sides.ts';
import { sourcePatients } from '../assessment/source-patients.ts';
import { fewestHolders, type RecordsInput } from '../assessment/measure-records.ts';
import { encodeRecords, encoderOf, type Written } from '../assessment/written-records.ts';
import { type Running, untilStopped } from '../run/events.ts';
import { recordsOf, type ReleaseFormat } from './formats.ts';

/** A format that holds other entries than the first, measured for itself. */
export interface OtherFormat {
  format: ReleaseFormat;
  /** Entries in which it differs. */
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
}

/**
 * Measures the records that stand in data/ of a package: each format is read back and encoded as the cohort was. Formats that hold the
 * same entries are measured once; any other is held against the gates itself.
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
  const read = async (format: ReleaseFormat): Promise<Written & Pick<AssessmentInput, 'histories'>> => {
    const records = untilStopped(recordsOf(format, join(folder, 'data', format), csv), running);
    const builder = collector.synthetic();
    const written = await encodeRecords(records, columns, encoder, builder);
    return { ...written, histories: collector.sides(builder, written.order) };
  };
  const [format, ...more] = formats;
  const first = await read(format);
  const ids = source.idsAmong(first.matrix.ids);
  const differing: (Pick<Written, 'matrix'> &
    Pick<AssessmentInput, 'histories'> & { format: ReleaseFormat; entries: number })[] = [];
  for (const other of more) {
    const { matrix, held, histories } = await read(other);
    for (const id of source.idsAmong(matrix.ids)) ids.add(id);
    for (const [key, name] of held) first.held.set(key, name);
    const entries = differingEntries(first.matrix, matrix);
    if (entries > 0) differing.push({ format: other, entries, matrix, histories });
  }
  const { figures, rare } = sourceFigures(ids, first.held, source.holders, fewestHolders(policy));
  const measured = ({ matrix, histories }: Pick<(typeof differing)[number], 'matrix' | 'histories'>) =>
    assess({ ...input, synthetic: matrix, source: figures, histories }, running);
  const found = await measured(first);
  const others: OtherFormat[] = [];
  for (const { format: name, entries, ...other } of differing)
    others.push({ format: name, entries, verdict: (await measured(other)).verdict });
  return { matrix: first.matrix, found, others, rare, encoding };
}
