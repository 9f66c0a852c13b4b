import { join } from 'node:path';
import { printable } from '@ehrsynth/io';
import { type CodeMatrix, differingEntries, type Encoding } from '@ehrsynth/matrix';
import { FEWEST_HOLDERS, type Held, type Policy, sourceFigures, type Verdict } from '@ehrsynth/release';
import type { PatientRecord } from '@ehrsynth/records';
import { type Assessment, assess, type AssessmentInput } from './assess.ts';
import type { CsvOptions } from './csv-export.ts';
import type { ReleaseFormat } from './release-data.ts';
import { sourcePatients } from './source-patients.ts';
import { encodeRecords, encoderOf, recordsOf, type Written } from './written-records.ts';

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
): Promise<MeasuredRelease> {
  const { cohort, policy } = input;
  const { columns, encoder, encoding } = await encoderOf(cohort);
  const source = await sourcePatients(cohort, encoder);
  const read = (format: ReleaseFormat) =>
    encodeRecords(recordsOf(format, join(folder, 'data', format), csv), columns, encoder);
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
  const found = await assess({ ...input, synthetic: first.matrix, source: figures });
  const others: OtherFormat[] = [];
  for (const { matrix, ...other } of differing)
    others.push({
      ...other,
      verdict: (await assess({ ...input, synthetic: matrix, source: figures })).verdict,
    });
  return { matrix: first.matrix, found, others, rare, encoding };
}

/** The same of records in a file, of which there is one format. */
export async function measureRecords(
  records: AsyncIterable<PatientRecord>,
  input: Omit<AssessmentInput, 'synthetic' | 'source'>,
): Promise<{ found: Assessment; rare: Held[] }> {
  const { columns, encoder } = await encoderOf(input.cohort);
  const source = await sourcePatients(input.cohort, encoder);
  const { matrix, held }: Written = await encodeRecords(records, columns, encoder);
  const { figures, rare } = sourceFigures(source.idsAmong(matrix.ids), held, source.holders, fewestHolders(input.policy));
  return { found: await assess({ ...input, synthetic: matrix, source: figures }), rare };
} // prettier-ignore

const RARE_SHOWN = 10;

/** What is rare, by how many training patients hold it. */
export function rareLines(rare: readonly Held[]): string[] {
  if (rare.length === 0) return [];
  const shown = rare.slice(0, RARE_SHOWN).map(({ name, patients }) => `${printable(name)} (${patients})`);
  return [
    `  Held by too few training patients, with how many: ${shown.join('; ')}${rare.length > RARE_SHOWN ? `; and ${rare.length - RARE_SHOWN} more` : ''}`,
  ];
}

/** What the policy asks for; nothing where the gate is off. */
function fewestHolders({ gates }: Policy): number {
  const asked = (gates as Record<string, number | 'off' | undefined>)['rare-columns'] ?? FEWEST_HOLDERS;
  return asked === 'off' ? 0 : asked;
}
