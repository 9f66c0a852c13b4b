import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmInstall } from '@ehrsynth/engine';
import type { Architecture } from './bundled-node.ts';
import { NoPackageError } from './errors.ts';

export interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/**
 * Folder of the npm package that goes into an archive: the one that runs, or the one that `npm run package` made in this clone.
 * @throws NoPackageError
 */
export function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (manifestOf(folder)?.name !== 'ehrsynth' && dirname(folder) !== folder) folder = dirname(folder);
  if (!manifestOf(folder)?.private) return folder;
  const made = join(folder, 'dist', 'package');
  if (!manifestOf(made)) throw new NoPackageError(folder);
  return made;
}

/** What package.json of a folder says; undefined where there is none. */
export function manifestOf(folder: string): Manifest | undefined {
  const path = join(folder, 'package.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Manifest) : undefined;
}

/**
 * Folders of the packages that a package needs on Linux, by their names: as they are installed here, or brought by npm for another
 * platform.
 * @param into folder that npm installs into
 * @throws NoNpmError, NoNetworkError, NpmError
 */
export async function bundledModules(home: string, arch: Architecture, into: string): Promise<Map<string, string>> {
  const { dependencies = {} } = manifestOf(home)!;
  if (process.platform === 'linux' && process.arch === arch) return neededBy(home);
  writeFileSync(join(into, 'package.json'), JSON.stringify({ private: true, dependencies }));
  const specs = Object.entries(dependencies).map(([name, version]) => `${name}@${version}`);
  const platform = { npm_config_os: 'linux', npm_config_cpu: arch, npm_config_libc: 'glibc' };
  await npmInstall(into, specs, { ...process.env, ...platform });
  return neededBy(into);
}

/** Packages that are there among those that one names, and those that they name. */
function neededBy(home: string): Map<string, string> {
  const found = new Map<string, string>();
  const open = [home];
  for (let folder = open.pop(); folder; folder = open.pop()) {
    const { dependencies, optionalDependencies } = manifestOf(folder)!;
    const places = createRequire(join(folder, 'package.json')).resolve.paths('x') ?? [];
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const place = places.map((path) => join(path, name)).find((path) => existsSync(join(path, 'package.json')));
      if (place === undefined || found.has(name)) continue;
      found.set(name, place);
      open.push(place);
    }
  }
  return found;
}
