import { SparkError, sparkName, type SparkColumn, type SparkSession, tableNames } from '@ehrsynth/spark';
import { READ_TABLES } from '../cdm/tables.ts';
import { NoSparkSchemaError } from './errors.ts';

/** What of a schema can be asked as a table of the CDM: a table or a view. */
export interface SparkTable {
  /** Its name as the schema has it. */
  name: string;
  /** Its whole name in SQL. */
  from: string;
  /** Of a table that is asked for. */
  columns: SparkColumn[];
}

export interface SparkSchema {
  /** By the CDM's names of the tables. */
  tables: Map<string, SparkTable>;
  /** What cannot be read, by its name, and why. */
  denied: Map<string, SparkError>;
  /** Names of other tables. */
  others: string[];
}

/** Says where a schema is, for the user. */
export function placeOf({ where }: SparkSession, catalog: string, schema: string): string {
  return `${where}, schema ${catalog}.${schema}`;
}

/**
 * The tables and views of a schema that are the CDM's, with the columns of those that are asked for.
 * @param needs the table without which it is none to read
 * @throws NoSparkSchemaError, SparkError
 */
export async function sparkSchema(
  session: SparkSession,
  {
    catalog,
    schema,
    needs,
    isAsked,
  }: { catalog: string; schema: string; needs: 'person' | 'concept'; isAsked: (table: string) => boolean },
): Promise<SparkSchema> {
  const where = placeOf(session, catalog, schema);
  const whole = `${sparkName(catalog)}.${sparkName(schema)}`;
  const names = await tableNames(session, catalog, schema).catch(async (error) => {
    if (!isNoSchema(error)) throw error;
    throw new NoSparkSchemaError(needs, { where, isThere: false, names: await schemaNames(session, catalog) });
  });
  const found: SparkSchema = { tables: new Map(), denied: new Map(), others: [] };
  for (const name of names) {
    const table = name.toLowerCase();
    if (!READ_TABLES[table] || found.tables.has(table)) {
      found.others.push(name);
      continue;
    }
    const from = `${whole}.${sparkName(name)}`;
    try {
      const columns = isAsked(table) ? await session.columns(`SELECT * FROM ${from}`) : [];
      found.tables.set(table, { name, from, columns });
    } catch (error) {
      if (!(error instanceof SparkError) || table === needs) throw error;
      found.denied.set(table, error);
    }
  }
  if (!found.tables.has(needs)) throw new NoSparkSchemaError(needs, { where, isThere: true, names });
  return found;
}

async function schemaNames(session: SparkSession, catalog: string): Promise<string[]> {
  const shown = await session
    .all<{ namespace?: string; databaseName?: string; name?: string }>(`SHOW SCHEMAS IN ${sparkName(catalog)}`)
    .catch(() => []);
  return shown.map((row) => (row.namespace ?? row.databaseName ?? row.name)!).sort();
}

function isNoSchema(error: unknown): boolean {
  if (!(error instanceof SparkError)) return false;
  const { errorClass, message } = error.fault;
  return /(SCHEMA|CATALOG|NAMESPACE)\w*NOT_FOUND|NO_SUCH|Database not found|Catalog not found/i.test(
    `${errorClass} ${message}`,
  );
}
