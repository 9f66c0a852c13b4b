import { existsSync, lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type AddableEngine, PLATFORM } from './catalogue.ts';
import { OtherPackageError } from './errors.ts';

/**
 * Drops the files of other platforms from what npm installed.
 * @param folder with node_modules
 * @throws OtherPackageError where it is not the package that the catalogue names, or has no files for this platform
 */
export function keepOwnPlatform(engine: AddableEngine, folder: string): void {
  const home = join(folder, 'node_modules', engine.package);
  const { version } = json(join(home, 'package.json')) as { version: string };
  if (version !== engine.version) throw new OtherPackageError(engine, `its version is ${version}`);
  const { packages } = json(join(folder, 'node_modules', '.package-lock.json')) as {
    packages: Record<string, { integrity?: string }>;
  };
  const { integrity } = packages[`node_modules/${engine.package}`];
  if (engine.integrity && integrity !== engine.integrity)
    throw new OtherPackageError(engine, 'its checksum differs from that of the file that ehrsynth was tested with');
  const kept = engine.platforms[PLATFORM];
  const missing = kept.filter((path) => !existsSync(join(home, path)));
  if (missing.length > 0) throw new OtherPackageError(engine, `it has no ${missing.join(', ')}`);
  for (const path of new Set(Object.values(engine.platforms).flat()))
    if (!kept.includes(path)) rmSync(join(home, path), { recursive: true, force: true });
}

/** Bytes of all files of a folder. */
export function bytesOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + lstatSync(join(entry.parentPath, entry.name)).size, 0);
}

function json(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
