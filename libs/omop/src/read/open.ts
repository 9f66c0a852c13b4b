import { existsSync } from 'node:fs';
import { TABLES } from '../cdm/tables.ts';
import { quote } from '../database.ts';
import { isPostgres } from '../postgres/connection.ts';
import { openPostgres } from '../postgres/source.ts';
import { type FilesOptions, openFiles } from './files.ts';
import type { OmopReadOptions } from './read-records.ts';
import { type Source, type Sql, vocabularyVersion } from './source.ts';

type SourceOptions = Pick<OmopReadOptions, 'athena' | 'codes'> & FilesOptions;

/** Opens a CDM: a postgres:// URL, a folder or a DuckDB file. */
export async function openSource(path: string, options: SourceOptions): Promise<Source> {
  const { schema, athena, codes } = options;
  if (isPostgres(path)) return openPostgres(path, schema);
  const source = await openFiles(path, options);
  if (athena && existsSync(athena)) await addAthena(source, athena, codes);
  return source;
}

/**
 * The user's vocabularies, in place of those that the source does not have; of all where codes are to be mapped back, for a source may
 * have no more than the concepts that it uses.
 */
async function addAthena(
  source: Source,
  athena: string,
  codes: 'source' | 'mapped' = 'source',
): Promise<void> {
  const { database, tables, where } = source;
  await database.run(`ATTACH ${quote(athena)} AS athena (READ_ONLY)`);
  const isAll = codes === 'mapped';
  const [own, imported] = [await vocabularyVersion(database), await vocabularyVersion(database, 'athena.')];
  const views: [string, string][] = [
    ['concept', 'SELECT * FROM athena.concept'],
    ['vocabulary', 'SELECT * FROM athena.vocabulary'],
    ['concept_relationship', "SELECT concept_id_1, concept_id_2, 'Maps to' AS relationship_id, CAST(NULL AS VARCHAR) AS invalid_reason FROM athena.maps_to"],
  ]; // prettier-ignore
  for (const [table, select] of views) {
    if (tables.has(table) && !isAll) continue;
    await database.run(`DROP ${await kindOf(database, table)} ${table}`);
    await database.run(`CREATE VIEW ${table} AS ${select}`);
    tables.add(table);
    source.columns.set(table, new Set(TABLES[table].columns.map(({ name }) => name)));
    where.set(table, athena);
  }
  if (isAll && own && own !== imported)
    source.notes.push({
      reason: 'vocabulary of another version',
      resourceType: 'vocabulary',
      where: athena,
      detail: `the data names ${own}, imported is ${imported}`,
    });
}

async function kindOf(database: Sql, table: string): Promise<string> {
  const [{ kind }] = await database.all<{ kind: string }>(
    `SELECT CASE table_type WHEN 'VIEW' THEN 'VIEW' ELSE 'TABLE' END AS kind FROM information_schema.tables WHERE table_name = '${table}' AND table_catalog = current_database()`,
  );
  return kind;
}
