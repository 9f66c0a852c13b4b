import { readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { InputInOutputError, NotOursError, OthersFilesError } from '../errors.ts';
import { type Listing, namesIn, notListed } from './listing.ts';
import { LEDGER_FILE, RUN_FILE } from './run-files.ts';
import type { RunRecord } from './run-record.ts';

/** What an operating system puts into any folder that it shows. */
const OF_THE_SYSTEM = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini']);
/** Files that every release has; SHA256SUMS lists the others. */
const OF_A_RELEASE = ['SHA256SUMS', 'datapackage.json', 'datasheet.md'];

/**
 * Whether --force may remove a folder: only one that a command wrote, in which nothing but its files lies, and which holds no
 * input of this command.
 * @param sources files and folders that the command reads
 * @throws NotOursError, OthersFilesError, InputInOutputError
 */
export async function assertReplaceable(out: string, sources: readonly string[]): Promise<void> {
  const names = (await namesIn(out)).filter((name) => !OF_THE_SYSTEM.has(name.split('/').at(-1)!));
  for (const source of sources) if (await isWithin(source, out)) throw new InputInOutputError(source, out);
  if (names.length === 0) return;
  const others = notListed(names, await knownTo(out, names));
  if (others.length > 0) throw new OthersFilesError(out, others);
}

async function isWithin(path: string, folder: string): Promise<boolean> {
  const [inner, outer] = await Promise.all([path, folder].map((one) => realpath(one).catch(() => undefined)));
  if (inner === undefined || outer === undefined) return false;
  return inner === outer || inner.startsWith(outer + sep);
}

/** What its command wrote into a folder. */
async function knownTo(folder: string, names: string[]): Promise<Listing> {
  if (OF_A_RELEASE.every((name) => names.includes(name))) {
    const sums = await readFile(join(folder, OF_A_RELEASE[0]), 'utf8');
    const listed = sums.split('\n').map((line) => /^[0-9a-f]{64}  (.+)$/.exec(line)?.[1] ?? '');
    return { files: [...listed, OF_A_RELEASE[0], `${OF_A_RELEASE[0]}.minisig`] };
  }
  const text = await readFile(join(folder, RUN_FILE), 'utf8').catch(() => undefined);
  const run = text === undefined ? undefined : asRun(text);
  if (!run) throw new NotOursError(folder, 'it has no run.json of ehrsynth');
  const { outputs, holds, version } = run;
  if (!outputs && !holds)
    throw new NotOursError(folder, `its run.json, of version ${version}, does not list its files`);
  const files = [...(outputs ?? []).map(({ name }) => name), ...(holds?.files ?? []), RUN_FILE, LEDGER_FILE];
  return { files, folders: holds?.folders };
}

function asRun(text: string): RunRecord | undefined {
  try {
    const run = JSON.parse(text) as RunRecord;
    return typeof run.id === 'string' && typeof run.command === 'string' && typeof run.version === 'string'
      ? run
      : undefined;
  } catch {
    return undefined;
  }
}
