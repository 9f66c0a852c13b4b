import { once } from 'node:events';
import { createWriteStream, existsSync, type WriteStream } from 'node:fs';
import { appendFile, mkdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { readLines, UserError } from '@ehrsynth/io';
import type { Change, Repository } from './repository.ts';

const LOG = 'changes.ndjson';

/**
 * Keeps what the repository holds in a folder: what a request or transaction changed, as a line of a log that is read again
 * at the next start.
 */
export class Store {
  private constructor(private readonly log: WriteStream) {}

  /**
   * Reads the log into the repository and opens it to go on. A last line that was cut off is dropped.
   * @throws UserError where the log is damaged elsewhere
   */
  static async open(folder: string, repository: Repository): Promise<Store> {
    await mkdir(folder, { recursive: true });
    const path = join(folder, LOG);
    if (existsSync(path)) await replay(path, repository);
    const log = createWriteStream(path, { flags: 'a' });
    await once(log, 'open');
    return new Store(log);
  }

  /** Writes what belongs together; settles when it is with the operating system. */
  async write(changes: Change[]): Promise<void> {
    const text = `${JSON.stringify(changes)}\n`;
    const failed = await new Promise((resolve) => this.log.write(text, resolve));
    if (failed) throw failed;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.log.end(resolve));
  }
}

async function replay(path: string, repository: Repository): Promise<void> {
  let good = 0;
  let broken: number | undefined;
  await repository.withSeeding(async () => {
    for await (const { text, number } of readLines(path)) {
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
      todo: 'Take the line out, or start with an empty folder.',
    });
  }
}
