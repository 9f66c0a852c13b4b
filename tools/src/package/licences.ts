import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Manifest, readManifest, STAGED } from './layout.ts';

const LICENCE = /^(licen[cs]e|notice|copying)/i;

/**
 * Writes THIRD-PARTY-LICENSES.txt: name, version, licence and the licence's text of each package whose code is in ours.
 * @param paths of the modules that were bundled
 * @returns names of the packages, with their versions
 */
export function writeLicences(paths: Iterable<string>): string[] {
  const folders = new Map<string, Manifest>();
  for (const path of paths) {
    const folder = packageOf(path);
    if (folder) folders.set(folder, readManifest(folder));
  }
  const parts = [...folders]
    .map(([folder, manifest]) => [`${manifest.name} ${manifest.version}`, textOf(folder, manifest)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const text = parts.map(([, licence]) => licence).join(`\n${'-'.repeat(80)}\n\n`);
  writeFileSync(
    join(STAGED, 'THIRD-PARTY-LICENSES.txt'),
    `Code of these packages is part of this one, each under its own licence.\n\n${text}`,
  );
  return parts.map(([name]) => name);
}

/** Folder of the package that a module is of: the nearest package.json with a name and a version. */
function packageOf(path: string): string | undefined {
  for (let folder = dirname(path); folder.includes('node_modules'); folder = dirname(folder)) {
    if (!existsSync(join(folder, 'package.json'))) continue;
    const { name, version } = readManifest(folder);
    if (name && version) return folder;
  }
  return undefined;
}

function textOf(folder: string, { name, version, license }: Manifest): string {
  const found = readdirSync(folder).filter((file) => LICENCE.test(file));
  const texts = found.sort().flatMap((file) => textsAt(join(folder, file)));
  return `${name} ${version}\nLicence: ${license ?? 'see below'}\n\n${texts.join('\n\n')}\n`;
}

/** Of a file, or of a folder of licences. */
function textsAt(path: string): string[] {
  if (!statSync(path).isDirectory()) return [readFileSync(path, 'utf8').replaceAll('\r\n', '\n').trim()];
  return readdirSync(path)
    .sort()
    .flatMap((file) => textsAt(join(path, file)));
}
