// The npm package as a user gets it: installed by npm in an empty folder with no repository near, its demo run, its API called and
// type-checked; then the archive for machines without Node, unpacked where there is no other.
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Installed, timed } from './package/installed.ts';
import { ROOT } from './package/layout.ts';

/** What an installation may take on disk. */
const MOST_BYTES = 150e6;
const PATIENTS = 200;

const installed = new Installed();
const user = installed.folder;
const run = (command: string, args: string[]) => installed.run(command, args);
try {
  const bytes = bytesOf(join(user, 'node_modules'));
  const packages = readdirSync(join(user, 'node_modules')).filter((name) => !name.startsWith('.'));
  console.log(`  ${Math.round(bytes / 1e6)} MB on disk: ${packages.join(', ')}`);
  if (bytes > MOST_BYTES) throw new Error(`An installation takes more than ${MOST_BYTES / 1e6} MB`);
  timed('npx ehrsynth --version', () => run('npx', ['ehrsynth', '--version']));
  timed(`npx ehrsynth demo -n ${PATIENTS}`, () => run('npx', ['ehrsynth', 'demo', '-n', String(PATIENTS)]));
  timed('a program that calls the API, type-checked', callApi);
  timed('ehrsynth bundle', () => run('npx', ['ehrsynth', 'bundle', '-o', 'archive.tar.gz']));
  timed('generate, export and validate from the archive alone', useArchive);
  console.log('Everything works.');
} finally {
  installed.remove();
}

function callApi(): void {
  writeFileSync(
    join(user, 'program.ts'),
    `import { exportFhir, generate, type Generated } from 'ehrsynth';
import type { Synthesizer } from 'ehrsynth/models';
import { Vocabulary } from 'ehrsynth/vocab';

const drawn: Generated = await generate('demo/model', { number: 20, out: 'drawn' });
await exportFhir('drawn', { out: 'drawn-fhir' });
const patients: number = drawn.patients;
export type Model = Synthesizer;
console.log(patients, new Vocabulary().list().length);
`,
  );
  compile();
  const printed = run(process.execPath, ['program.js']);
  if (printed.trim() !== '20 3') throw new Error(`The program printed ${printed}`);
}

/** As strict as a program may be, with the declarations of our package checked as well. */
function compile(): void {
  const strict = ['--module', 'nodenext', '--target', 'es2023', '--strict', '--skipLibCheck', 'false'];
  const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')];
  run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), ...strict, ...types, 'program.ts']);
}

function useArchive(): void {
  const alone = join(installed.root, 'alone');
  mkdirSync(join(alone, 'ehrsynth'), { recursive: true });
  execFileSync('tar', ['-xzf', join(user, 'archive.tar.gz'), '-C', join(alone, 'ehrsynth')]);
  execFileSync('cp', ['-r', join(user, 'demo/model'), alone]);
  const bare = { PATH: '/usr/bin:/bin', HOME: join(installed.root, 'nowhere') };
  const ehrsynth = (line: string) =>
    execFileSync('./ehrsynth/bin/ehrsynth', line.split(' '), { cwd: alone, env: bare, encoding: 'utf8' });
  ehrsynth('generate model -n 50 -o synth');
  ehrsynth('export omop synth -o omop');
  ehrsynth('export fhir synth -o fhir');
  const said = ehrsynth('validate fhir fhir');
  if (!said.includes('0 errors')) throw new Error(said);
}

function bytesOf(at: string): number {
  const found = lstatSync(at);
  if (!found.isDirectory()) return found.size;
  return readdirSync(at).reduce((sum, name) => sum + bytesOf(join(at, name)), 0);
}
