// Everything that CI checks, in order; each step stops the run when it fails. Ends with one line that counts the tests.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (path) => `${root}node_modules/${path}`;
const steps = [
  ['format', bin('prettier/bin/prettier.cjs'), ['--check', '--log-level=warn', '.']],
  ['kernels', `${root}tools/build-kernels.mjs`, []],
  ['build', bin('typescript/bin/tsc'), ['-b', root]],
  ['types of the tests', bin('typescript/bin/tsc'), ['-p', 'tsconfig.spec.json']],
  ['project graph, for the module boundaries', bin('nx/dist/bin/nx.js'), ['show', 'projects']],
  ['lint and module boundaries', bin('eslint/bin/eslint.js'), ['--max-warnings=0', '.']],
  ['tests', bin('vitest/vitest.mjs'), ['run']],
];

for (const [what, script, args] of steps) {
  console.log(`\n— ${what}`);
  const env = { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' };
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit', env });
  if (what === 'tests') printCounts();
  if (status !== 0) {
    console.error(`Failed: ${what}`);
    process.exit(1);
  }
}

function printCounts() {
  const results = JSON.parse(readFileSync(`${root}node_modules/.cache/vitest-results.json`, 'utf8'));
  const { numPassedTests, numFailedTests, numPendingTests } = results;
  console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
}
