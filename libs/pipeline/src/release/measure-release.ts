import { join } from 'node:path';
import { type CodeMatrix, differingEntries, type Encoding } from '@ehrsynth/matrix';
import { type Held, sourceFigures, type Verdict } from '@ehrsynth/release';
import { type Assessment, assess, type AssessmentInput } from '../assessment/assess.ts';
import type { CsvOptions } from '../export/csv-export.ts';
import { sourcePatients } from '../assessment/source-patients.ts';
import { fewestHolders } from '../assessment/measure-records.ts';
import { encodeRecords, encoderOf } from '../assessment/written-records.ts';
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
  input: Omit<AssessmentInput, 'synthetic' | 'source'>,
  csv: CsvOptions = {},
  running: Running = {},
): Promise<MeasuredRelease> {
  const { cohort, policy } = input;
  const { columns, encoder, encoding } = await encoderOf(cohort);
  const source = await sourcePatients(cohort, encoder);
  const read = (format: ReleaseFormat) =>
    encodeRecords(
      untilStopped(recordsOf(format, join(folder, 'data', format), csv), running),
      columns,
      encoder,
    );
  const [format, ...more] = formats;
  const first = await read(format);
  const ids = source.idsAmong(first.matrix.ids);
  const differing: { format: ReleaseFormat; entries: number; matrix: CodeMatrix }[] = [];
  for (const other of more) {
    const { matrix, held } = await read(other);
    for (const id of source.idsAmong(matrix.ids)) ids.add(id);
    for (const [key, name] of held) first.held.set(key, name);
    const entries = differingEntries(first.matrix, matrix);
    if (entries > 0) differing.push({ format: other, entries, matrix });
  }
  const { figures, rare } = sourceFigures(ids, first.held, source.holders, fewestHolders(policy));
  const found = await assess({ ...input, synthetic: first.matrix, source: figures }, running);
  const others: OtherFormat[] = [];
  for (const { matrix, ...other } of differing)
    others.push({
      ...other,
      verdict: (await assess({ ...input, synthetic: matrix, source: figures }, running)).verdict,
    });
  return { matrix: first.matrix, found, others, rare, encoding };
}
