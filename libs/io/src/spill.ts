import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashString } from '@ehrsynth/random';
import { fromSystemError } from './errors.ts';
import { OWN_FILES } from './limits.ts';
import { readLineBatches } from './read.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary.ts';

const PARTITIONS = 128;
const HELD_IN_MEMORY = 100_000;

interface Entry<Item> {
  key: string;
  item: Item;
}

/**
 * Groups any number of items by key in bounded memory: items are held by partition of their key's hash and go to
 * temporary files when there are many; `groups` then joins one partition after the other.
 */
export class Spill<Item> {
  private readonly partitions: Entry<Item>[][] = Array.from({ length: PARTITIONS }, () => []);
  private readonly capacity: number;
  private readonly parent: string | undefined;
  private held = 0;
  private folder: TemporaryFolder | undefined;

  /**
   * @param options capacity: how many items are held in memory at most; folder: in which the temporary files are put, as plain text,
   * by default that of the system
   */
  constructor({ capacity = HELD_IN_MEMORY, folder }: { capacity?: number; folder?: string } = {}) {
    this.capacity = capacity;
    this.parent = folder;
  }

  /** Gives what is to be waited for, where items go to the disk. */
  add(key: string, item: Item): Promise<void> | undefined {
    this.partitions[hashString(key) % PARTITIONS].push({ key, item });
    return ++this.held >= this.capacity ? this.flush() : undefined;
  }

  /** Each key with its items in the order in which they were added; the keys of a partition in name order. */
  async *groups(): AsyncGenerator<[key: string, items: Item[]]> {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const groups = new Map<string, Item[]>();
      for await (const entries of this.read(partition)) {
        for (const { key, item } of entries) {
          const group = groups.get(key);
          if (group) group.push(item);
          else groups.set(key, [item]);
        }
      }
      for (const key of [...groups.keys()].sort()) yield [key, groups.get(key)!];
    }
    await this.close();
  }

  /** Removes the temporary files. */
  async close(): Promise<void> {
    await this.folder?.remove();
  }

  /** Many at a time, in the order in which they were added. */
  private async *read(partition: number): AsyncGenerator<Entry<Item>[]> {
    if (this.folder) {
      for await (const lines of readLineBatches(this.file(partition), OWN_FILES))
        yield lines.map(({ text }) => JSON.parse(text) as Entry<Item>);
    }
    const held = this.partitions[partition];
    this.partitions[partition] = [];
    yield held;
  }

  private async flush(): Promise<void> {
    this.folder ??= await temporaryFolder(this.parent);
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const lines = this.partitions[partition].map((entry) => `${JSON.stringify(entry)}\n`);
      this.partitions[partition] = [];
      try {
        await appendFile(this.file(partition), lines.join(''), { mode: 0o600 });
      } catch (error) {
        throw fromSystemError(error, this.file(partition), 'write');
      }
    }
    this.held = 0;
  }

  private file(partition: number): string {
    return join(this.folder!.path, `${partition}.ndjson`);
  }
}
