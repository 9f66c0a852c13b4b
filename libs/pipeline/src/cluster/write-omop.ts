import { type FirstSeen, idsQuery, partsQuery, requiredColumns, rowsQuery, TABLES } from '@ehrsynth/omop';
import { sparkName, type SparkSession } from '@ehrsynth/spark';
import { dataSet, FIRST_SEEN, RECEIPT } from './generate-task.ts';
import type { Stored } from './place.ts';
import type { Sums } from './receipt.ts';
import { wholeBySent } from './sent-vocabularies.ts';

/** Views of the session. */
const [OFFSETS, IDS] = ['ehrsynth_offsets', 'ehrsynth_ids'];

/** What is written to a place: a data set's name there, and the query of its rows. */
export interface DataSet {
  name: string;
  format: 'text' | 'parquet';
  sql: string;
  rows: number;
  /** Columns that have a value in each row. */
  required?: string[];
}

/**
 * The tables of the CDM from the parts of a run, the same rows as of one machine: keys are counted on from part to part, and concepts of
 * our own have the ids that they have by the order of the patients.
 * @param staged the rows of the parts
 * @param options.today day of the release
 * @param options.vocabularies folder with those that the executors had
 */
export async function omopDataSets(
  session: SparkSession,
  staged: Stored,
  sums: Sums,
  { today, vocabularies }: { today: string; vocabularies?: string },
): Promise<DataSet[]> {
  const whole = await wholeBySent(await firstSeen(session, staged.from), today, vocabularies);
  await session.run(
    `CREATE OR REPLACE TEMPORARY VIEW ${OFFSETS} AS ${offsetsQuery(staged.from, Object.keys(sums.keys))}`,
  );
  await session.run(`CREATE OR REPLACE TEMPORARY VIEW ${IDS} AS ${idsQuery(whole.ids)}`);
  return Object.keys(TABLES).map((table): DataSet => {
    const set = dataSet('omop', table);
    const named = { name: `omop/${table}`, format: 'parquet' as const, required: requiredColumns(table) };
    if (!(set in sums.rows)) {
      const rows = whole.rows.filter(([name]) => name === table).map(([, row]) => row);
      return { ...named, sql: rowsQuery(table, rows), rows: rows.length };
    }
    const rows = `SELECT part, row FROM ${staged.from} WHERE dataset = '${set}'`;
    const ownColumns = sums.ownColumns[table] ?? [];
    const sql = partsQuery(table, { rows, offsets: OFFSETS, ids: IDS, ownColumns, lastKeys: sums.keys });
    return { ...named, sql, rows: sums.rows[set] };
  });
}

/** The events by which something was first seen, each thing once, in the order of the patients. */
async function firstSeen(session: SparkSession, from: string): Promise<FirstSeen['event'][]> {
  const seen = `SELECT part, from_json(row, 'key STRING, order INT, event STRING') AS f FROM ${from} WHERE dataset = '${FIRST_SEEN}'`;
  const first = `SELECT min(struct(part, f.order AS place, f.event AS event)) AS f FROM (${seen}) GROUP BY f.key`;
  const rows = await session.all<{ event: string }>(
    `SELECT event FROM (SELECT DISTINCT f.part, f.place, f.event FROM (${first})) ORDER BY part, place`,
  );
  return rows.map(({ event }) => JSON.parse(event));
}

/** For each part, the keys of each table that the parts before it have. */
function offsetsQuery(from: string, tables: readonly string[]): string {
  const keys = `SELECT part, from_json(row, 'keys MAP<STRING, BIGINT>').keys AS keys FROM ${from} WHERE dataset = '${RECEIPT}'`;
  const before = tables.map(
    (table) =>
      `'${table}', coalesce(sum(coalesce(keys['${table}'], 0)) OVER (ORDER BY part ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)`,
  );
  return `SELECT part, map(${before.join(', ')}) AS keys FROM (${keys}) AS ${sparkName('receipts')}`;
}
