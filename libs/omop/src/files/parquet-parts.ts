import { type Database, quote } from '@ehrsynth/duckdb';

/** Files with the same columns of the same types, and what DuckDB calls them. */
export interface ParquetPart {
  select: string;
  /** Type of each column by its name; null for one that only other parts have. */
  types: Map<string, string | null>;
}

/**
 * The files of a table in parts that are alike: one export has its ids as BIGINT and another as DOUBLE, or a day as DATE and as 20200131,
 * and what they have in common is their text. Each part has the columns of all, in any case.
 */
export async function parquetParts(database: Database, paths: string[]): Promise<ParquetPart[]> {
  const groups = await alike(database, paths);
  const parts: ParquetPart[] = [];
  for (const files of groups) {
    const select = `SELECT * FROM read_parquet([${files.map(quote).join(', ')}], union_by_name = true, hive_partitioning = false)`;
    const described = await database.all<{ column_name: string; column_type: string }>(`DESCRIBE ${select}`);
    parts.push({
      select,
      types: new Map(described.map(({ column_name, column_type }) => [column_name, column_type])),
    });
  }
  const all = new Map(parts.flatMap(({ types }) => [...types.keys()].map((name) => [name.toLowerCase(), name])));
  for (const { types } of parts) {
    const own = new Set([...types.keys()].map((name) => name.toLowerCase()));
    for (const [lower, name] of all) if (!own.has(lower)) types.set(name, null);
  }
  return parts;
}

async function alike(database: Database, paths: string[]): Promise<string[][]> {
  if (paths.length === 1) return [paths];
  const rows = await database.all<{ file: string; columns: string }>(
    `SELECT file_name AS file, string_agg(concat_ws(' ', lower(name), type, converted_type, logical_type), ',') AS columns
    FROM parquet_schema([${paths.map(quote).join(', ')}]) GROUP BY file_name ORDER BY file_name`,
  );
  const groups = new Map<string, string[]>();
  for (const { file, columns } of rows) groups.set(columns, [...(groups.get(columns) ?? []), file]);
  return [...groups.values()];
}
