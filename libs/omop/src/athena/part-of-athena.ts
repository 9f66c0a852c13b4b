import { rm } from 'node:fs/promises';
import { openDatabase, quote } from '@ehrsynth/duckdb';

/** Rows that are added to a table at once. */
const BATCH = 2048;

/**
 * Writes the part of imported vocabularies that some codes need, as a file that `Athena` opens: their concepts by code (of whatever
 * vocabulary) or by id, the units of UCUM, what these map to, and the ingredients of drugs.
 * @param path that `importAthena` wrote
 */
export async function copyPartOfAthena(path: string, out: string, codes: ReadonlySet<string>): Promise<void> {
  await rm(out, { force: true });
  const database = await openDatabase(out);
  try {
    await database.run(`ATTACH ${quote(path)} AS imported (READ_ONLY)`);
    await database.run('CREATE TEMP TABLE wanted (code VARCHAR)');
    const rows = await database.append('wanted', ['VARCHAR']);
    const all = [...codes];
    for (let i = 0; i < all.length; i += BATCH) rows.add([all.slice(i, i + BATCH)]);
    rows.close();
    const make = (table: string, sql: string) => database.run(`CREATE ${table} AS ${sql}`);
    await make('TABLE vocabulary', 'SELECT * FROM imported.vocabulary');
    await make(
      'TEMP TABLE named',
      `SELECT concept_id FROM imported.concept WHERE concept_code IN (FROM wanted) OR vocabulary_id = 'UCUM'
      UNION SELECT concept_id FROM imported.concept JOIN wanted ON concept_id = try_cast(code AS BIGINT)`,
    );
    await make(
      'TABLE maps_to',
      'SELECT * FROM imported.maps_to WHERE concept_id_1 IN (FROM named) ORDER BY concept_id_1',
    );
    await make('TEMP TABLE near', 'FROM named UNION SELECT concept_id_2 FROM maps_to');
    await make(
      'TABLE ingredient',
      'SELECT * FROM imported.ingredient WHERE descendant_concept_id IN (FROM near) ORDER BY descendant_concept_id',
    );
    await make(
      'TABLE concept',
      `SELECT * FROM imported.concept WHERE concept_id IN (FROM near UNION SELECT ancestor_concept_id FROM ingredient)
      ORDER BY vocabulary_id, concept_code`,
    );
    await database.run('DETACH imported');
    await database.run('CHECKPOINT');
  } finally {
    await database.close();
  }
}
