import { placeIn, SparkError, sparkName, type SparkSession, tableNames } from '@ehrsynth/spark';
import { NoMedsTablesError } from '../errors.ts';

/** A table of a MEDS dataset on Spark. */
export interface MedsTable {
  /** Its whole name in Spark's SQL. */
  from: string;
  /** For messages. */
  where: string;
  /** DuckDB's name of each column's type, as the standard's rules have them. */
  types: Map<string, string>;
}

/** The tables of a dataset: its rows, and what metadata/ has in files. */
export type MedsTables = { data: MedsTable } & Partial<Record<'codes' | 'subject_splits', MedsTable>>;

/**
 * The tables `data`, `codes` and `subject_splits` of a schema.
 * @throws NoMedsTablesError, SparkError
 */
export async function medsTables(
  session: SparkSession,
  given: { catalog?: string; schema?: string },
): Promise<MedsTables> {
  const { catalog, schema } = await placeIn(session, given);
  const where = `${session.where}, schema ${catalog}.${schema}`;
  const names = await tableNames(session, catalog, schema).catch((error) => {
    if (error instanceof SparkError && /NOT_FOUND|NO_SUCH|not found/i.test(`${error.errorClass} ${error.message}`))
      throw new NoMedsTablesError(where, []);
    throw error;
  });
  const found: Partial<MedsTables> = {};
  for (const name of names) {
    const table = name.toLowerCase();
    if (!isOfMeds(table) || found[table]) continue;
    const from = [catalog, schema, name].map(sparkName).join('.');
    const columns = await session.columns(`SELECT * FROM ${from}`);
    const types = new Map(columns.map((column) => [column.name, duckdbType(column.type)]));
    found[table] = { from, where: `${where}, table ${name}`, types };
  }
  if (!found.data) throw new NoMedsTablesError(where, names);
  return found as MedsTables;
}

function isOfMeds(table: string): table is keyof MedsTables {
  return ['data', 'codes', 'subject_splits'].includes(table);
}

/** Spark's types that DuckDB calls otherwise. */
const TYPES: Record<string, string> = {
  string: 'VARCHAR',
  timestamp_ntz: 'TIMESTAMP',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  int: 'INTEGER',
  array: 'VARCHAR[]',
  void: '"NULL"',
  null: '"NULL"',
};

function duckdbType(type: string): string {
  return TYPES[type] ?? type.toUpperCase();
}
