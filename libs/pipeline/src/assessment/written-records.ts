import { join } from 'node:path';
import { writtenEncoder } from '@ehrsynth/decode';
import type { HistoriesBuilder } from '@ehrsynth/histories';
import {
  type CodeMatrix,
  type Column,
  columnKey,
  type Encoder,
  type Encoding,
  loadColumns,
  MatrixBuilder,
} from '@ehrsynth/matrix';
import { Ethnicity, type PatientRecord, Race } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { PossibleAges } from './possible-ages.ts';
import { readEncoding } from '../cohort/cohort-writer.ts';

/** Before the key of a code that no column covers. */
export const NO_COLUMN = 'none|';

/** Records as they were read back from what was written. */
export interface Written {
  /** In the order of the ids, so that nothing that is measured depends on the order of a format. */
  matrix: CodeMatrix;
  /** Places of the rows in the order in which the records were read. */
  order: number[];
  atPossibleAge: PossibleAges;
  /** Names of each code, race, ethnicity and encounter class, by a key of its own; codes as the column that they count in. */
  held: Map<string, string>;
}

/** Encodes as a cohort does, with the columns of its training patients. */
export async function encoderOf(cohort: string): Promise<{ columns: Column[]; encoder: Encoder; encoding: Encoding }> {
  const columns = await loadColumns(join(cohort, 'train'));
  const encoding = await readEncoding(cohort);
  return { columns, encoder: writtenEncoder(columns, encoding, new Vocabulary()), encoding };
}

/** Rows of records, and what they hold. @param histories gathers the records as histories, too, in the order in which they are read */
export async function encodeRecords(
  records: AsyncIterable<PatientRecord>,
  columns: readonly Column[],
  encoder: Encoder,
  histories?: HistoriesBuilder,
): Promise<Written> {
  const builder = new MatrixBuilder(columns);
  const held = new Map<string, string>();
  const atPossibleAge = new PossibleAges(encoder);
  for await (const record of records) {
    builder.addEntries(record.id, encoder.rowOf(record));
    histories?.add(record);
    atPossibleAge.add(record);
    for (const [key, name] of heldBy(record, encoder)) if (!held.has(key)) held.set(key, name);
  }
  const matrix = builder.build();
  const { ids } = matrix;
  const order = [...ids.keys()].sort((a, b) => (ids[a] < ids[b] ? -1 : ids[a] > ids[b] ? 1 : 0));
  return { matrix: matrix.pick(order), order, atPossibleAge, held };
}

/** What a record holds that few patients may hold: keys with names. */
export function* heldBy(record: PatientRecord, encoder: Encoder): Generator<[key: string, name: string]> {
  const { race, ethnicity } = record;
  if (race) yield [`race|${race}`, `race ${Race[race] ?? race}`];
  if (ethnicity) yield [`ethnicity|${ethnicity}`, `ethnicity ${Ethnicity[ethnicity] ?? ethnicity}`];
  for (const { class: kind } of record.encounters) yield [`class|${kind}`, `encounter class ${kind}`];
  for (const event of record.events) {
    const at = encoder.columnOf(event);
    const column = at === undefined ? undefined : encoder.columns[at];
    const { code } = column ?? event.code;
    // Two columns may have one code, of two kinds.
    if (column) yield [columnKey(column), `${event.kind} ${code}`];
    else
      yield [
        `${NO_COLUMN}${columnKey({ kind: event.kind, ...event.code })}`,
        `${event.kind} ${code}, which has no column`,
      ];
  }
}
