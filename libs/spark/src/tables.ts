import { sparkName } from './dialect.ts';
import type { SparkSession } from './session.ts';

/** Spark's columns of SHOW TABLES, and Sail's. */
interface Shown {
  tableName?: string;
  name?: string;
  isTemporary?: boolean;
}

/** The tables and views of a schema; of two whose names differ in capitals alone, the one in small letters first. @throws SparkError */
export async function tableNames(session: SparkSession, catalog: string, schema: string): Promise<string[]> {
  const shown = await session.all<Shown>(`SHOW TABLES IN ${sparkName(catalog)}.${sparkName(schema)}`);
  const names = shown.filter(({ isTemporary }) => !isTemporary).map((row) => (row.tableName ?? row.name)!);
  return names.sort((a, b) => Number(a !== a.toLowerCase()) - Number(b !== b.toLowerCase()) || (a < b ? -1 : 1));
}

/** The catalog and schema that are given, or else the session's own. */
export async function placeIn(
  session: SparkSession,
  given: { catalog?: string; schema?: string },
): Promise<{ catalog: string; schema: string }> {
  const [own] = await session.all<{ catalog: string; schema: string }>(
    'SELECT current_catalog() AS catalog, current_schema() AS schema',
  );
  return { catalog: given.catalog ?? own.catalog, schema: given.schema ?? own.schema };
}
