import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type AddableEngine, PLATFORM } from './catalogue.ts';
import { packageFolder } from './folders.ts';

/**
 * Whether this platform's binaries of a package are as long as they say: loading one that was cut off, as by a full disk, ends the
 * process with a bus error. Only ELF files, those of Linux, are looked at.
 * @param load finds the package; one that is not there is no fault
 * @throws Error that names the file
 */
export function requireWholeBinaries(engine: AddableEngine, load: NodeJS.Require): void {
  const folder = packageFolder(load, engine.package);
  if (folder === undefined) return;
  for (const path of engine.platforms[PLATFORM] ?? []) filesAt(join(folder, path)).forEach(requireWholeElf);
}

function filesAt(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found ? [path] : [];
  return readdirSync(path).flatMap((name) => filesAt(join(path, name)));
}

/** The table of sections stands last in a library; its place, entry size and number are in the header. @see System V ABI, chapter 4 */
function requireWholeElf(path: string): void {
  const header = Buffer.alloc(64);
  const file = openSync(path, 'r');
  try {
    if (readSync(file, header) < 64 || header.readUInt32BE(0) !== 0x7f454c46) return;
  } finally {
    closeSync(file);
  }
  const length = Number(header.readBigUInt64LE(40)) + header.readUInt16LE(58) * header.readUInt16LE(60);
  const { size } = statSync(path);
  if (size < length)
    throw new Error(
      `${basename(path)} is cut off, ${size} of ${length} bytes: install it again (engine add --force, or npm ci)`,
    );
}
