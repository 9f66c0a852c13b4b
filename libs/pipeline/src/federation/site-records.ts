import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fromSystemError } from '@ehrsynth/io';
import {
  type Column,
  columnKey,
  Encoder,
  Encoding,
  loadColumns,
  MatrixBuilder,
  rowsInMemory,
  type RowSource,
  selectColumns,
} from '@ehrsynth/matrix';
import { MIN_PATIENTS, type PatientSource } from '@ehrsynth/models';
import type { PatientRecord } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { columnsOf, readEncoding } from '../cohort/cohort-writer.ts';
import { readRecords } from '../cohort/records-file.ts';

/** A site's patients, as its records have them. */
export interface SiteRecords {
  patients: number;
  encoding: Encoding;
  /** Columns that enough of them have, with how many. */
  columns: { column: Column; patients: number }[];
  records(): AsyncIterable<PatientRecord>;
}

/**
 * The training patients of a cohort that `ingest` wrote, or those of a file of PatientRecords, a JSON line each.
 * @throws UserError
 */
export async function siteRecords(path: string): Promise<SiteRecords> {
  const found = await stat(path).catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  if (!found.isDirectory()) return countedRecords(() => readRecords(path));
  const encoding = await readEncoding(path);
  const columns = await loadColumns(join(path, 'train'));
  return countedRecords(() => readRecords(join(path, 'train', 'records.ndjson.gz')), encoding, columns);
}

/** Records that are counted once. @param columns those of a cohort; by default those that enough patients have */
export async function countedRecords(
  records: () => AsyncIterable<PatientRecord>,
  encoding: Encoding = { levels: {}, minPatients: MIN_PATIENTS, rare: 'drop' },
  columns?: readonly Column[],
): Promise<SiteRecords> {
  const vocabulary = new Vocabulary();
  const encoder = columns && new Encoder(columns, encoding, vocabulary);
  const builder = new MatrixBuilder(columns);
  for await (const record of records()) {
    if (encoder) builder.addEntries(record.id, encoder.rowOf(record));
    else builder.add(record.id, columnsOf(record, encoding.levels, vocabulary));
  }
  const matrix = builder.build();
  const source = rowsInMemory(matrix);
  const carriers = await source.carriers(allOf(source));
  const counts = new Map(matrix.columns.map((column, i) => [columnKey(column), carriers[i]]));
  const kept = columns ?? selectColumns(matrix, encoding, vocabulary).columns;
  return {
    patients: matrix.rows,
    encoding,
    columns: kept.map((column) => ({ column, patients: counts.get(columnKey(column)) ?? 0 })),
    records,
  };
}

/** A site's patients in columns that several sites share. */
export function inColumns(
  { patients, records }: SiteRecords,
  columns: readonly Column[],
  encoding: Encoding,
): { source: PatientSource; rows: () => Promise<RowSource> } {
  const encoder = new Encoder(columns, encoding, new Vocabulary());
  let made: Promise<RowSource> | undefined;
  const make = async () => {
    const builder = new MatrixBuilder(columns);
    for await (const record of records()) builder.addEntries(record.id, encoder.rowOf(record));
    return rowsInMemory(builder.build());
  };
  return {
    source: { patients, columns, columnOf: (event) => encoder.columnOf(event), records },
    rows: () => (made ??= make()),
  };
}

export function allOf({ rows }: Pick<RowSource, 'rows'>): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row);
}
