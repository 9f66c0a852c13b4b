import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packFolder, shortHash } from './folder-archive.ts';
import { NoScriptsError, SparkError } from './errors.ts';
import { scriptQuery, type Sent, type Word } from './scripts.ts';
import type { SparkSession } from './session.ts';

/** Where executors have this program from. */
export interface Program {
  /** An archive that `ehrsynth bundle` wrote: a file of this machine, or a place on the cluster's storage. */
  bundle?: string;
  /** A shell's command that starts it where it is installed on each node. */
  executor?: string;
}

/** The program in a bundle. */
const IN_BUNDLE = 'bin/ehrsynth';
/** Faults that are none of TRANSFORM's. */
const OTHER_FAULTS = /^(UNAVAILABLE|UNAUTHENTICATED|PERMISSION_DENIED|DEADLINE_EXCEEDED|CANCELLED)$/;

/** Executors of a cluster that run tasks of this program: `ehrsynth task NAME`, with a line in for each row and lines out. */
export class Executors {
  private constructor(
    readonly session: SparkSession,
    private readonly start: { command?: string; words: Word[] },
  ) {}

  /** @throws NoScriptsError where the server runs no scripts, NotTakenError, SparkError */
  static async open(session: SparkSession, { bundle, executor }: Program): Promise<Executors> {
    await refuseWithoutScripts(session);
    if (bundle === undefined) return new Executors(session, { command: executor ?? 'ehrsynth', words: [] });
    const alias = `ehrsynth-${await shortHash(bundle)}`;
    await session.addArchive(bundle, alias);
    return new Executors(session, { words: [{ sent: alias, path: IN_BUNDLE }] });
  }

  /** Sends a folder of this machine, and gives what names it among the words of a task. @throws NotTakenError, SparkError */
  async addFolder(folder: string): Promise<Sent> {
    const path = join(tmpdir(), `ehrsynth-${randomUUID()}.zip`);
    try {
      await packFolder(folder, path);
      const alias = `folder-${await shortHash(path)}`;
      await this.session.addArchive(path, alias);
      return { sent: alias };
    } finally {
      await rm(path, { force: true });
    }
  }

  /**
   * The query whose rows are what a task writes.
   * @param words of the command line after `ehrsynth task`
   * @param lines a query of one column `line`; each of its partitions is one task
   * @param columns of what it writes: `name STRING, row STRING`
   */
  query(words: readonly Word[], lines: string, columns: string): string {
    const { command, words: first } = this.start;
    return scriptQuery({ lines, command, words: [...first, 'task', ...words], columns });
  }
}

async function refuseWithoutScripts(session: SparkSession): Promise<void> {
  try {
    await session.columns("SELECT TRANSFORM('a') USING 'cat' AS (line STRING)");
  } catch (error) {
    if (!(error instanceof SparkError) || OTHER_FAULTS.test(error.fault.status)) throw error;
    throw new NoScriptsError(session.where, error);
  }
}
