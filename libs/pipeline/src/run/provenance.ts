import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BrokenLinkError, NoLinkError, NoSumsError } from '../errors.ts';
import { fileOf, readRun, type RunFile, type RunRecord } from './run-folder.ts';

/** A folder whose files are those that its command wrote. */
export interface ProvenRun {
  folder: string;
  run: RunRecord;
  /** All that it lists, in the order of its run.json. */
  files: RunFile[];
}

/** Files that commands read where they are there: one that was put in later would be believed. */
const OPTIONAL = ['privacy.json', 'canaries.json', 'training.jsonl'];
/** Faults of a source, which nothing is computed from. */
const NOT_USED = 'problems.ndjson';

/**
 * Reads a folder's run.json, and checks the files that are to be used against the sums in it.
 * @param command that wrote it: ingest, train, generate
 * @param uses which files are to be used, by their names; all by default
 * @throws WrongFolderError, NoSumsError, BrokenLinkError
 */
export async function provenRun(
  folder: string,
  command: 'ingest' | 'train' | 'generate',
  uses: (name: string) => boolean = () => true,
): Promise<ProvenRun> {
  const run = await readRun(folder, command);
  if (!run.outputs) throw new NoSumsError(folder, command, run.version);
  const files = run.outputs.filter(({ name }) => name !== NOT_USED);
  for (const { name, sha256 } of files) {
    if (!uses(name)) continue;
    const path = join(folder, name);
    if (!existsSync(path)) throw new BrokenLinkError(path, 'A file is missing', `\`${command}\` wrote it`, command);
    const found = await fileOf(path, name);
    if (found.sha256 !== sha256)
      throw new BrokenLinkError(
        path,
        'A file was changed',
        `its checksum differs from that of the file that \`${command}\` wrote`,
        command,
      );
  }
  const added = OPTIONAL.find((name) => existsSync(join(folder, name)) && !files.some((file) => file.name === name));
  if (added)
    throw new BrokenLinkError(join(folder, added), 'A file was added', `\`${command}\` did not write it`, command);
  return { folder, run, files };
}

/** What stands for the cohort of a training that sites shared. */
export const OF_SITES = 'sites';

/**
 * Checks that a run read what another folder holds now.
 * @param part name of that folder among the inputs: cohort, model
 * @param given how the command is given the folder: as an option of that name, or as an argument
 * @throws BrokenLinkError
 */
export function checkOrigin(
  { folder, run }: ProvenRun,
  part: 'cohort' | 'model',
  origin: ProvenRun,
  given: 'option' | 'argument' = 'option',
): void {
  const right = given === 'option' ? `the right folder with --${part}` : `the folder of the right ${part}`;
  const named = run.origins?.[part];
  // A model that sites trained together can be measured at any of them, and knows the cohorts of none.
  if (named === OF_SITES) return;
  if (named !== undefined && named !== origin.run.id)
    throw new BrokenLinkError(
      origin.folder,
      `The ${part} is a different one`,
      `it is not the ${part} that \`${run.command}\` read to write ${folder}`,
      run.command,
      right,
    );
  const prefix = `${part}/`;
  const read = run.inputs.filter(({ name }) => name.startsWith(prefix));
  const sums = new Map(origin.files.map(({ name, sha256 }) => [prefix + name, sha256]));
  // A private model names no files: their sums would show whether one patient is among them.
  if (named !== undefined && read.length === 0) return;
  const other =
    read.find(({ name, sha256 }) => sums.get(name) !== sha256)?.name ??
    (read.length < sums.size ? [...sums.keys()].find((name) => !read.some((file) => file.name === name)) : undefined);
  if (other !== undefined)
    throw new BrokenLinkError(
      join(origin.folder, other.slice(prefix.length)),
      'A file was replaced',
      `it is not the one that \`${run.command}\` read to write ${folder}`,
      run.command,
      right,
    );
}

/** Inputs of a command that goes on from a run, named after its part. */
export function inputsFrom(part: string, { files }: ProvenRun): RunFile[] {
  return files.map((file) => ({ ...file, name: `${part}/${file.name}` }));
}

/**
 * The folder that a run went on from.
 * @param given what the user says in place of it
 * @throws NoLinkError where the run does not say, and the user neither
 */
export function folderOf(folder: string, { links }: RunRecord, part: 'cohort' | 'model', given?: string): string {
  if (given !== undefined) return given;
  if (links?.[part] === undefined) throw new NoLinkError(folder, part);
  return join(folder, links[part]);
}
