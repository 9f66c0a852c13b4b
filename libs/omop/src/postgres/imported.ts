import { join } from 'node:path';
import { type TemporaryFolder, temporaryFolder } from '@ehrsynth/io';
import { plainName, READ_TABLES, VOCABULARY_TABLES } from '../cdm/tables.ts';
import { type Database, openDatabase, quote } from '@ehrsynth/duckdb';
import { emptyOf } from '../read/cast.ts';
import { addTable, attach, IMPORTED, lacking, noteVersions } from '../read/imported.ts';
import { vocabularyVersion } from '../read/source.ts';
import { dropTable, type PostgresSource } from './source.ts';

/** Memory of DuckDB, which here looks up what the data names and no more. */
const MEMORY = '300MB';
/** Concepts that one statement adds. */
const BATCH = 10_000;

/**
 * The user's vocabularies, in place of the tables that the schema does not have or that have no rows: what the data needs of them is
 * copied into temporary tables on the server, which are gone with the connection.
 * @param isAll in place of all, where codes are to be mapped back
 * @throws BrokenVocabularyError, PostgresError
 */
export async function addImportedToServer(
  source: PostgresSource,
  athena: string,
  { isAll, workFolder }: { isAll: boolean; workFolder?: string },
): Promise<void> {
  const server = source.database;
  const tables = await lacking(server, isAll);
  if (tables.length === 0) return;
  const folder = await temporaryFolder(workFolder);
  const duckdb = await openDatabase(undefined, { memory: MEMORY, workFolder });
  try {
    const imported = await attach(duckdb, athena);
    const own = await vocabularyVersion(server);
    await select(duckdb, await conceptsOf(source), isAll);
    for (const table of tables) {
      await copy(source, duckdb, table, folder);
      addTable(source, table, athena);
    }
    if (isAll) noteVersions(source, { own, imported, athena });
  } finally {
    await duckdb.close();
    await folder.remove();
  }
}

/** The concepts that the tables of the data name. */
async function conceptsOf({ database, tables, columns }: PostgresSource): Promise<Set<bigint>> {
  const concepts = new Set<bigint>();
  for (const table of tables) {
    if (VOCABULARY_TABLES.includes(table)) continue;
    const fields = READ_TABLES[table].columns
      .filter((column) => column.foreignKey?.table === 'concept' && columns.get(table)!.has(column.name))
      .map(({ name }) => `(t.${name})`);
    if (fields.length === 0) continue;
    const named = `SELECT DISTINCT v.id FROM ${table} t CROSS JOIN LATERAL (VALUES ${fields.join(', ')}) v(id) WHERE v.id IS NOT NULL`;
    for await (const [id] of database.stream<[bigint]>(named)) concepts.add(id);
  }
  return concepts;
}

/** The tables that hold what is needed, in DuckDB: mappings of these concepts, and the concepts at both their ends. */
async function select(duckdb: Database, concepts: Set<bigint>, isAll: boolean): Promise<void> {
  await duckdb.run('CREATE TABLE named (id BIGINT)');
  const ids = [...concepts];
  for (let from = 0; from < ids.length; from += BATCH) {
    const some = ids.slice(from, from + BATCH).map((id) => `(${id})`);
    await duckdb.run(`INSERT INTO named VALUES ${some.join(', ')}`);
  }
  // A code maps back where it maps to one of them, and is judged by all that it maps to.
  const back = isAll
    ? ' UNION SELECT concept_id_1 FROM athena.maps_to WHERE concept_id_2 IN (SELECT id FROM named)'
    : '';
  // The first mapping besides: whether there are any at all is asked too.
  await duckdb.run(`CREATE TABLE mapping AS
    SELECT concept_id_1, concept_id_2 FROM athena.maps_to WHERE concept_id_1 IN (SELECT id FROM named${back})
    UNION (SELECT concept_id_1, concept_id_2 FROM athena.maps_to ORDER BY 1, 2 LIMIT 1)`);
  await duckdb.run(
    'CREATE TABLE wanted AS SELECT id FROM named UNION SELECT concept_id_1 FROM mapping UNION SELECT concept_id_2 FROM mapping',
  );
}

const NEEDED: Record<string, string> = {
  concept: 'concept_id IN (SELECT id FROM wanted)',
  concept_relationship: '(concept_id_1, concept_id_2) IN (SELECT (concept_id_1, concept_id_2) FROM mapping)',
  vocabulary: 'true',
};

/** A table of the import as a temporary table of the server, in place of the view of that name. */
async function copy(
  { database }: PostgresSource,
  duckdb: Database,
  table: string,
  folder: TemporaryFolder,
): Promise<void> {
  const { columns } = READ_TABLES[table];
  const file = join(folder.path, `${table}.csv`);
  const names = columns.map(({ name }) => plainName(name)).join(', ');
  await duckdb.run(
    `COPY (SELECT ${names} FROM (${IMPORTED[table]}) t WHERE ${NEEDED[table]}) TO ${quote(file)} (FORMAT csv, HEADER false)`,
  );
  const empty = columns.map(({ name, type }) => `${emptyOf(type)} AS ${name}`).join(', ');
  await dropTable(database, table);
  await database.run(`CREATE TEMP TABLE ${table} AS SELECT ${empty} WHERE false`);
  await database.copy(table, file);
  await database.run(`CREATE TEMP VIEW raw_${table} AS SELECT * FROM ${table}`);
  await database.run(`ANALYZE ${table}`);
}
