// Reads rows of a matrix.npz from where they lie, while the thread that asked computes. A message {rows} is answered by
// {indptr, indices, values} of those rows, or {error}.
import { openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

const { path, starts, indptr } = workerData;
const file = openSync(path, 'r');

parentPort.on('message', ({ rows }) => {
  try {
    const parts = read(rows);
    parentPort.postMessage(
      parts,
      Object.values(parts).map(({ buffer }) => buffer),
    );
  } catch (error) {
    parentPort.postMessage({ error });
  }
});

function read(rows) {
  const ends = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => (ends[i + 1] = ends[i] + indptr[row + 1] - indptr[row]));
  const parts = { indptr: ends };
  for (const [name, start] of Object.entries(starts)) {
    const numbers = new Int32Array(ends[rows.length]);
    const bytes = new Uint8Array(numbers.buffer);
    rows.forEach((row, i) => {
      const length = 4 * (ends[i + 1] - ends[i]);
      const done = length > 0 ? readSync(file, bytes, 4 * ends[i], length, start + 4 * indptr[row]) : 0;
      if (done < length) throw new Error(`${path} is too short`);
    });
    parts[name] = numbers;
  }
  return parts;
}
