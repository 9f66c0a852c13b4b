import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { listFiles, lockOutput } from '@ehrsynth/io';
import { openDatabase } from '../database.ts';
import { MissingTableError, WrongVocabularyError } from '../errors.ts';
import { vocabularyVersion } from '../read/source.ts';
import { asTexts, readingOf, tableOf, typed } from '../read/files.ts';

export interface AthenaCounts {
  version: string;
  concepts: number;
  mappings: number;
  /** Mappings of which one end is not among the concepts: left out. */
  loose: number;
  ingredients: number;
}

const NEEDED = ['vocabulary', 'concept', 'concept_relationship', 'concept_ancestor'];
/** More loose mappings than this share are not CPT-4's missing concepts but files of two downloads. */
const MOST_LOOSE = 0.05;

/**
 * Reads the files of a download from Athena (CONCEPT.csv, CONCEPT_RELATIONSHIP.csv, CONCEPT_ANCESTOR.csv, VOCABULARY.csv) into one
 * DuckDB file that `Athena` opens: the concepts, what maps to what, and which ingredients a drug has. The file appears whole.
 * @throws MissingTableError, MissingColumnError, BrokenTableError, WrongVocabularyError
 */
export async function importAthena(folder: string, out: string): Promise<AthenaCounts> {
  const files = new Map<string, string>();
  for (const file of await listFiles(folder)) {
    const table = tableOf(file);
    if (table) files.set(table, file);
  }
  const missing = NEEDED.find((table) => !files.has(table));
  if (missing) throw new MissingTableError(missing, folder, [...files.keys()]);
  await mkdir(dirname(out), { recursive: true });
  const unlock = lockOutput(out);
  const partial = `${out}.partial`;
  await rm(partial, { force: true });
  try {
    const counts = await load(files, partial);
    await rename(partial, out);
    return counts;
  } finally {
    unlock();
    for (const rest of [partial, `${partial}.wal`]) if (existsSync(rest)) await rm(rest);
  }
}

async function load(files: Map<string, string>, path: string): Promise<AthenaCounts> {
  const database = await openDatabase(path);
  try {
    const select = async (table: string) => {
      const file = files.get(table)!;
      return typed(table, `(${(await asTexts(database, table, await readingOf(file), file)).sql})`);
    };
    await database.run(`CREATE TABLE vocabulary AS ${await select('vocabulary')}`);
    const version = (await vocabularyVersion(database)) ?? '';
    if (!/^v5\b/i.test(version)) throw new WrongVocabularyError(files.get('vocabulary')!, version);
    await database.run(
      `CREATE TABLE concept AS ${await select('concept')} ORDER BY vocabulary_id, concept_code`,
    );
    await database.run(
      `CREATE TEMP TABLE mapping AS SELECT concept_id_1, concept_id_2 FROM (${await select('concept_relationship')}) WHERE relationship_id = 'Maps to' AND invalid_reason IS NULL`,
    );
    await database.run(
      `CREATE TABLE maps_to AS SELECT * FROM mapping WHERE concept_id_1 IN (SELECT concept_id FROM concept)
      AND concept_id_2 IN (SELECT concept_id FROM concept) ORDER BY concept_id_1`,
    );
    await database.run(
      `CREATE TABLE ingredient AS SELECT * FROM (${await select('concept_ancestor')})
      WHERE ancestor_concept_id IN (SELECT concept_id FROM concept WHERE vocabulary_id = 'RxNorm' AND concept_class_id = 'Ingredient')
      ORDER BY descendant_concept_id`,
    );
    const count = async (table: string) =>
      Number((await database.all<{ n: bigint }>(`SELECT count(*) AS n FROM ${table}`))[0].n);
    const [concepts, all, mappings, ingredients] = [
      await count('concept'),
      await count('mapping'),
      await count('maps_to'),
      await count('ingredient'),
    ];
    const loose = all - mappings;
    if (loose > MOST_LOOSE * all)
      throw new WrongVocabularyError(dirname(files.get('concept')!), version, { loose, all });
    // Closing would do it too, and say nothing of a disk that is full.
    await database.run('CHECKPOINT');
    return { version, concepts, mappings, loose, ingredients };
  } finally {
    await database.close();
  }
}

/** Where the imported vocabularies are, in the folder of the user's dictionaries. */
export const ATHENA_FILE = 'athena.duckdb';
