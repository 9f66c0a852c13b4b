import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import {
  checksum,
  fromSystemError,
  isSystemError,
  listFiles,
  restoreReplaced,
  stageFolder,
  version,
  writeFileAtomic,
} from '@ehrsynth/io';
import { DiskFullError, WrongFolderError } from '../errors.ts';
import { parseJson } from './json-file.ts';
import { listingOf, namesIn } from './listing.ts';
import { assertReplaceable } from './replaceable.ts';
import { LEDGER_FILE, RUN_FILE } from './run-files.ts';
import { linkTo, withoutPlaces } from './run-privacy.ts';
import { type RunFile, RunRecord } from './run-record.ts';

export { RunFile, type RunRecord } from './run-record.ts';
export { LEDGER_FILE, RUN_FILE };

/** Commands whose folders others go on from: what these hold is proven by its sums. */
const LISTED = /^(ingest|train|generate)/;

/**
 * Runs a command whose output is a folder: the work writes into a folder beside it, which gets its final name, with
 * run.json in it, when all is done. What the work gives goes into run.json as counts.
 * @param run links are the folders of the commands before it, by the name of their part; sources what else it reads;
 * checkpoint a folder that goes when the output is whole
 * @throws what the work throws; LockedError where another process writes the same output; NotOursError and its kin where --force
 * would remove what is not to be removed
 */
export async function intoRunFolder(
  run: {
    command: string;
    out: string;
    force?: boolean;
    options: Record<string, unknown>;
    links?: Record<string, string>;
    origins?: Record<string, string>;
    sources?: string[];
    checkpoint?: string;
    inputs: RunFile[] | (() => Promise<RunFile[]>);
  },
  work: (folder: string) => Promise<Record<string, unknown>>,
): Promise<void> {
  const { command, out, force, options, links = {}, origins, sources = [], checkpoint, inputs } = run;
  const started = new Date();
  const mayReplace = () => assertReplaceable(out, [...Object.values(links), ...sources]);
  const staged = await stageFolder(out, { replace: force, ...(force && { mayReplace }) });
  try {
    const counts = await work(staged.path);
    const record: RunRecord = {
      id: randomUUID(),
      command,
      version: version(),
      node: process.version,
      options: withoutPlaces(options),
      links: Object.fromEntries(
        Object.entries(links).flatMap(([part, folder]) => {
          const link = linkTo(folder, out);
          return link === undefined ? [] : [[part, link]];
        }),
      ),
      ...(origins && { origins }),
      inputs: typeof inputs === 'function' ? await inputs() : inputs,
      ...(LISTED.test(command)
        ? { outputs: await filesOf(staged.path) }
        : { holds: listingOf(await namesIn(staged.path)) }),
      counts,
      started: started.toISOString(),
      seconds: Math.round((Date.now() - started.getTime()) / 100) / 10,
    };
    await writeFileAtomic(join(staged.path, RUN_FILE), `${JSON.stringify(record, null, 1)}\n`);
    await keepLedger(out, staged.path);
    await staged.commit(async () => {
      if (checkpoint) await rm(checkpoint, { recursive: true, force: true });
    });
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
  const path = join(folder, RUN_FILE);
  await stat(folder).catch(async (error) => {
    await restoreReplaced(folder).catch(() => {});
    if (!existsSync(folder)) throw fromSystemError(error, folder, 'read');
  });
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const record = text === undefined ? undefined : parseJson(text, path, RunRecord);
  if (!record || !commands.some((command) => record.command.startsWith(command))) {
    throw new WrongFolderError(folder, commands, record?.command);
  }
  return record;
}

/** Files of a folder, or a file, with their sums; named after a part of the run where one is given. */
export async function filesOf(path: string, part?: string): Promise<RunFile[]> {
  const found: RunFile[] = [];
  for (const file of await listFiles(path)) {
    const name = file === path ? basename(file) : relative(path, file).split(sep).join('/');
    if (name === RUN_FILE || name === LEDGER_FILE) continue;
    found.push(await fileOf(file, part === undefined ? name : `${part}/${name}`));
  }
  return found;
}

/** The same without names: those of a source's files may be those of patients. */
export async function filesByNumber(part: string, ...paths: string[]): Promise<RunFile[]> {
  const files = (await Promise.all(paths.map((path) => listFiles(path)))).flat();
  const found: RunFile[] = [];
  for (const [i, path] of files.entries()) found.push(await fileOf(path, `${part}/${i + 1}`));
  return found;
}

export async function fileOf(path: string, name: string): Promise<RunFile> {
  const sha256 = await checksum(path);
  return { name, bytes: (await stat(path)).size, sha256 };
}

async function keepLedger(out: string, staged: string): Promise<void> {
  await copyFile(join(out, LEDGER_FILE), join(staged, LEDGER_FILE)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
  });
}

/** A full disk and its like are the environment's fault, whichever library met them. */
function asOutputError(error: unknown, out: string): unknown {
  if (isSystemError(error)) return fromSystemError(error, error.path ?? out, 'write');
  // As DuckDB says it.
  const isFull = error instanceof Error && /No space left on device|failed to offload data/i.test(error.message);
  return isFull ? new DiskFullError(out, error) : error;
}
