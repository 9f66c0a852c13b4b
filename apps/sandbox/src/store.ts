import { existsSync } from 'node:fs';
import { appendFile, type FileHandle, mkdir, open, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { fromSystemError, lockOutput, OWN_FILES, readLines, UserError } from '@ehrsynth/io';
import { Rejection } from './rejection.ts';
import type { Change, Repository } from './repository.ts';

const LOG = 'changes.ndjson';

/**
 * Keeps what the repository holds in a folder: what a request or transaction changed, as a line of a log that is read again
 * at the next start.
 */
export class Store {
  private constructor(
    private readonly log: FileHandle,
    /** Bytes of whole lines. What stands behind them is of a write that failed. */
    private size: number,
    private readonly unlock: () => void,
    /** Something stands behind the whole lines. */
    private isTorn = false,
  ) {}

  /**
   * Reads the log into the repository and opens it to go on. A last line that was cut off is dropped.
   * @throws UserError where the log is damaged elsewhere, the folder cannot be written, or another sandbox has it
   */
  static async open(folder: string, repository: Repository): Promise<Store> {
    let unlock: (() => void) | undefined;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      unlock = lockOutput(folder);
      const path = join(folder, LOG);
      if (existsSync(path)) await replay(path, repository);
      // Not to append: a write that failed half-way is written over.
      const log = await open(path, existsSync(path) ? 'r+' : 'w+', 0o600);
      return new Store(log, (await log.stat()).size, unlock);
    } catch (error) {
      unlock?.();
      throw fromSystemError(error, folder, 'write');
    }
  }

  /**
   * Writes what belongs together; settles when it is with the operating system.
   * @throws Rejection where it cannot be written (507: the disk is full); the log is then as it was before
   */
  async write(changes: Change[]): Promise<void> {
    const line = Buffer.from(`${JSON.stringify(changes)}\n`);
    try {
      if (this.isTorn) await this.log.truncate(this.size);
      this.isTorn = true;
      for (let done = 0; done < line.length;) {
        const { bytesWritten } = await this.log.write(line, done, line.length - done, this.size + done);
        done += bytesWritten;
      }
      this.size += line.length;
      this.isTorn = false;
    } catch (error) {
      // Where this fails too, the next write tries it again, and the next start drops the half line.
      await this.log.truncate(this.size).then(
        () => (this.isTorn = false),
        () => {},
      );
      throw notStored(error as NodeJS.ErrnoException);
    }
  }

  async close(): Promise<void> {
    await this.log.close();
    this.unlock();
  }
}

function notStored({ code = 'unknown' }: NodeJS.ErrnoException): Rejection {
  const isFull = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code);
  return isFull
    ? Rejection.because(507, 'no-store', `The sandbox's disk is full (${code}): nothing of this request was stored`)
    : Rejection.because(
        500,
        'no-store',
        `The sandbox's disk reports an error (${code}): nothing of this request was stored`,
      );
}

async function replay(path: string, repository: Repository): Promise<void> {
  let good = 0;
  let broken: number | undefined;
  await repository.withSeeding(async () => {
    for await (const { text, number } of readLines(path, OWN_FILES)) {
      if (broken !== undefined) throw new DamagedLogError(path, broken);
      let changes: Change[];
      try {
        changes = JSON.parse(text) as Change[];
      } catch {
        broken = number;
        continue;
      }
      good += Buffer.byteLength(text) + 1;
      for (const change of changes) {
        if ('put' in change) await repository.createResource(change.put, { assignedId: true }, true);
        else await repository.deleteResource(...(change.delete.split('/') as [string, string]));
      }
    }
  });
  const { size } = await stat(path);
  if (size > good) await truncate(path, good);
  if (size < good) await appendFile(path, '\n'); // The last line was whole but for its end.
}

export class DamagedLogError extends UserError {
  constructor(path: string, line: number) {
    super('damaged-log', 1, "The sandbox's data is damaged", {
      where: `${path}, line ${line}`,
      todo: 'Remove the line, or start with an empty folder.',
    });
  }
}
