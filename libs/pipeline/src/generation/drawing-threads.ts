import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Chunk, DrawingSetting, Range } from './draw-chunks.ts';
import { DrawingThreadError } from '../errors.ts';

/** Chunks that wait at each thread, so that it never waits for the writer. */
const WAITING = 2;

/**
 * Draws chunks on several threads, each with the model on an engine of its own that takes one core, and gives them in their order.
 * @throws DrawingThreadError where a thread ends before its work; the signal's reason, once it is given
 */
export async function* drawOnThreads(
  chunks: readonly Range[],
  threads: number,
  setting: DrawingSetting,
  signal?: AbortSignal,
): AsyncGenerator<Chunk> {
  const workers = Array.from({ length: threads }, () => new DrawingThread(setting));
  const stop = () => workers.forEach((worker) => worker.fail(signal!.reason));
  signal?.addEventListener('abort', stop);
  const pending: Promise<Chunk>[] = [];
  try {
    signal?.throwIfAborted();
    for (const [i, chunk] of chunks.entries()) {
      const drawn = workers[i % threads].draw(chunk);
      // One that fails before its turn comes must not end the process; and what is not waited for any more may fail in peace.
      drawn.catch(() => {});
      pending.push(drawn);
      if (pending.length >= threads * WAITING) yield await pending.shift()!;
    }
    while (pending.length > 0) yield await pending.shift()!;
  } finally {
    signal?.removeEventListener('abort', stop);
    await Promise.all(workers.map((worker) => worker.end()));
  }
}

class DrawingThread {
  private readonly worker: Worker;
  private readonly waiting: { resolve(chunk: Chunk): void; reject(error: unknown): void }[] = [];
  /** Why it can draw no more. */
  private failure: unknown;

  constructor(setting: DrawingSetting) {
    // The compiled library, from the sources' tests too: a thread is started from a file of JavaScript.
    const file = fileURLToPath(new URL('../../workers/draw.mjs', import.meta.url));
    const env = { ...process.env, EHRSYNTH_THREADS: '1' };
    this.worker = new Worker(file, { workerData: setting, env, execArgv: [] });
    this.worker.on('message', (chunk: Chunk) => this.waiting.shift()?.resolve(chunk));
    this.worker.on('error', (error) => this.fail(new DrawingThreadError(error.message, error)));
    this.worker.on('exit', (code) => this.fail(new DrawingThreadError(`exit code ${code}`)));
  }

  draw(chunk: Range): Promise<Chunk> {
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) return reject(this.failure);
      this.waiting.push({ resolve, reject });
      this.worker.postMessage(chunk);
    });
  }

  /** What waits for the thread, or will, gets the error. */
  fail(error: unknown): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}
