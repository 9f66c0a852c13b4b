import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CODE, libraries, readManifest, ROOT, STAGED } from './layout.ts';
import { TYPES } from './types.ts';

/** Texts, and what they link to. */
const TEXTS = [
  'LICENSE',
  'README.md',
  'CHANGELOG.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'DEPENDENCIES.md',
  'docs',
  'examples',
  'vocab/SOURCES.md',
];
const BUILT = /[/\\](?:dist|node_modules|[\w.]+\.tsbuildinfo)$/;

/** Writes package.json with all that can be imported, the command, and the texts that a package has. */
export function writeManifest(): void {
  const { version, description, license, engines } = readManifest(ROOT);
  const duckdb = readManifest(join(ROOT, 'libs/duckdb')).dependencies!['@duckdb/node-api'];
  const exported = libraries().map(({ name }) => {
    const isMain = name === 'pipeline';
    const paths = { types: `./${TYPES}/${name}/index.d.ts`, default: `./${CODE}/${isMain ? 'index' : name}.js` };
    return [isMain ? '.' : `./${name}`, paths];
  });
  const manifest = {
    name: 'ehrsynth',
    version,
    description,
    keywords: ['synthetic data', 'health records', 'FHIR', 'OMOP', 'MEDS', 'privacy'],
    license,
    type: 'module',
    engines,
    bin: { ehrsynth: 'bin/ehrsynth.js' },
    man: writeManPages(),
    exports: { ...Object.fromEntries(exported), './package.json': './package.json' },
    types: `./${TYPES}/pipeline/index.d.ts`,
    dependencies: { '@duckdb/node-api': duckdb },
  };
  writeFileSync(join(STAGED, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const name of TEXTS)
    cpSync(join(ROOT, name), join(STAGED, name), { recursive: true, filter: (path) => !BUILT.test(path) });
  mkdirSync(join(STAGED, 'bin'), { recursive: true });
  writeFileSync(join(STAGED, 'bin/ehrsynth.js'), COMMAND, { mode: 0o755 });
}

/** Manual pages, from what the command line says of itself. @returns their paths in the package */
function writeManPages(): string[] {
  const folder = join(STAGED, 'man');
  execFileSync(process.execPath, [join(ROOT, 'apps/cli/dist/write-man-pages.js'), folder]);
  return readdirSync(folder).map((name) => `./man/${name}`);
}

const COMMAND = `#!/usr/bin/env node
import { listenToFaults, listenToSignals, main } from '../${CODE}/cli.js';

listenToSignals();
listenToFaults();
process.exitCode = await main(process.argv);
`;
