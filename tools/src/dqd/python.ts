import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Of every program that is run: results of a large CDM. */
const MOST_OUTPUT = 1 << 28;

/** The Python that PYTHON names, else python3. */
export const PYTHON = process.env.PYTHON ?? 'python3';

/** Why Python or one of the packages is not to be had; undefined where all are there. @param packages as they are imported */
export function whyNoPython(...packages: string[]): string | undefined {
  const missing = `import importlib.util as u, sys; print(*[p for p in sys.argv[1:] if u.find_spec(p) is None])`;
  const done = spawnSync(PYTHON, ['-c', missing, ...packages], { encoding: 'utf8' });
  if (done.error || done.status !== 0) return `${PYTHON} was not found`;
  const names = done.stdout.trim();
  return names ? `${PYTHON} has no package ${names.replaceAll(' ', ', ')}` : undefined;
}

/** Runs a program of this folder and gives the JSON that it prints. @throws Error with what it wrote to stderr */
export function runPython<T>(program: string, ...args: string[]): T {
  const path = fileURLToPath(new URL(`../../src/dqd/${program}`, import.meta.url));
  // Dates and times of both sides are in UTC.
  const env = { ...process.env, TZ: 'UTC', PYTHONDONTWRITEBYTECODE: '1' };
  const done = spawnSync(PYTHON, [path, ...args], { encoding: 'utf8', maxBuffer: MOST_OUTPUT, env });
  if (done.status !== 0) throw new Error(`${program} ${args.join(' ')}:\n${done.stderr || done.error?.message}`);
  return JSON.parse(done.stdout) as T;
}
