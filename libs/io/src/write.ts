import { createWriteStream, rmSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import { fromSystemError, UserError } from './errors.ts';

export interface StagedFolder {
  /** Where to write. */
  path: string;
  /** Gives the folder its final name. */
  commit(): Promise<void>;
  /** Removes what was written. */
  discard(): Promise<void>;
}

const BUFFER_CHARACTERS = 1 << 18;

const staged = new Set<string>();
process.on('exit', () => staged.forEach((path) => rmSync(path, { recursive: true, force: true })));

/**
 * A folder that gets its final name only when it is whole; until then it stands beside it as `.NAME.partial-PID`.
 * @throws UserError where the final folder exists and is not empty, unless `replace`
 */
export async function stageFolder(target: string, { replace = false } = {}): Promise<StagedFolder> {
  const final = resolve(target);
  if (!replace && (await isOccupied(final))) {
    throw new UserError('output-exists', 2, 'The output folder exists and is not empty', {
      where: target,
      todo: 'Choose another name with -o, or replace it with --force.',
    });
  }
  const path = join(dirname(final), `.${basename(final)}.partial-${process.pid}`);
  try {
    await mkdir(path, { recursive: true });
    await removeAbandoned(final);
  } catch (error) {
    throw fromSystemError(error, path, 'write');
  }
  staged.add(path);
  const discard = async () => {
    await rm(path, { recursive: true, force: true });
    staged.delete(path);
  };
  const commit = async () => {
    try {
      await rm(final, { recursive: true, force: true });
      await rename(path, final);
      staged.delete(path);
    } catch (error) {
      throw fromSystemError(error, target, 'write');
    }
  };
  return { path, commit, discard };
}

/** Writes the file under a temporary name, to the disk itself, and then renames it. @param mode who may read it; as usual by default */
export async function writeFileAtomic(path: string, data: string | Uint8Array, mode?: number): Promise<void> {
  const partial = `${path}.partial-${process.pid}`;
  try {
    await writeFile(partial, data, { flush: true, mode });
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw fromSystemError(error, path, 'write');
  }
}

/** Lines into a file, gzipped where the name ends in .gz, waiting where the disk is slower than the writer. */
export class LineWriter {
  private readonly sink: Writable;
  /** Settles when the file is closed, or cannot be written. */
  private readonly closed: Promise<unknown>;
  private buffer: string[] = [];
  private buffered = 0;

  constructor(private readonly path: string) {
    const file = createWriteStream(path);
    this.sink = path.endsWith('.gz') ? createGzip() : file;
    const whole = this.sink === file ? finished(file) : pipeline(this.sink as Gzip, file);
    this.closed = whole.then(
      () => undefined,
      (error) => error as unknown,
    );
  }

  async write(line: string): Promise<void> {
    this.buffer.push(line, '\n');
    this.buffered += line.length;
    if (this.buffered > BUFFER_CHARACTERS) await this.flush();
  }

  /** @throws UserError where the file could not be written whole */
  async close(): Promise<void> {
    await this.flush();
    this.sink.end();
    const error = await this.closed;
    if (error) throw fromSystemError(error, this.path, 'write');
  }

  private async flush(): Promise<void> {
    const text = this.buffer.join('');
    this.buffer = [];
    this.buffered = 0;
    if (text === '') return;
    const failed = await new Promise((resolve) => this.sink.write(text, resolve));
    if (failed) throw fromSystemError(await this.closed, this.path, 'write');
  }
}

/** Removes what processes that were killed had staged for the same folder. */
async function removeAbandoned(final: string): Promise<void> {
  const prefix = `.${basename(final)}.partial-`;
  for (const name of await readdir(dirname(final))) {
    const owner = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : NaN;
    if (owner > 0 && !isAlive(owner)) await rm(join(dirname(final), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function isOccupied(path: string): Promise<boolean> {
  try {
    return (await readdir(path)).length > 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw fromSystemError(error, path, 'read');
  }
}
