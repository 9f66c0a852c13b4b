// The tests on Apache Spark and on Sail, `*.spark.spec.ts`: PyPI's packages, in the user's cache; where they cannot be had, they are skipped.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = `${root}node_modules/vitest/vitest.mjs`;
const env = { ...process.env, EHRSYNTH_TEST_SPARK: '1' };
// Of two servers at once each would wait for the other's threads.
const args = [vitest, 'run', '--no-file-parallelism', ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env });
process.exitCode = status ?? 1;
