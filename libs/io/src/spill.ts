import { mkdtempSync, rmSync } from 'node:fs';
import { appendFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashString } from '@ehrsynth/random';
import { fromSystemError } from './errors.ts';
import { readLines } from './read.ts';

const PARTITIONS = 128;
const HELD_IN_MEMORY = 100_000;

/**
 * Groups any number of items by key in bounded memory: items are held by partition of their key's hash and go to
 * temporary files when there are many; `groups` then joins one partition after the other.
 */
export class Spill<Item> {
  private readonly partitions: { key: string; item: Item }[][] = Array.from({ length: PARTITIONS }, () => []);
  private held = 0;
  private folder: string | undefined;
  private readonly onExit = () => this.folder && rmSync(this.folder, { recursive: true, force: true });

  /** @param capacity how many items are held in memory at most */
  constructor(private readonly capacity = HELD_IN_MEMORY) {}

  async add(key: string, item: Item): Promise<void> {
    this.partitions[hashString(key) % PARTITIONS].push({ key, item });
    if (++this.held >= this.capacity) await this.flush();
  }

  /** Each key with its items in the order in which they were added; the keys of a partition in name order. */
  async *groups(): AsyncGenerator<[key: string, items: Item[]]> {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const groups = new Map<string, Item[]>();
      for await (const { key, item } of this.read(partition)) {
        const group = groups.get(key);
        if (group) group.push(item);
        else groups.set(key, [item]);
      }
      for (const key of [...groups.keys()].sort()) yield [key, groups.get(key)!];
    }
    await this.close();
  }

  /** Removes the temporary files. */
  async close(): Promise<void> {
    if (this.folder) await rm(this.folder, { recursive: true, force: true });
    process.off('exit', this.onExit);
  }

  private async *read(partition: number): AsyncGenerator<{ key: string; item: Item }> {
    if (this.folder) {
      const path = this.file(partition);
      for await (const { text } of readLines(path)) yield JSON.parse(text) as { key: string; item: Item };
    }
    yield* this.partitions[partition];
    this.partitions[partition] = [];
  }

  private async flush(): Promise<void> {
    if (!this.folder) {
      this.folder = mkdtempSync(join(tmpdir(), 'ehrsynth-'));
      process.on('exit', this.onExit);
    }
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const lines = this.partitions[partition].map((entry) => `${JSON.stringify(entry)}\n`);
      this.partitions[partition] = [];
      try {
        await appendFile(this.file(partition), lines.join(''));
      } catch (error) {
        throw fromSystemError(error, this.file(partition), 'write');
      }
    }
    this.held = 0;
  }

  private file(partition: number): string {
    return join(this.folder!, `${partition}.ndjson`);
  }
}
