import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { checksum, fromSystemError, listFiles, stageFolder, UserError, writeFileAtomic } from '@ehrsynth/io';
import { WrongFolderError } from './errors.ts';
import { version } from './version.ts';

interface RunInput {
  path: string;
  /** SHA-256. */
  sha256: string;
}

export interface RunRecord {
  command: string;
  version: string;
  node: string;
  options: Record<string, unknown>;
  inputs: RunInput[];
  counts: Record<string, unknown>;
  started: string;
  seconds: number;
}

/**
 * Runs a command whose output is a folder: the work writes into a folder beside it, which gets its final name, with
 * run.json in it, when all is done. What the work gives goes into run.json as counts.
 */
export async function intoRunFolder(
  {
    command,
    out,
    force,
    options,
    inputs,
  }: {
    command: string;
    out: string;
    force?: boolean;
    options: Record<string, unknown>;
    inputs: string[];
  },
  work: (folder: string) => Promise<Record<string, unknown>>,
): Promise<void> {
  const started = new Date();
  const staged = await stageFolder(out, { replace: force });
  try {
    const counts = await work(staged.path);
    const record: RunRecord = {
      command,
      version: version(),
      node: process.version,
      options,
      inputs: await checksums(inputs),
      counts,
      started: started.toISOString(),
      seconds: Math.round((Date.now() - started.getTime()) / 100) / 10,
    };
    await writeFileAtomic(join(staged.path, 'run.json'), `${JSON.stringify(record, null, 1)}\n`);
    await staged.commit();
  } catch (error) {
    await staged.discard();
    throw asOutputError(error, out);
  }
}

/** Where a command keeps what it has done of an output that is not whole yet: beside it. */
export function checkpointFolderOf(out: string): string {
  return join(dirname(resolve(out)), `.${basename(out)}.checkpoint`);
}

/** The run.json of a folder that a command wrote. @throws UserError where it is not of one of the commands */
export async function readRun(folder: string, ...commands: string[]): Promise<RunRecord> {
  const path = join(folder, 'run.json');
  await stat(folder).catch((error) => {
    throw fromSystemError(error, folder, 'read');
  });
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const record = text === undefined ? undefined : (JSON.parse(text) as RunRecord);
  if (!record || !commands.some((command) => record.command.startsWith(command))) {
    throw new WrongFolderError(folder, commands, record?.command);
  }
  return record;
}

async function checksums(inputs: string[]): Promise<RunInput[]> {
  const files = (await Promise.all(inputs.map((input) => listFiles(input)))).flat();
  const found: RunInput[] = [];
  for (const path of files) found.push({ path, sha256: await checksum(path) });
  return found;
}

/** A full disk and its like are the environment's fault, whichever library met them. */
function asOutputError(error: unknown, out: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return code && /^E[A-Z]+$/.test(code) && !(error instanceof UserError)
    ? fromSystemError(error, out, 'write')
    : error;
}
