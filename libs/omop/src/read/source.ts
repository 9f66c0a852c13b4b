import { quote } from '@ehrsynth/duckdb';
import type { Problem } from '@ehrsynth/records';
import { READ_TABLES, VOCABULARY_TABLES } from '../cdm/tables.ts';
import { MissingColumnError, MissingTableError } from '../errors.ts';
import type { Inventory } from '../files/inventory.ts';
import type { LocalColumns } from '@ehrsynth/spark';
import { emptyOf } from './cast.ts';

/** What answers SQL. */
export interface Sql {
  /** Before VIEW and TABLE: nothing of ours is left on a server. */
  temporary: '' | 'TEMP ';
  run(sql: string): Promise<void>;
  all<T>(sql: string): Promise<T[]>;
  /** The rows one by one, each a list of its columns, not held in memory; several may be read beside each other. */
  stream<T extends unknown[]>(sql: string): AsyncGenerator<T>;
  /** Changes rows of a table that `run` made, where there is no UPDATE. @param set SQL of the values, by column */
  update?(table: string, set: Record<string, string>, where: string): Promise<void>;
  /**
   * Writes the rows of a query as Parquet to a place of the server's storage, whole or not at all.
   * @param isReplaced whether what is there goes; otherwise it is an error
   */
  write?(place: string, sql: string, options: { isReplaced: boolean }): Promise<void>;
  /** Makes a table of rows from here, where that is quicker than by SQL. */
  put?(table: string, columns: LocalColumns): Promise<void>;
  close(): Promise<void>;
}

/** Changes rows of a table that was made while reading. @param set SQL of the values, by column */
export async function update(database: Sql, table: string, set: Record<string, string>, where: string): Promise<void> {
  if (database.update) return database.update(table, set, where);
  const values = Object.entries(set).map(([column, value]) => `${column} = ${value}`);
  await database.run(`UPDATE ${table} SET ${values.join(', ')} WHERE ${where}`);
}

/** Makes a table of rows from here. */
export async function put(database: Sql, table: string, columns: LocalColumns): Promise<void> {
  if (database.put) return database.put(table, columns);
  const all = Object.entries(columns);
  const types = all.map(([name, { type }]) => `CAST(NULL AS ${type}) AS ${name}`);
  await database.run(`CREATE ${database.temporary}TABLE ${table} AS SELECT ${types.join(', ')} WHERE 1 = 0`);
  const literal = (value: bigint | number | string | null) =>
    value === null ? 'NULL' : typeof value === 'string' ? quote(value) : String(value);
  const rows = all[0][1].values.length;
  for (let from = 0; from < rows; from += ROWS_OF_INSERT) {
    const some = Array.from(
      { length: Math.min(ROWS_OF_INSERT, rows - from) },
      (_, i) => `(${all.map(([, { values }]) => literal(values[from + i])).join(', ')})`,
    );
    await database.run(`INSERT INTO ${table} VALUES ${some.join(', ')}`);
  }
}

const ROWS_OF_INSERT = 2000;

/** A CDM whose tables can be asked by SQL under their own names, whatever it is kept in. */
export interface Source {
  database: Sql;
  /** Tables that are there, of those of the CDM. */
  tables: Set<string>;
  /** The CDM's fields that each has. */
  columns: Map<string, Set<string>>;
  /** Where each is: a file, or a table of the database. */
  where: Map<string, string>;
  /** True where raw_TABLE has each table as texts, some of which may be no value of the CDM's type. */
  hasTexts: boolean;
  /**
   * Where hasTexts is false: of each table's fields, by their names, the rows of raw_TABLE in which they hold what is no value of their
   * type, as SQL. Fields that cannot hold any are not among them.
   */
  unreadable?: Map<string, Map<string, string>>;
  /** True where rows travel from a server, so that rows that are alike should travel once. */
  isRemote: boolean;
  /** Things to know of it as a whole. */
  notes: Problem[];
  /** What is there, read or not, where it is known. */
  inventory?: Inventory;
  /** Asked when all was read: whether it is still what it was. Undefined where it cannot have changed. @throws UserError */
  stillSame?(): Promise<void>;
  close(): Promise<void>;
}

/** One on a server, before its tables are known. */
export function sourceOnServer<D extends Sql>(database: D): Source & { database: D } {
  return {
    database,
    tables: new Set(),
    columns: new Map(),
    where: new Map(),
    hasTexts: false,
    unreadable: new Map(),
    isRemote: true,
    notes: [],
    close: () => database.close(),
  };
}

/** The version that the vocabulary table names, as Athena's does; null where it names none. @param of schema with its dot */
export async function vocabularyVersion(database: Sql, of = ''): Promise<string | null> {
  const [{ version }] = await database.all<{ version: string | null }>(
    `SELECT max(vocabulary_version) AS version FROM ${of}vocabulary WHERE vocabulary_id = 'None'`,
  );
  return version;
}

/** Whether a table has rows. */
export async function hasRows(database: Sql, table: string): Promise<boolean> {
  return (await database.all(`SELECT 1 AS one FROM ${table} LIMIT 1`)).length > 0;
}

/** What a table of a file, not of a server, was made as. */
export async function kindOf(database: Sql, table: string): Promise<string> {
  const [{ kind }] = await database.all<{ kind: string }>(
    `SELECT CASE table_type WHEN 'VIEW' THEN 'VIEW' ELSE 'TABLE' END AS kind FROM information_schema.tables
    WHERE table_name = '${table}' AND table_catalog = current_database()`,
  );
  return kind;
}

/** Columns without which a table says nothing. Others that are missing are read as empty. */
export const NEEDED: Record<string, string[]> = {
  person: ['person_id', 'gender_concept_id', 'year_of_birth'],
  visit_occurrence: ['visit_occurrence_id', 'person_id', 'visit_start_date'],
  condition_occurrence: ['person_id', 'condition_start_date'],
  drug_exposure: ['person_id', 'drug_exposure_start_date'],
  procedure_occurrence: ['person_id', 'procedure_date'],
  measurement: ['person_id', 'measurement_date'],
  observation: ['person_id', 'observation_date'],
  device_exposure: ['person_id', 'device_exposure_start_date'],
  death: ['person_id', 'death_date'],
  concept: ['concept_id', 'concept_code', 'vocabulary_id'],
  concept_relationship: ['concept_id_1', 'concept_id_2', 'relationship_id'],
  concept_ancestor: ['ancestor_concept_id', 'descendant_concept_id'],
  vocabulary: ['vocabulary_id'],
};

/**
 * The table's own names of its columns by the CDM's.
 * @throws MissingColumnError where one of the vocabularies' is missing that is needed; of other tables `requireColumns` asks
 */
export function columnsOf(table: string, names: string[], where: string): Map<string, string> {
  if (VOCABULARY_TABLES.includes(table)) requireColumn(table, names, where);
  return new Map(names.map((name) => [name.toLowerCase(), name]));
}

/**
 * Sees to it that tables have the columns that nothing can be read without. One that lacks them and has no rows, as converters leave it,
 * is taken for one that is not there, and noted.
 * @throws MissingColumnError
 */
export async function requireColumns({ columns, where, tables, notes, database }: Source): Promise<void> {
  for (const [table, names] of [...columns]) {
    try {
      requireColumn(table, [...names], where.get(table) ?? table);
    } catch (error) {
      if (table === 'person' || (await hasRows(database, table))) throw error;
      notes.push({
        reason: `${table} has neither rows nor the columns of the CDM`,
        resourceType: table,
        where: where.get(table)!,
      });
      [columns, where, tables].forEach((all) => all.delete(table));
    }
  }
}

function requireColumn(table: string, names: string[], where: string): void {
  const found = new Set(names.map((name) => name.toLowerCase()));
  const missing = NEEDED[table]?.find((column) => !found.has(column));
  if (missing) throw new MissingColumnError(table, missing, where, names);
}

/**
 * Views without rows in place of tables that are not there: what asks for them finds nothing.
 * @param wanted those that are asked for; all by default
 * @throws MissingTableError
 */
export async function addEmptyTables(
  database: Sql,
  where: Map<string, string>,
  path: string,
  wanted?: ReadonlySet<string>,
): Promise<void> {
  if (!where.has('person')) throw new MissingTableError('person', path, [...where.keys()]);
  for (const { name, columns } of Object.values(READ_TABLES)) {
    if (where.has(name) || !(wanted?.has(name) ?? true)) continue;
    const empty = columns.map(({ name: column, type }) => `${emptyOf(type)} AS ${column}`);
    await database.run(`CREATE ${database.temporary}VIEW ${name} AS SELECT ${empty.join(', ')} WHERE false`);
  }
}
