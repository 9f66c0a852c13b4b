import { Worker } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import type { RowParts } from './code-matrix.ts';
import { RowReaderError } from './errors.ts';
import type { NpzFile } from './npz/npz-file.ts';

/**
 * Asks a thread of its own for rows of a matrix on disk; answers come in the order of the questions. Once the thread has ended, whatever
 * ended it, every question that waits or comes later is rejected with RowReaderError.
 */
export class RowReader {
  private readonly worker: Worker;
  private readonly waiting: { resolve: (parts: RowParts) => void; reject: (error: Error) => void }[] = [];
  private failure: RowReaderError | undefined;

  constructor(private readonly npz: Pick<NpzFile, 'path' | 'rows' | 'indptr' | 'entryStarts'>) {
    const indptr = new Int32Array(new SharedArrayBuffer(4 * (npz.rows + 1)));
    indptr.set(npz.indptr);
    const workerData = { path: npz.path, starts: npz.entryStarts, indptr };
    this.worker = new Worker(fileURLToPath(new URL('../workers/read-rows.mjs', import.meta.url)), {
      workerData,
    });
    this.worker.unref();
    this.worker.on('message', (answer: RowParts & { error?: Error }) => {
      const { resolve, reject } = this.waiting.shift()!;
      // It keeps the process alive only while somebody waits for it.
      if (this.waiting.length === 0) this.worker.unref();
      if (answer.error) reject(new RowReaderError(this.npz.path, answer.error));
      else resolve(answer);
    });
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', () => this.fail());
  }

  async take(rows: Int32Array): Promise<RowParts> {
    if (this.failure) throw this.failure;
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.worker.ref();
      this.worker.postMessage({ rows: rows.slice() });
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private fail(cause?: unknown): void {
    this.failure ??= new RowReaderError(this.npz.path, cause);
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
  }
}
