import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { fromSystemError, listFiles, readLines } from '@ehrsynth/io';
import { type CdmType, sqlType, TABLES } from '../cdm/tables.ts';
import { type Database, openDatabase, quote } from '../database.ts';
import { BrokenTableError, MissingColumnError, MissingTableError } from '../errors.ts';

const FILE = /^(.+)\.(csv|tsv|txt|parquet)(\.gz)?$/i;

/** A CDM whose tables can be asked by SQL under their own names, whatever it is kept in. */
export interface Source {
  database: Database;
  /** Tables that are there, of those that we know. */
  tables: Set<string>;
  /** Where each is: a file, or a table of the database. */
  where: Map<string, string>;
  close(): Promise<void>;
}

/** Bytes of a file that a thread holds: several files are read beside each other. */
const BUFFER = 8 << 20;

/** Columns without which a table says nothing. Others that are missing are read as empty. */
const NEEDED: Record<string, string[]> = {
  person: ['person_id', 'gender_concept_id', 'year_of_birth'],
  visit_occurrence: ['visit_occurrence_id', 'person_id', 'visit_start_date'],
  condition_occurrence: ['person_id', 'condition_start_date'],
  drug_exposure: ['person_id', 'drug_exposure_start_date'],
  procedure_occurrence: ['person_id', 'procedure_date'],
  measurement: ['person_id', 'measurement_date'],
  death: ['person_id', 'death_date'],
  concept: ['concept_id', 'concept_code', 'vocabulary_id'],
};

/**
 * Opens a folder of CSV (comma, or tab as Athena writes it) or Parquet, or a DuckDB file. Texts become the CDM's types; a value
 * that cannot is empty, and told of by `wrongTypes`.
 * @throws MissingTableError, MissingColumnError, BrokenTableError; UserError where the path cannot be read
 */
export async function openSource(path: string): Promise<Source> {
  const found = await stat(path).catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  return found.isDirectory() ? openFolder(path) : openFile(path);
}

async function openFolder(path: string): Promise<Source> {
  const database = await openDatabase();
  const where = new Map<string, string>();
  for (const file of await listFiles(path)) {
    const [, name, kind] = FILE.exec(basename(file)) ?? [];
    const table = name?.toLowerCase();
    if (!table || !TABLES[table]) continue;
    where.set(table, file);
    const reading =
      kind.toLowerCase() === 'parquet' ? `read_parquet(${quote(file)})` : await csvReading(file);
    await asText(database, table, `SELECT * FROM ${reading}`, file);
  }
  return finish(database, where, path);
}

async function openFile(path: string): Promise<Source> {
  const database = await openDatabase();
  try {
    await database.run(`ATTACH ${quote(path)} AS cdm (READ_ONLY)`);
  } catch (error) {
    throw new BrokenTableError('of the database', path, error as Error);
  }
  const where = new Map<string, string>();
  const tables = await database.all<{ schema: string; name: string }>(
    "SELECT table_schema AS schema, table_name AS name FROM information_schema.tables WHERE table_catalog = 'cdm'",
  );
  for (const { schema, name } of tables) {
    const table = name.toLowerCase();
    if (!TABLES[table] || where.has(table)) continue;
    where.set(table, `${path}, table ${schema}.${name}`);
    await asText(database, table, `SELECT * FROM cdm."${schema}"."${name}"`, path);
  }
  return finish(database, where, path);
}

/** Athena's files have tabs and no quotes; others commas and quotes. */
async function csvReading(file: string): Promise<string> {
  let header = '';
  for await (const { text } of readLines(file)) {
    header = text;
    break;
  }
  const dialect = header.includes('\t')
    ? "delim = '\\t', quote = '', escape = ''"
    : `delim = ',', quote = '"'`;
  return `read_csv(${quote(file)}, header = true, all_varchar = true, null_padding = true, buffer_size = ${BUFFER}, ${dialect})`;
}

/** raw_TABLE, every column a text of its own name in small letters; columns that are missing are empty. */
async function asText(database: Database, table: string, select: string, where: string): Promise<void> {
  let names: string[];
  try {
    const described = await database.all<{ column_name: string }>(`DESCRIBE ${select}`);
    names = described.map(({ column_name }) => column_name);
  } catch (error) {
    throw new BrokenTableError(table, where, error as Error);
  }
  const byName = new Map(names.map((name) => [name.toLowerCase(), name]));
  for (const column of NEEDED[table] ?? []) {
    if (!byName.has(column)) throw new MissingColumnError(table, column, where, names);
  }
  const columns = TABLES[table].columns.map(({ name }) => {
    const own = byName.get(name);
    return own ? `CAST("${own}" AS VARCHAR) AS ${name}` : `CAST(NULL AS VARCHAR) AS ${name}`;
  });
  await database.run(`CREATE VIEW raw_${table} AS SELECT ${columns.join(', ')} FROM (${select})`);
  const typed = TABLES[table].columns.map(({ name, type }) => `${cast(name, type)} AS ${name}`);
  await database.run(`CREATE VIEW ${table} AS SELECT ${typed.join(', ')} FROM raw_${table}`);
}

/** A concept's or person's key may be larger than the CDM's integer; a date may have a time. */
export function cast(column: string, type: CdmType): string {
  if (type === 'integer') return `TRY_CAST(nullif(${column}, '') AS BIGINT)`;
  if (type === 'date') return `TRY_CAST(left(nullif(${column}, ''), 10) AS DATE)`;
  if (type === 'text' || type.startsWith('varchar')) return `nullif(${column}, '')`;
  return `TRY_CAST(nullif(${column}, '') AS ${sqlType(type)})`;
}

async function finish(database: Database, where: Map<string, string>, path: string): Promise<Source> {
  if (!where.has('person')) {
    await database.close();
    throw new MissingTableError('person', path, [...where.keys()]);
  }
  // Tables that are not there are empty ones: what asks for them finds nothing.
  for (const { name, columns } of Object.values(TABLES)) {
    if (where.has(name)) continue;
    for (const prefix of ['raw_', '']) {
      const empty = columns.map(({ name: column, type }) => {
        const kind = prefix || type === 'text' || type.startsWith('varchar') ? 'VARCHAR' : type === 'integer' ? 'BIGINT' : sqlType(type); // prettier-ignore
        return `CAST(NULL AS ${kind}) AS ${column}`;
      });
      await database.run(`CREATE VIEW ${prefix}${name} AS SELECT ${empty.join(', ')} WHERE false`);
    }
  }
  return { database, tables: new Set(where.keys()), where, close: () => database.close() };
}
