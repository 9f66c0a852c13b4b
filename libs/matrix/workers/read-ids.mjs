// Reads the ids of a rows.parquet. Answers {ids}, {fault} in words, {system} error, or {} where the file is damaged.
import { parentPort, workerData } from 'node:worker_threads';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';

const { path, rows } = workerData;
parentPort.postMessage(
  await read().catch(({ code, message }) => (/^E[A-Z]+$/.test(code ?? '') ? { system: { code, message } } : {})),
);

async function read() {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const groups = metadata.row_groups.map(({ num_rows }) => Number(num_rows));
  if (groups.reduce((sum, count) => sum + count, 0) !== rows || groups.some((count) => count < 0))
    return { fault: `${metadata.num_rows} rows, and ${rows} in matrix.npz` };
  const table = await parquetReadObjects({ file, metadata, columns: ['id'] });
  if (table.length !== rows) return { fault: `${table.length} ids, and ${rows} rows in matrix.npz` };
  const row = table.findIndex(({ id }) => typeof id !== 'string');
  if (row !== -1) return { fault: `row ${row} has no id` };
  return { ids: table.map(({ id }) => id) };
}
