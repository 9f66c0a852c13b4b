import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lockOutput, temporaryFolder } from '@ehrsynth/io';
import { openDatabase } from '@ehrsynth/duckdb';
import { MissingTableError, WrongVocabularyError } from '../errors.ts';
import { vocabularyVersion } from '../read/source.ts';
import { filesByTable } from '../files/folder.ts';
import { attempt, refuseSameRows } from '../files/load-table.ts';
import { type TableFile, TableFiles } from '../files/table-files.ts';
import { typed } from '../files/table-sql.ts';

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
  const { tables: files } = await filesByTable(folder, new Set(NEEDED));
  const missing = NEEDED.find((table) => !files.has(table));
  if (missing) throw new MissingTableError(missing, folder, [...files.keys()]);
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

async function load(tables: Map<string, TableFile[]>, path: string): Promise<AthenaCounts> {
  const database = await openDatabase(path);
  const copies = await temporaryFolder();
  try {
    const create = async (table: string, sql: (rows: string) => string) => {
      const files = await TableFiles.open(tables.get(table)!, database, { copies: copies.path });
      await refuseSameRows(database, files);
      await attempt(files, async () => {
        const texts = await files.texts();
        await database.run(sql(typed(table, `(${texts.sql})`, texts.columns)));
      });
    };
    const fileOf = (table: string) => tables.get(table)![0].path;
    await create('vocabulary', (rows) => `CREATE TABLE vocabulary AS ${rows}`);
    const version = (await vocabularyVersion(database)) ?? '';
    if (!/^v5\b/i.test(version)) throw new WrongVocabularyError(fileOf('vocabulary'), version);
    await create('concept', (rows) => `CREATE TABLE concept AS ${rows} ORDER BY vocabulary_id, concept_code`);
    await create(
      'concept_relationship',
      (rows) =>
        `CREATE TEMP TABLE mapping AS SELECT concept_id_1, concept_id_2 FROM (${rows}) WHERE relationship_id = 'Maps to' AND invalid_reason IS NULL`,
    );
    await database.run(
      `CREATE TABLE maps_to AS SELECT * FROM mapping WHERE concept_id_1 IN (SELECT concept_id FROM concept)
      AND concept_id_2 IN (SELECT concept_id FROM concept) ORDER BY concept_id_1`,
    );
    await create(
      'concept_ancestor',
      (rows) => `CREATE TABLE ingredient AS SELECT * FROM (${rows})
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
    if (loose > MOST_LOOSE * all) throw new WrongVocabularyError(dirname(fileOf('concept')), version, { loose, all });
    // Closing would do it too, and say nothing of a disk that is full.
    await database.run('CHECKPOINT');
    return { version, concepts, mappings, loose, ingredients };
  } finally {
    await database.close();
    await copies.remove();
  }
}

/** Where the imported vocabularies are, in the folder of the user's dictionaries. */
export const ATHENA_FILE = 'athena.duckdb';
