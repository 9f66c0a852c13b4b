import { basename, dirname, relative } from 'node:path';
import type { Problem } from '@ehrsynth/records';
import { plainName, READ_TABLES } from '../cdm/tables.ts';
import type { Database } from '@ehrsynth/duckdb';
import { SameRowsError } from './errors.ts';
import { attempt, refuseSameRows } from './load-table.ts';
import type { TableFiles } from './table-files.ts';

/** A place is a copy of another where more of its rows than this are in that one, whatever their keys. */
const MOST = 0.5;

/**
 * Says where files come from that are read as one table, where they are of several places; undefined where they are of one.
 * @param root the folder of the CDM
 */
export function placesNote(files: TableFiles, root: string): Problem | undefined {
  const paths = [...files.places.values()].map(([first]) => first);
  if (paths.length < 2) return undefined;
  const folders = new Set(paths.map(dirname));
  const names =
    folders.size < paths.length
      ? paths.map((path) => basename(path))
      : [...folders].map((folder) => relative(root, folder) || 'the folder itself');
  const named = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return {
    reason: `files of ${names.length} places read as one table: ${named.slice(0, -1).join(', ')} and ${named.at(-1)}`,
    resourceType: files.table,
    where: root,
    detail: paths.join(', '),
  };
}

/**
 * Sees to it that no place has what another has, under the same keys or under others, as a later export or a test's database has it.
 * @throws SameRowsError
 */
export async function refuseCopies(database: Database, files: TableFiles, isView: boolean): Promise<void> {
  if (files.places.size < 2) return;
  if (isView) await refuseSameRows(database, files);
  const { table } = files;
  const found = await attempt(files, async () => {
    const compared = comparedOf(table, (await files.texts()).columns);
    if (compared.length === 0) return undefined;
    const parts = (await files.textsByPlace()).map(
      (sql, place) => `SELECT DISTINCT ${place} AS place, hash(${compared.join(', ')}) AS content FROM (${sql})`,
    );
    const [first] = await database.all<{ a: number; b: number; shared: bigint; rows: bigint }>(
      `WITH content AS (${parts.join(' UNION ALL ')}), sizes AS (SELECT place, count(*) AS rows FROM content GROUP BY place)
      SELECT a.place AS a, b.place AS b, count(*) AS shared, least(any_value(x.rows), any_value(y.rows)) AS rows
      FROM content a JOIN content b ON a.content = b.content AND a.place < b.place
      JOIN sizes x ON x.place = a.place JOIN sizes y ON y.place = b.place
      GROUP BY 1, 2 HAVING count(*) > ${MOST} * least(any_value(x.rows), any_value(y.rows)) ORDER BY 1, 2 LIMIT 1`,
    );
    return first;
  });
  if (found === undefined) return;
  const places = [...files.places.values()];
  const what = `${found.shared} of ${found.rows} are alike in all but ${READ_TABLES[table].primaryKey}`;
  throw new SameRowsError(
    table,
    what,
    [found.a, found.b].map((place) => places[place][0]),
  );
}

/** The columns that say what a row is about, without its key; none where rows that are alike are no sign of a copy. */
function comparedOf(table: string, has: Set<string>): string[] {
  const { primaryKey, columns } = READ_TABLES[table];
  // Persons are alike in all but their key where sites number theirs by themselves.
  if (!primaryKey || primaryKey === 'person_id' || !has.has('person_id')) return [];
  return columns.map(({ name }) => name).filter((name) => plainName(name) !== primaryKey && has.has(plainName(name)));
}
