/**
 * Takes whole lives of patients that Synthea makes through ingest, train, generate and evaluate, and prints the figures of records over
 * time beside their floors: `npm run check:synthea [-- --patients N --seed N --model NAME --kinds LIST --out DIR --keep-source DIR]`.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Assessment } from '@ehrsynth/pipeline';
import { cellsOf, timeRows, valueRows } from '@ehrsynth/report';
import { whyNoJava } from './hl7/java.ts';
import { ehrsynth } from './outside/ehrsynth.ts';
import { markdownTable } from './markdown.ts';
import { makeSource } from './synthea/source.ts';

const { values } = parseArgs({
  options: {
    /** Living at the end; those who die before come in addition. */
    patients: { type: 'string', default: '3000' },
    seed: { type: 'string', default: '1' },
    /** As `train -m`; by default its default. */
    model: { type: 'string' },
    /** As `ingest --kinds`. */
    kinds: { type: 'string', default: 'condition,drug,procedure,measurement,immunization,allergy' },
    /** A folder that keeps cohort, model, synthetic patients and report; by default nothing is kept. */
    out: { type: 'string' },
    /** A folder that keeps what Synthea made, and is read in place of making it where it is there. */
    'keep-source': { type: 'string' },
  },
});
const reason = whyNoJava();
if (reason) {
  console.log(`check:synthea is skipped: ${reason}. It needs Java 17 and Maven.`);
  process.exit(0);
}
const patients = Number(values.patients);
const seed = Number(values.seed);
if (!(Number.isInteger(patients) && patients > 0 && Number.isInteger(seed)))
  throw new Error('--patients and --seed are whole numbers');
const folder = values.out === undefined ? mkdtempSync(join(tmpdir(), 'check-synthea-')) : resolve(values.out);
mkdirSync(folder, { recursive: true });
const at = (name: string) => join(folder, name);
const source = values['keep-source'] === undefined ? at('source') : resolve(values['keep-source']);
const took: string[] = [];
try {
  await run();
} finally {
  if (values.out === undefined) rmSync(folder, { recursive: true });
  else if (values['keep-source'] === undefined) rmSync(source, { recursive: true, force: true });
}

async function run(): Promise<void> {
  await timed('Synthea', () => makeSource(source, { patients, seed }));
  const cohort = ['--kinds', values.kinds, '--holdout', '0.3', '--seed', `${seed}`];
  await step('ingest', 'fhir', source, '-o', at('cohort'), ...cohort);
  const model = values.model === undefined ? [] : ['-m', values.model];
  await step('train', at('cohort'), '-o', at('model'), '--seed', `${seed}`, ...model);
  const { counts } = json<{ counts: { training: number; holdout: number } }>('cohort', 'run.json');
  await step('generate', at('model'), '-n', `${counts.holdout}`, '-o', at('synth'), '--seed', `${seed}`);
  await step('evaluate', at('cohort'), at('synth'), '-o', at('report'), '--seed', `${seed}`);
  const { histories } = json<Assessment>('report', 'report.json');
  if (!histories) throw new Error('The report has no figures of records over time');
  console.log(
    `\n${patients} patients of Synthea, seed ${seed}: ${counts.training} training patients, ${counts.holdout} held out`,
  );
  const rows = [...timeRows(histories.longitudinal), ...valueRows(histories.values)];
  console.log(markdownTable(['', 'synthetic', 'real training histories'], cellsOf(rows)));
  console.log(`\nSeconds: ${took.join(', ')}`);
}

async function step(command: string, ...words: string[]): Promise<void> {
  console.log(`\nehrsynth ${[command, ...words].join(' ')}`);
  await timed(command, () => ehrsynth([command, ...words, '--force'], true));
}

async function timed(name: string, work: () => unknown): Promise<void> {
  const started = Date.now();
  await work();
  took.push(`${name} ${Math.round((Date.now() - started) / 1000)}`);
}

function json<T>(...path: string[]): T {
  return JSON.parse(readFileSync(at(join(...path)), 'utf8')) as T;
}
