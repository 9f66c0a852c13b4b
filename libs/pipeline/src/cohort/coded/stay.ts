import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OWN_FILES, readLines, writeFileAtomic } from '@ehrsynth/io';
import { type CodeMatrix, type Column, columnGroups, firstCodeOf, loadMatrix, saveColumns } from '@ehrsynth/matrix';
import { type CodedPatients, type Sql, SparkSql } from '@ehrsynth/omop';
import { isFree, type LocalColumns, SparkSession, type Traffic, withoutToken } from '@ehrsynth/spark';
import { z } from 'zod';
import { readJson } from '../../run/json-file.ts';
import type { CohortCounts } from '../cohort-writer.ts';
import { NotHereError, StayError, StayTakenError } from '../errors.ts';
import type { CodedCohort } from './coded-cohort.ts';
import { entriesByPlace } from './entries.ts';

/** In a cohort's folder: where its patients are. */
export const STAY_FILE = 'stay.json';

/**
 * Where the patients of a cohort are that stay on a cluster's storage: `training/rows` and `holdout/rows`, and with records
 * `training/records` and `holdout/records`, each a folder of Parquet.
 */
export const Stay = z.strictObject({
  format: z.literal('ehrsynth-stay-1'),
  place: z.string(),
  /** Address of the Spark Connect server that wrote them, without its token. */
  spark: z.string(),
  training: z.number().int(),
  holdout: z.number().int(),
  hasRecords: z.boolean(),
});
export type Stay = z.infer<typeof Stay>;

/** The folders of a part at the place: of rows, and of records. */
export type StayedPart = 'training' | 'holdout';
export const PARTS: StayedPart[] = ['training', 'holdout'];
const FOLDER = { training: 'train', holdout: 'holdout' } as const;

/** @throws StayError */
export function checkStay(place: string, spark: string | undefined, source: string): string {
  if (spark === undefined) throw new StayError('the source is not on Spark', source);
  if (!/^[a-z][a-z0-9+.-]*:\/./i.test(place)) throw new StayError('this is not the URL of a storage', place);
  return spark;
}

/** Asks before the long work whether the place has nothing yet. @throws StayTakenError, SparkError */
export async function requireFree(
  spark: string,
  place: string,
  { hasRecords, force }: { hasRecords: boolean; force: boolean },
): Promise<void> {
  if (force) return;
  const session = await SparkSession.open(spark);
  try {
    for (const part of PARTS)
      for (const what of hasRecords ? ['rows', 'records'] : ['rows']) {
        const path = pathOf(place, part, what);
        if (!(await isFree(session, path))) throw new StayTakenError(path);
      }
  } finally {
    await session.close();
  }
}

/** Writes the rows of a cohort that was chosen by counts to the place: nothing of them comes here. */
export async function stayCoded(
  { database }: CodedPatients,
  { selection }: CodedCohort,
  place: string,
  isReplaced: boolean,
): Promise<void> {
  await addNumbers(database);
  const entries = `
    SELECT e.person_id, array_sort(collect_list(named_struct('c', e.place, 'n', e.n))) AS pairs
    FROM (${entriesByPlace(selection.report.rolledUp > 0)}) e GROUP BY e.person_id`;
  for (const [isHeldOut, part] of PARTS.entries()) {
    const rows = `
      SELECT p.row, p.id, coalesce(e.pairs, array()) AS pairs
      FROM stay_people p LEFT JOIN (${entries}) e ON e.person_id = p.person_id WHERE p.is_held_out = ${isHeldOut}`;
    await database.write!(pathOf(place, part, 'rows'), rowsSql(rows, selection.columns), { isReplaced });
  }
}

/**
 * Sends the rows and records of a cohort's folder to the place, and removes them here: what remains are its columns.
 * @param spark address of the server that writes them
 * @param options.traffic counts the bytes of that
 */
export async function stayRecords(
  folder: string,
  spark: string,
  place: string,
  { isReplaced, signal, traffic }: { isReplaced: boolean; signal?: AbortSignal; traffic?: Traffic },
): Promise<void> {
  const session = await SparkSession.open(spark, { signal });
  try {
    const database = new SparkSql(session);
    for (const part of PARTS) {
      const own = join(folder, FOLDER[part]);
      const records = join(own, 'records.ndjson.gz');
      const all = await sendRecords(session, records, part);
      await database.write(pathOf(place, part, 'records'), all, { isReplaced });
      const matrix = await loadMatrix(own);
      await session.put(`${part}_rows`, localRows(matrix), { isKept: true });
      const pair = "named_struct('c', CAST(split(e, ' ')[0] AS INT), 'n', CAST(split(e, ' ')[1] AS INT))";
      const rows = `
        SELECT row, id, coalesce(transform(split(entries, ','), e -> ${pair}), array()) AS pairs
        FROM ${part}_rows`;
      await database.write(pathOf(place, part, 'rows'), rowsSql(rows, matrix.columns), { isReplaced });
      for (const name of ['records.ndjson.gz', 'matrix.npz', 'rows.parquet']) await rm(join(own, name));
    }
  } finally {
    if (traffic) {
      traffic.sent += session.traffic.sent;
      traffic.received += session.traffic.received;
    }
    await session.close();
  }
}

/** Writes into a cohort's folder what its columns are and where its patients stay. */
export async function writeStay(
  folder: string,
  {
    columns,
    counts,
    ...stay
  }: Pick<Stay, 'place' | 'spark' | 'hasRecords'> & {
    columns: readonly Column[];
    counts: CohortCounts;
  },
): Promise<void> {
  const { training, holdout } = counts;
  const file: Stay = { format: 'ehrsynth-stay-1', ...stay, spark: withoutToken(stay.spark), training, holdout };
  for (const part of PARTS) await saveColumns(join(folder, FOLDER[part]), columns);
  await writeFileAtomic(join(folder, STAY_FILE), `${JSON.stringify(file, null, 1)}\n`);
}

/** Where the patients of a cohort stay; undefined of one whose patients are in its folder. */
export async function stayOf(cohort: string): Promise<Stay | undefined> {
  const path = join(cohort, STAY_FILE);
  return existsSync(path) ? readJson(path, Stay) : undefined;
}

/** @throws NotHereError where the patients of a cohort stay on a cluster */
export async function requireHere(cohort: string): Promise<void> {
  const stay = await stayOf(cohort);
  if (stay) throw new NotHereError(cohort, stay.place);
}

/** Where a part's rows or records are. */
export function pathOf(place: string, part: StayedPart, what: string): string {
  return `${place.replace(/\/+$/, '')}/${part}/${what}`;
}

/** Ranges of persons that are numbered beside each other. */
const RANGES = 512;

/** Makes `stay_people` (person_id, id, is_held_out, row): the place of each among those of its part, in the order of persons. */
async function addNumbers(database: Sql): Promise<void> {
  const [{ low, high }] = await database.all<{ low: bigint | null; high: bigint | null }>(
    'SELECT min(person_id) AS low, max(person_id) AS high FROM coded_people',
  );
  const width = (Number(high ?? 0) - Number(low ?? 0)) / RANGES || 1;
  const people = `
    SELECT p.person_id, p.record_id AS id, CASE WHEN h.person_id IS NULL THEN 0 ELSE 1 END AS is_held_out,
      floor(p.person_id / ${width.toExponential()}) AS part
    FROM coded_people p LEFT JOIN held_out h ON h.person_id = p.person_id`;
  await database.run(`
    CREATE ${database.temporary}TABLE stay_people AS
    SELECT a.person_id, a.id, a.is_held_out,
      CAST(b.earlier + row_number() OVER (PARTITION BY a.is_held_out, a.part ORDER BY a.person_id) - 1 AS INTEGER) AS row
    FROM (${people}) a JOIN (
      SELECT is_held_out, part, sum(people) OVER (PARTITION BY is_held_out ORDER BY part) - people AS earlier
      FROM (SELECT is_held_out, part, count(*) AS people FROM (${people}) c GROUP BY is_held_out, part) d
    ) b ON b.is_held_out = a.is_held_out AND b.part = a.part`);
}

/**
 * SQL of Spark's: the columns of rows.parquet, and beside them those of a matrix in sparse rows, `indices` and `values`.
 * @param pairs SQL of rows with row, id and pairs, a list of the columns (c) with their counts (n), ascending
 */
function rowsSql(pairs: string, columns: readonly Column[]): string {
  const firstCode = firstCodeOf(columns);
  const groups = columnGroups(columns).map(({ name, start, end }) => {
    const codes = columns.slice(start, end).map(({ code }) => `'${code.replaceAll("'", "''")}'`);
    const held = `get(filter(pairs, p -> p.c >= ${start} AND p.c < ${end}), 0).c`;
    return `coalesce(get(array(${codes.join(', ')}), ${held} - ${start}), '') AS ${name}`;
  });
  const ofCodes = `filter(pairs, p -> p.c >= ${firstCode})`;
  return `
    SELECT row, id, ${groups.map((group) => `${group}, `).join('')}size(${ofCodes}) AS codes,
      CAST(aggregate(${ofCodes}, 0, (sum, p) -> sum + p.n) AS INTEGER) AS events,
      transform(pairs, p -> p.c) AS indices, transform(pairs, p -> p.n) AS "values"
    FROM (${pairs}) r`;
}

function localRows(matrix: CodeMatrix): LocalColumns {
  const texts = matrix.ids.map((_, row) =>
    matrix
      .entries(row)
      .map((entry) => entry.join(' '))
      .join(','),
  );
  return {
    row: { type: 'INTEGER', values: [...matrix.ids.keys()] },
    id: { type: 'VARCHAR', values: matrix.ids },
    entries: { type: 'VARCHAR', values: texts.map((text) => text || null) },
  };
}

/** Characters of records that are sent at once. */
const SENT_AT_ONCE = 16 * 2 ** 20;

/** Sends the lines of a file of records, which the cluster keeps until they are written; gives SQL of patient and record. */
async function sendRecords(session: SparkSession, path: string, part: StayedPart): Promise<string> {
  const views: string[] = [];
  let lines: string[] = [];
  let size = 0;
  const send = async () => {
    const view = `${part}_records_${views.length}`;
    const patients = lines.map((line) => (JSON.parse(line) as { id: string }).id);
    const columns: LocalColumns = {
      patient: { type: 'VARCHAR', values: patients },
      record: { type: 'VARCHAR', values: lines },
    };
    await session.put(view, columns, { isKept: true });
    views.push(view);
    [lines, size] = [[], 0];
  };
  for await (const { text } of readLines(path, OWN_FILES)) {
    lines.push(text);
    size += text.length;
    if (size >= SENT_AT_ONCE) await send();
  }
  if (lines.length > 0 || views.length === 0) await send();
  return views.map((view) => `SELECT patient, record FROM ${view}`).join(' UNION ALL ');
}
