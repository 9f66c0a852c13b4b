import { Worker } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import type { Text } from '../read/files.ts';
import type { SharedFiles } from './context.ts';
import { CheckingThreadError } from './errors.ts';
import type { Which } from './structure.ts';
import type { Checked } from './validator.ts';

export interface WorkerSetting {
  files: SharedFiles;
  which: Which;
}

/** Characters that one message carries: enough that its cost does not count, few enough that memory stays small. */
const BATCH_CHARACTERS = 1 << 20;
/** Batches that wait at each worker, so that it never waits for the reader. */
const WAITING = 2;

/**
 * Checks texts on several threads and gives what each found, in their order. The reader of the texts runs here; parsing
 * and checking run there.
 * @throws CheckingThreadError where a thread ends before its work
 */
export async function* checkOnThreads(
  texts: AsyncIterable<Text>,
  threads: number,
  setting: WorkerSetting,
): AsyncGenerator<Checked> {
  const workers = Array.from({ length: threads }, () => new CheckingThread(setting));
  const pending: Promise<Checked[]>[] = [];
  try {
    let next = 0;
    for await (const batch of batches(texts)) {
      const checked = workers[next++ % threads].check(batch);
      // One that fails before its turn comes must not end the process; and what is not waited for any more may fail in peace.
      checked.catch(() => {});
      pending.push(checked);
      if (pending.length >= threads * WAITING) yield* await pending.shift()!;
    }
    while (pending.length > 0) yield* await pending.shift()!;
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
}

class CheckingThread {
  private readonly worker: Worker;
  private readonly waiting: {
    first: string;
    resolve(checked: Checked[]): void;
    reject(error: unknown): void;
  }[] = [];
  /** Why it can check no more. */
  private ended: { why: string; cause?: unknown } | undefined;

  constructor(setting: WorkerSetting) {
    // The compiled library, from the sources' tests too: a thread is started from a file of JavaScript.
    const file = fileURLToPath(new URL('../../workers/validate.mjs', import.meta.url));
    this.worker = new Worker(file, { workerData: setting, execArgv: [] });
    this.worker.on('message', (checked: Checked[]) => this.waiting.shift()?.resolve(checked));
    this.worker.on('error', (error) => this.fail(error instanceof Error ? error.message : String(error), error));
    this.worker.on('exit', (code) => this.fail(`exit code ${code}`));
  }

  check(batch: Text[]): Promise<Checked[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ first: batch[0].where, resolve, reject });
      if (this.ended) this.fail(this.ended.why, this.ended.cause);
      else this.worker.postMessage(batch);
    });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  /** What waits for the thread, or will, learns why it has no answer. */
  private fail(why: string, cause?: unknown): void {
    this.ended ??= { why, cause };
    for (const { first, reject } of this.waiting.splice(0))
      reject(new CheckingThreadError(this.ended.why, `${first}, or after it`, this.ended.cause));
  }
}

async function* batches(texts: AsyncIterable<Text>): AsyncGenerator<Text[]> {
  let batch: Text[] = [];
  let characters = 0;
  for await (const text of texts) {
    batch.push(text);
    characters += text.text.length;
    if (characters < BATCH_CHARACTERS) continue;
    yield batch;
    batch = [];
    characters = 0;
  }
  if (batch.length > 0) yield batch;
}
