// Prints, of each table of a DuckDB file, its columns, how many rows it has and the sum of them. In a process of its own, since DuckDB's
// files differ in their bytes from run to run, where their rows do not, and whoever asks wants an answer at once.
import { DuckDBInstance } from '@duckdb/node-api';

const instance = await DuckDBInstance.create(process.argv[2], { access_mode: 'READ_ONLY' });
const connection = await instance.connect();
const rowsOf = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();
const columns = await rowsOf(
  "SELECT table_name, string_agg(column_name || ' ' || data_type, ', ' ORDER BY column_index) FROM duckdb_columns() WHERE NOT internal GROUP BY ALL ORDER BY ALL",
);
for (const [table, types] of columns) {
  const name = `"${String(table).replaceAll('"', '""')}"`;
  const [sum] = await rowsOf(
    `SELECT count(*), md5(coalesce(string_agg(one::VARCHAR, '|' ORDER BY one::VARCHAR), '')) FROM ${name} one`,
  );
  console.log(JSON.stringify([table, types, ...sum]));
}
connection.closeSync();
