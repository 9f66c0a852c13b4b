import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A server that PyPI has. */
export interface Packaged {
  name: string;
  version: string;
  /** What the program is, in its own folder of Python packages. */
  isJava: boolean;
}

/** Spark itself, with Spark Connect; and Sail, which answers the same protocol without a JVM. */
export const PYSPARK: Packaged = { name: 'pyspark', version: '4.3.0', isJava: true };
export const SAIL: Packaged = { name: 'pysail', version: '0.7.2', isJava: false };

const PYTHON = process.env.PYTHON ?? 'python3';
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ehrsynth', 'spark');
/** Written into a folder when it is whole. */
const WHOLE = 'installed';

/**
 * The folder of a virtual environment with a package, in the user's cache; it is made where it is not there yet and PyPI answers.
 * Otherwise why it cannot be had.
 * @param seconds that the installation may take
 */
export function installed({ name, version, isJava }: Packaged, seconds: number): { folder: string } | { why: string } {
  if (isJava && spawnSync('java', ['-version']).status !== 0) return { why: 'there is no Java here (17 or later)' };
  const folder = join(CACHE, `${name}-${version}`);
  if (existsSync(join(folder, WHOLE))) return { folder };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const limit = { timeout: seconds * 1000, encoding: 'utf8' } as const;
  if (spawnSync(PYTHON, ['-m', 'venv', folder], limit).status !== 0)
    return { why: `there is no ${PYTHON} here with venv` };
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--retries', '0', '--timeout', '10'];
  const done = spawnSync(join(folder, 'bin', 'python3'), [...pip, `${name}==${version}`], limit);
  if (done.status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    return { why: `${name} ${version} could not be installed from PyPI` };
  }
  writeFileSync(join(folder, WHOLE), '');
  return { folder };
}
