import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { fromSystemError, UserError } from './errors.ts';

export interface TextLine {
  text: string;
  /** 1 for the first. */
  number: number;
}

/** A gzip file that ends too early or is not gzip at all. */
export class BrokenGzipError extends UserError {
  constructor(path: string, linesRead: number, cause: unknown) {
    super('broken-gzip', 1, `The gzip file is truncated or damaged (${(cause as Error).message})`, {
      where: `${path}, after line ${linesRead}`,
      todo: 'Copy or export the file again.',
      cause,
    });
  }
}

/**
 * The lines of a text file, gunzipped where the name ends in .gz, in bounded memory. Empty lines are left out
 * but counted.
 * @throws BrokenGzipError, or UserError where the file cannot be read
 */
export async function* readLines(path: string): AsyncGenerator<TextLine> {
  let number = 0;
  let held = '';
  try {
    for await (const chunk of textChunks(path)) {
      const parts = (held + chunk).split('\n');
      held = parts.pop() ?? '';
      for (const part of parts) {
        number++;
        const text = part.endsWith('\r') ? part.slice(0, -1) : part;
        if (text.trim() !== '') yield { text, number };
      }
    }
  } catch (error) {
    throw asReadError(error, path, number);
  }
  if (held.trim() !== '') yield { text: held, number: number + 1 };
}

/** A whole text file, gunzipped where the name ends in .gz. */
export async function readWholeFile(path: string): Promise<string> {
  const chunks: string[] = [];
  try {
    for await (const chunk of textChunks(path)) chunks.push(chunk);
  } catch (error) {
    throw asReadError(error, path, 0);
  }
  return chunks.join('');
}

/** The files of a folder and its subfolders in name order, or the file itself. Hidden ones are left out. */
export async function listFiles(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries = await readdir(path, { withFileTypes: true });
    const names = entries.filter((entry) => !entry.name.startsWith('.')).map((entry) => entry.name);
    const nested = await Promise.all(names.sort().map((name) => listFiles(join(path, name))));
    return nested.flat();
  } catch (error) {
    throw fromSystemError(error, path, 'read');
  }
}

async function* textChunks(path: string): AsyncGenerator<string> {
  const file = createReadStream(path, { highWaterMark: 1 << 18 });
  const bytes = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  if (bytes !== file) file.on('error', (error) => bytes.destroy(error));
  const decoder = new TextDecoder('utf-8');
  for await (const chunk of bytes) yield decoder.decode(chunk as Buffer, { stream: true });
  yield decoder.decode();
}

function asReadError(error: unknown, path: string, linesRead: number): UserError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return code.startsWith('Z_')
    ? new BrokenGzipError(path, linesRead, error)
    : fromSystemError(error, path, 'read');
}
