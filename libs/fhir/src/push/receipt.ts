import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle, OperationOutcome } from 'fhir/r4.js';
import { fromSystemError, makeFolder, OWN_FILES, readLines, redactUrls } from '@ehrsynth/io';
import { ReceiptError } from './errors.ts';

/** A resource that the server has now. */
export interface Entry {
  unit: string;
  /** By which the source refers to it. */
  key: string;
  /** Type/id on the server. */
  id: string;
  /** Whether this push made it; what was there before is not ours to delete. */
  made: boolean;
}

type Line =
  Entry | { unit: string; begun: string } | { unit: string; done: true } | { server: string } | { push: string };

/** What is kept is of patients: for the owner alone. */
const OWNER = { mode: 0o600 };
const FILE = 'receipt.jsonl';
const REJECTED = 'rejected';
/** Name of the unit that others may refer to. */
export const SHARED = 'shared';

/** Type/id: what is deleted by a receipt is named by it, and nothing that would be a search. */
function isOfServer(id: unknown): boolean {
  return typeof id === 'string' && /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.test(id);
}

/** What has been sent and what came of it, a line each, written as it happens: a killed run goes on from it. */
export class Receipt {
  readonly done = new Set<string>();
  /** Units that were sent at least once. */
  private readonly begun = new Set<string>();
  /** Drawn at random: marks what this push creates. */
  push = '';
  readonly entries: Entry[] = [];
  private rejections = 0;

  private constructor(
    readonly folder: string,
    /** Only entries of these are kept in memory; undefined: of all. */
    private readonly kept: ((unit: string) => boolean) | undefined,
  ) {}

  /** @throws ReceiptError where there is one already, or one of another server */
  static async create(folder: string, server: string, kept?: (unit: string) => boolean): Promise<Receipt> {
    if (existsSync(join(folder, FILE)))
      throw new ReceiptError(
        folder,
        'The folder has the receipt of an earlier push',
        'Continue from it with --resume, or choose another folder with -o.',
      );
    try {
      makeFolder(folder, 0o700);
    } catch (error) {
      throw fromSystemError(error, folder, 'write');
    }
    const receipt = new Receipt(folder, kept);
    await receipt.write({ server }, { push: randomUUID() });
    return receipt;
  }

  /** Reads a receipt to go on from it. @throws ReceiptError where there is none, or one of another server */
  static async open(folder: string, server: string, kept?: (unit: string) => boolean): Promise<Receipt> {
    const path = join(folder, FILE);
    if (!existsSync(path))
      throw new ReceiptError(folder, 'The folder has no receipt of a push', 'Give the folder of an earlier push.');
    const receipt = new Receipt(folder, kept);
    for await (const { text, number } of readLines(path, OWN_FILES)) {
      let line: Line;
      try {
        line = JSON.parse(text) as Line;
      } catch {
        continue; // As a kill leaves the last line; what it named is sent again, and created once.
      }
      if (typeof line !== 'object' || line === null) continue;
      if ('server' in line && line.server !== server) {
        throw new ReceiptError(
          path,
          `The receipt belongs to another server: ${redactUrls(String(line.server))}`,
          'Give the same --server as in that push.',
        );
      }
      if ('id' in line && !isOfServer(line.id)) {
        const what = 'The receipt names something that is not a resource of a server';
        throw new ReceiptError(`${path}, line ${number}`, what, 'Remove the line if you know how it got there.');
      }
      receipt.take(line);
    }
    await appendFile(path, '\n'); // Should the last line have been cut off.
    // One of a version that did not mark what it made.
    if (receipt.push === '') await receipt.write({ push: randomUUID() });
    return receipt;
  }

  /** Notes that a unit is about to be sent. Gives whether it had been before. */
  async begin(unit: string): Promise<boolean> {
    if (this.begun.has(unit)) return true;
    await this.write({ unit, begun: new Date().toISOString() });
    return false;
  }

  async add(entries: Entry[]): Promise<void> {
    await this.write(...entries);
  }

  async finish(unit: string): Promise<void> {
    await this.write({ unit, done: true });
  }

  /** Forgets what was turned down before: it is sent again. */
  async retryRejected(): Promise<void> {
    await rm(join(this.folder, REJECTED), { recursive: true, force: true });
  }

  /** Keeps a bundle that the server turned down, with what it said. */
  async reject(bundle: Bundle, outcome: OperationOutcome): Promise<void> {
    const folder = join(this.folder, REJECTED);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const name = String(++this.rejections).padStart(4, '0');
    await writeFile(join(folder, `${name}.bundle.json`), `${JSON.stringify(bundle, null, 1)}\n`, OWNER);
    await writeFile(join(folder, `${name}.outcome.json`), `${JSON.stringify(outcome, null, 1)}\n`, OWNER);
  }

  private async write(...lines: Line[]): Promise<void> {
    lines.forEach((line) => this.take(line));
    await appendFile(join(this.folder, FILE), lines.map((line) => `${JSON.stringify(line)}\n`).join(''), OWNER);
  }

  private take(line: Line): void {
    if ('push' in line) this.push = line.push;
    else if ('begun' in line) this.begun.add(line.unit);
    else if ('done' in line) this.done.add(line.unit);
    else if ('key' in line && (this.kept?.(line.unit) ?? true)) this.entries.push(line);
  }
}
