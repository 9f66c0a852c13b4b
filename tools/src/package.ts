// Makes dist/ehrsynth-VERSION.tgz, the one npm package: command, libraries with their types, dictionaries, kernels.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundleCode } from './package/code.ts';
import { writeDefinitions } from './package/definitions.ts';
import { STAGED } from './package/layout.ts';
import { writeLicences } from './package/licences.ts';
import { unlinkMissing } from './package/links.ts';
import { writeManifest } from './package/manifest.ts';
import { writeTypes } from './package/types.ts';

rmSync(STAGED, { recursive: true, force: true });
mkdirSync(STAGED, { recursive: true });
const modules = await bundleCode();
writeDefinitions();
const declarations = writeTypes();
writeManifest();
const bundled = writeLicences([...modules, ...declarations]);
unlinkMissing(STAGED);

const windows = process.platform === 'win32';
const printed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', '..'], {
  cwd: STAGED,
  encoding: 'utf8',
  shell: windows,
});
const [{ filename, unpackedSize, entryCount }] = JSON.parse(printed) as Packed[];
const file = join(dirname(STAGED), filename);
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
console.log(
  `dist/${filename}: ${megabytes(statSync(file).size)}, ${megabytes(unpackedSize)} in ${entryCount} files when unpacked; ` +
    `it includes the code of ${bundled.length} third-party packages`,
);

interface Packed {
  filename: string;
  unpackedSize: number;
  entryCount: number;
}
