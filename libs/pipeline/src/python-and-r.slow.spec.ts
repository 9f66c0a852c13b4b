import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { evaluateSynthetic } from './assessment/evaluate-synthetic.ts';
import { frameSource } from './cohort/frame-source.ts';
import { ingest } from './cohort/ingest.ts';
import { writeCsv } from './export/csv-export.ts';
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
  await isIngested(at('python', 'events.csv'));
});

it.runIf(hasR)('the example in R does, too', async () => {
  run('Rscript', [example('frames.R'), at('cohort'), at('r')]);
  await isMeasured(at('r', 'wide.csv'), { has: 'age' });
  await isIngested(at('r', 'events.csv'));
});

it.runIf(hasR)('the lines in R of docs/python-and-r.md run as they stand there', async () => {
  const reading = readFileSync(example('frames.R'), 'utf8').split('# The generator')[0];
  const [back, tables] = blocks(readFileSync(example('../docs/python-and-r.md'), 'utf8'), 'r');
  runLines('back.R', `${reading}\n${back}`);
  await isMeasured(at('synthetic.csv'), { has: 'age' });
  mkdirSync(at('tables'));
  await writeCsv(at('cohort', 'train', 'records.ndjson.gz'), at('tables'));
  if (!has('Rscript', ['-e', 'library(data.table)'], 'data.table')) return;
  runLines('tables.R', `${tables}\nstopifnot(nrow(with_sex) == nrow(events), all(with_sex$sex != ""))`);
});

async function isIngested(path: string): Promise<void> {
  const options = { out: at('again'), minPatients: 6, force: true };
  const { counts, tally } = await ingest(frameSource('ingest csv', path), options);
  expect(counts.patients).toBeGreaterThan(150);
  expect([...tally.skipped.keys()]).toEqual([]);
}

/** Code blocks of a language, in their order. */
function blocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(([, code]) => code);
}

/** Runs a script in R in the folder that has the cohort. */
function runLines(name: string, lines: string): void {
  writeFileSync(at(name), lines);
  run('Rscript', [name, 'cohort', 'r-lines'], at());
}

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

function run(program: string, line: string[], cwd?: string): void {
  const { status, stdout, stderr } = spawnSync(program, line, { encoding: 'utf8', cwd });
  expect(status, stdout + stderr).toBe(0);
}
