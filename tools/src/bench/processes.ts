import { spawnSync } from 'node:child_process';
import type { Measurement } from './measure.ts';

/** The Python that runs the PyTorch ports. */
export const python = process.env['PYTHON'] ?? 'python3';

/** PyTorch's version and threads; undefined where that Python has none. */
export function portVersion(): string | undefined {
  const script =
    'import os, torch; print(torch.__version__, os.environ.get("EHRSYNTH_THREADS") or torch.get_num_threads())';
  const { status, stdout } = spawnSync(python, ['-c', script], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  const [version, threads] = stdout.trim().split(' ');
  return `PyTorch ${version}, ${threads} thread${threads === '1' ? '' : 's'}`;
}

/** As many threads as the engines have, where that was set; undefined: as PyTorch chooses. */
export function portThreads(): number | undefined {
  return Number(process.env['EHRSYNTH_THREADS']) || undefined;
}

/** Whether that Python has these modules. */
export function hasPython(...modules: string[]): boolean {
  return spawnSync(python, ['-c', `import ${modules.join(', ')}`]).status === 0;
}

/** Runs a program that prints a measurement a line. @throws Error with what it wrote, where it fails */
export function linesOf<Line = Measurement>(command: string, args: string[], input = ''): Line[] {
  const threads = process.env['EHRSYNTH_THREADS'];
  const { status, stdout, stderr } = spawnSync(command, args, {
    // numpy and scikit-learn have their threads from there.
    env: { ...process.env, ...(threads && { OMP_NUM_THREADS: threads }) },
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`${command} ${args[0]} failed:\n${stderr}`);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}
