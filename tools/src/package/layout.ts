import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Where the package lies unpacked, before npm packs it. */
export const STAGED = join(ROOT, 'dist', 'package');

/** Folder of the package's code: every module lies in it, with no folders below, so that all find `files` beside them. */
export const CODE = 'lib';
/** Folder beside the code of what it reads: dictionaries, kernels, pages, definitions. */
export const FILES = 'files';

/** A library of ours that programs may import: `ehrsynth/NAME`, and `ehrsynth` alone for the pipeline. */
export interface Library {
  name: string;
  folder: string;
}

/** All libraries, and the sandbox. */
export function libraries(): Library[] {
  const folders = readdirSync(join(ROOT, 'libs')).map((name) => join(ROOT, 'libs', name));
  return [...folders, join(ROOT, 'apps', 'sandbox')]
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => ({ name: basename(folder), folder }));
}

/** Threads' modules, by the name that they get among the code. */
export function workers(): Record<string, string> {
  const found = libraries().flatMap(({ name, folder }) => {
    const at = join(folder, 'workers');
    const files = existsSync(at) ? readdirSync(at).filter((file) => file.endsWith('.mjs')) : [];
    return files.map((file) => [workerName(name, file), join(at, file)]);
  });
  return Object.fromEntries(found);
}

export function workerName(library: string, file: string): string {
  return `thread-${library}-${basename(file, '.mjs')}`;
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

export interface Manifest {
  name: string;
  version: string;
  description?: string;
  license?: string;
  type?: string;
  engines?: Record<string, string>;
  dependencies?: Record<string, string>;
}
