// Makes a fresh clone ready, with nothing but Node and npm: installs when the lock file is newer than what is
// installed, and with --build compiles what changed. --quiet keeps npm and tsc silent unless they fail.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync, utimesSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const quiet = process.argv.includes('--quiet');
const lock = `${root}package-lock.json`;
const installed = `${root}node_modules/.package-lock.json`;

if (!existsSync(installed) || statSync(lock).mtimeMs > statSync(installed).mtimeMs) {
  run('Installing from the npm registry …', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  const now = new Date();
  utimesSync(installed, now, now);
}
if (process.argv.includes('--build')) {
  run('Building …', process.execPath, [`${root}tools/build-kernels.mjs`]);
  run('', process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-b', root]);
}

function run(what, command, args) {
  if (!quiet && what) console.log(what);
  const windows = process.platform === 'win32' && command === 'npm';
  const result = spawnSync(command, args, { cwd: root, stdio: quiet ? 'pipe' : 'inherit', shell: windows });
  if (result.status === 0) return;
  if (quiet) process.stderr.write(`${result.stdout}${result.stderr}`);
  console.error(`Failed: ${command} ${args.join(' ')}`);
  process.exit(3);
}
