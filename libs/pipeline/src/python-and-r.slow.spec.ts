import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { evaluateSynthetic } from './assessment/evaluate-synthetic.ts';
import { frameSource } from './cohort/frame-source.ts';
import { ingest } from './cohort/ingest.ts';
import { ownFolder, simulated } from './testing.ts';

const at = ownFolder();
const example = (name: string) => fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));
const PYTHON = process.env.PYTHON ?? 'python3';
const hasPython = has(PYTHON, ['-c', 'import numpy, scipy.sparse, pyarrow.parquet'], 'numpy, scipy and pyarrow');
const hasR = has('Rscript', ['-e', 'library(Matrix); library(jsonlite)'], 'Matrix and jsonlite');

beforeAll(async () => {
  if (hasPython || hasR) await ingest(simulated(300), { out: at('cohort'), minPatients: 6 });
});

it.runIf(hasPython)('the example in Python reads a cohort and writes what evaluate and ingest read', async () => {
  run(PYTHON, [example('frames.py'), at('cohort'), at('python')]);
  await isMeasured(at('python', 'wide.parquet'), { has: 'age' });
  await isMeasured(at('python', 'matrix.npz'), { has: 'age', names: at('python', 'names.txt') });
  const events = frameSource('ingest csv', at('python', 'events.csv'));
  const { counts, tally } = await ingest(events, { out: at('again'), minPatients: 6 });
  expect(counts.patients).toBeGreaterThan(150);
  expect([...tally.skipped.keys()]).toEqual([]);
});

it.runIf(hasR)('the example in R does, too', async () => {
  run('Rscript', [example('frames.R'), at('cohort'), at('r')]);
  await isMeasured(at('r', 'wide.csv'), { has: 'sex' });
});

/** Independent marginals have the prevalences of the training patients. @param has what is left out on both sides */
async function isMeasured(path: string, { has: group, names }: { has: string; names?: string }): Promise<void> {
  const options = { out: at('report'), names, histories: false, force: true };
  const { assessment } = await evaluateSynthetic(at('cohort'), path, options);
  expect(assessment.comparison.rows.synthetic).toBe(500);
  expect(assessment.comparison.prevalence.synthetic.r).toBeGreaterThan(0.7);
  expect(assessment.notes.join(' ')).toMatch(new RegExp(`has no .*${group}`));
  expect(assessment.notes.join(' ')).not.toMatch(/no column for|Not read/);
}

/** Whether a program is there with its packages; what is skipped without them is said. */
function has(program: string, probe: string[], packages: string): boolean {
  const isThere = spawnSync(program, probe).status === 0;
  if (!isThere) console.log(`Skipped: no ${program} with ${packages}`);
  return isThere;
}

function run(program: string, line: string[]): void {
  const { status, stdout, stderr } = spawnSync(program, line, { encoding: 'utf8' });
  expect(status, stdout + stderr).toBe(0);
}
