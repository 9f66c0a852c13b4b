import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type AddableEngine, PLATFORM } from './catalogue.ts';

/**
 * The user's cache: EHRSYNTH_CACHE; else `ehrsynth` in XDG_CACHE_HOME, in Windows' LOCALAPPDATA, or in .cache in the user's home.
 */
export function cacheFolder(): string {
  const { EHRSYNTH_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (EHRSYNTH_CACHE) return resolve(EHRSYNTH_CACHE);
  const local = process.platform === 'win32' ? LOCALAPPDATA : undefined;
  return resolve(XDG_CACHE_HOME || local || join(homedir(), '.cache'), 'ehrsynth');
}

/** Where engines are brought to, one folder each. */
export function enginesFolder(): string {
  return join(cacheFolder(), 'engines');
}

/** Where an engine is brought to; of its version and for this platform, since a home may be shared by several machines. */
export function folderOf({ name, version }: AddableEngine): string {
  return join(enginesFolder(), `${name}-${version}-${PLATFORM}`);
}

/** What loads an engine's package: among our own packages where it is there, else in the user's cache. */
export function requireOf(engine: AddableEngine): NodeJS.Require {
  const own = createRequire(import.meta.url);
  const added = join(folderOf(engine), 'package.json');
  return packageFolder(own, engine.package) === undefined && existsSync(added) ? createRequire(added) : own;
}

/** The command that brings an engine; undefined where it does not exist for this platform. */
export function commandFor({ name, platforms }: AddableEngine): string | undefined {
  return platforms[PLATFORM] && `ehrsynth engine add ${name}`;
}

/** Folder of an engine's package that has this platform's files, among our own or in the cache; undefined where there is none. */
export function presentFolder(engine: AddableEngine): string | undefined {
  const folder = packageFolder(requireOf(engine), engine.package);
  const wanted = engine.platforms[PLATFORM];
  return folder && wanted?.every((path) => existsSync(join(folder, path))) ? folder : undefined;
}

/** Where a package lies for whoever requires it; it is not loaded. */
export function packageFolder(load: NodeJS.Require, name: string): string | undefined {
  const folders = load.resolve.paths(name) ?? [];
  return folders.map((folder) => join(folder, name)).find((folder) => existsSync(join(folder, 'package.json')));
}
