import { join } from 'node:path';
import { WrittenEncoder } from '@ehrsynth/decode';
import { readPatientRecords, SystemAliases } from '@ehrsynth/fhir';
import {
  type CodeMatrix,
  type Column,
  columnKey,
  type Encoding,
  loadColumns,
  MatrixBuilder,
} from '@ehrsynth/matrix';
import { readOmop } from '@ehrsynth/omop';
import { Ethnicity, type EventKind, type PatientRecord, Race, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { readEncoding } from './cohort.ts';
import type { CsvOptions } from './csv-export.ts';
import { readCsv } from './csv-records.ts';
import type { ReleaseFormat } from './release-data.ts';

const KINDS: EventKind[] = ['condition', 'drug', 'procedure', 'measurement', 'immunization', 'allergy'];

/** Before the key of a code that no column covers. */
export const NO_COLUMN = 'none|';

/** Records as they were read back from what was written. */
export interface Written {
  /** In the order of the ids, so that nothing that is measured depends on the order of a format. */
  matrix: CodeMatrix;
  /** Names of each code, race, ethnicity and encounter class, by a key of its own; codes as the column that they count in. */
  held: Map<string, string>;
}

/** Encodes as a cohort does, with the columns of its training patients. */
export async function encoderOf(cohort: string): Promise<{ columns: Column[]; encoder: WrittenEncoder; encoding: Encoding }> {
  const columns = await loadColumns(join(cohort, 'train'));
  const encoding = await readEncoding(cohort);
  return { columns, encoder: new WrittenEncoder(columns, encoding, new Vocabulary()), encoding };
} // prettier-ignore

/** The records of a folder that a release wrote in one format. */
export function recordsOf(
  format: ReleaseFormat,
  folder: string,
  csv: CsvOptions = {},
): AsyncIterable<PatientRecord> {
  if (format === 'csv') return readCsv(folder, csv);
  const options = { vocabulary: new Vocabulary(), kinds: KINDS, keepUnknownCodes: true };
  if (format === 'omop') return readOmop(folder, options, new Tally());
  return readPatientRecords(folder, { ...options, aliases: new SystemAliases() }, new Tally());
}

/** Rows of records, and what they hold. */
export async function encodeRecords(
  records: AsyncIterable<PatientRecord>,
  columns: readonly Column[],
  encoder: WrittenEncoder,
): Promise<Written> {
  const builder = new MatrixBuilder(columns);
  const held = new Map<string, string>();
  for await (const record of records) {
    builder.add(record.id, encoder.rowOf(record));
    for (const [key, name] of heldBy(record, encoder)) if (!held.has(key)) held.set(key, name);
  }
  const matrix = builder.build();
  const { ids } = matrix;
  const order = [...ids.keys()].sort((a, b) => (ids[a] < ids[b] ? -1 : ids[a] > ids[b] ? 1 : 0));
  return { matrix: matrix.pick(order), held };
}

/** What a record holds that few patients may hold: keys with names. */
export function* heldBy(record: PatientRecord, encoder: WrittenEncoder): Generator<[key: string, name: string]> {
  const { race, ethnicity } = record;
  if (race) yield [`race|${race}`, `race ${Race[race] ?? race}`];
  if (ethnicity) yield [`ethnicity|${ethnicity}`, `ethnicity ${Ethnicity[ethnicity] ?? ethnicity}`];
  for (const { class: kind } of record.encounters) yield [`class|${kind}`, `encounter class ${kind}`];
  for (const event of record.events) {
    const column = encoder.columnOf(event);
    const { code } = column ?? event.code;
    // Two columns may have one code, of two kinds.
    if (column) yield [columnKey(column), `${event.kind} ${code}`];
    else yield [`${NO_COLUMN}${columnKey({ kind: event.kind, ...event.code })}`, `${event.kind} ${code}, which no column covers`];
  }
} // prettier-ignore
