// Everything that CI checks; the first step that fails stops the run. Ends with one line that counts the tests.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (path) => `${root}node_modules/${path}`;
const format = ['format', bin('prettier/bin/prettier.cjs'), ['--check', '--log-level=warn', '.']];
const kernels = ['kernels', `${root}tools/build-kernels.mjs`, []];
// Types are checked once, with those of the tests.
const build = ['build', bin('typescript/bin/tsc'), ['-b', '--noCheck', root]];
const types = ['types', bin('typescript/bin/tsc'), ['-p', 'tsconfig.spec.json']];
const graph = ['project graph, for the module boundaries', bin('nx/dist/bin/nx.js'), ['show', 'projects']];
const lint = ['lint and module boundaries', bin('eslint/bin/eslint.js'), ['--max-warnings=0', '.']];
const tests = ['tests', bin('vitest/vitest.mjs'), ['run']];

// One after the other; of each, rows of steps that run side by side, since each step keeps one core busy. The two rows take about as long.
const stages = [
  [
    [kernels, build, types],
    [format, graph, lint],
  ],
  [[tests]],
];

for (const stage of stages) {
  const failed = await Promise.all(stage.map((steps) => firstFailing(steps, stage.length === 1)));
  if (stage[0][0] === tests) printCounts();
  for (const what of failed.filter(Boolean)) {
    console.error(`Failed: ${what}`);
    process.exit(1);
  }
}

async function firstFailing(steps, isAlone) {
  for (const [what, script, args] of steps) if ((await run(what, script, args, isAlone)) !== 0) return what;
}

/** Exit status of a step. What it prints is shown when it has ended, unless it runs alone. */
function run(what, script, args, isAlone) {
  const env = { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' };
  // The tests load the libraries as they were built a moment ago.
  env.EHRSYNTH_TEST_BUILT = '1';
  if (isAlone) console.log(`\n— ${what}`);
  const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: isAlone ? 'inherit' : 'pipe', env });
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => printed.push(text));
  return new Promise((resolve) =>
    child.on('close', (status) => {
      if (!isAlone) process.stdout.write(`\n— ${what}\n${Buffer.concat(printed).toString()}`);
      resolve(status);
    }),
  );
}

function printCounts() {
  const results = JSON.parse(readFileSync(`${root}node_modules/.cache/vitest-results.json`, 'utf8'));
  const { numPassedTests, numFailedTests, numPendingTests } = results;
  console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
}
