// The tests that take minutes each, `*.slow.spec.ts`: what `npm test` leaves out.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = `${root}node_modules/vitest/vitest.mjs`;
const env = { ...process.env, EHRSYNTH_TEST_SLOW: '1' };
const args = [vitest, 'run', ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env });
process.exitCode = status ?? 1;
