import { Worker } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { asMatrixError, BrokenMatrixError } from './errors.ts';

/** Memory that reading may take: so much, and more for each row. */
const LEAST_MB = 256;
const ROWS_A_MB = 1000;
/** Time that it may take: a minute, and a millisecond for each row, a thousand times what it takes. */
const LEAST_MS = 60_000;

const WORKER = fileURLToPath(new URL('../workers/read-ids.mjs', import.meta.url));

/**
 * The ids in a rows.parquet that has so many rows. Another thread reads them, in bounded memory and time: the reader of Parquet trusts the
 * lengths that it finds in a damaged file, and may go round in circles.
 * @throws BrokenMatrixError, UserError
 */
export async function readIds(path: string, rows: number): Promise<string[]> {
  const resourceLimits = { maxOldGenerationSizeMb: LEAST_MB + Math.ceil(rows / ROWS_A_MB) };
  const worker = new Worker(WORKER, { workerData: { path, rows }, resourceLimits });
  let timer: NodeJS.Timeout | undefined;
  const answer = await new Promise<Answer>((resolve) => {
    worker.on('message', resolve);
    worker.on('error', () => resolve({}));
    worker.on('exit', () => resolve({}));
    timer = setTimeout(() => resolve({}), LEAST_MS + rows);
  });
  clearTimeout(timer);
  await worker.terminate();
  if (answer.ids) return answer.ids;
  if (answer.system) throw asMatrixError(answer.system, path);
  throw new BrokenMatrixError(path, answer.fault ?? 'the file is damaged');
}

interface Answer {
  ids?: string[];
  /** What is wrong with the file. */
  fault?: string;
  /** A system error. */
  system?: Error;
}
