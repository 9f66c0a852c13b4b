import { TABLES } from '../cdm/tables.ts';
import { quote } from '@ehrsynth/duckdb';
import { BrokenVocabularyError } from '../errors.ts';
import { hasRows, kindOf, type Source, type Sql, vocabularyVersion } from './source.ts';

/** Tables that the user's vocabularies have, as SQL on the file that `importAthena` wrote, attached as `athena`. */
export const IMPORTED: Record<string, string> = {
  concept: 'SELECT * FROM athena.concept',
  vocabulary: 'SELECT * FROM athena.vocabulary',
  concept_relationship:
    "SELECT concept_id_1, concept_id_2, 'Maps to' AS relationship_id, CAST(NULL AS DATE) AS valid_start_date, CAST(NULL AS DATE) AS valid_end_date, CAST(NULL AS VARCHAR) AS invalid_reason FROM athena.maps_to",
};

/**
 * The user's vocabularies, in place of the tables that the source does not have or that have no rows.
 * @param isAll in place of all: where codes are to be mapped back, for a source may have no more than the concepts that it uses
 * @throws BrokenVocabularyError
 */
export async function addImported(source: Source, athena: string, isAll: boolean): Promise<void> {
  const { database } = source;
  const imported = await attach(database, athena);
  const own = await vocabularyVersion(database);
  for (const table of await lacking(database, isAll)) {
    await database.run(`DROP ${await kindOf(database, table)} ${table}`);
    await database.run(`CREATE VIEW ${table} AS ${IMPORTED[table]}`);
    const texts = TABLES[table].columns.map(({ name }) => `CAST(${name} AS VARCHAR) AS ${name}`);
    await database.run(`CREATE OR REPLACE VIEW raw_${table} AS SELECT ${texts.join(', ')} FROM ${table}`);
    addTable(source, table, athena);
  }
  if (isAll) noteVersions(source, { own, imported, athena });
}

/** Attaches the file as `athena`, and gives the version of what was imported. @throws BrokenVocabularyError */
export async function attach(database: Sql, athena: string): Promise<string | null> {
  try {
    await database.run(`ATTACH ${quote(athena)} AS athena (READ_ONLY)`);
    return await vocabularyVersion(database, 'athena.');
  } catch (error) {
    throw new BrokenVocabularyError(athena, error as Error);
  }
}

/** The tables of the vocabularies that are to be taken from the import. */
export async function lacking(database: Sql, isAll: boolean): Promise<string[]> {
  const tables: string[] = [];
  for (const table of Object.keys(IMPORTED)) if (isAll || !(await hasRows(database, table))) tables.push(table);
  return tables;
}

export function addTable(source: Source, table: string, athena: string): void {
  source.tables.add(table);
  source.columns.set(table, new Set(TABLES[table].columns.map(({ name }) => name)));
  source.where.set(table, athena);
}

/** Notes where the data and the import are of different versions. */
export function noteVersions(
  source: Source,
  { own, imported, athena }: { own: string | null; imported: string | null; athena: string },
): void {
  if (own && own !== imported)
    source.notes.push({
      reason: 'vocabulary of another version',
      resourceType: 'vocabulary',
      where: athena,
      detail: `the data names ${own}, imported is ${imported}`,
    });
}
