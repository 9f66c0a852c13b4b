import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Encoder, loadColumns, loadMatrix } from '@ehrsynth/matrix';
import { loadAnyModel } from '@ehrsynth/models';
import { writeOmop } from '@ehrsynth/omop';
import type { CodedEvent } from '@ehrsynth/records';
import { simulatePatients } from '@ehrsynth/simulate';
import { NoScriptsError, SparkSession } from '@ehrsynth/spark';
import { startSail, startSpark, type TestSpark, TWO_EXECUTORS } from '@ehrsynth/spark/testing';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readEncoding } from '../cohort/cohort-writer.ts';
import { NotHereError } from '../cohort/errors.ts';
import { ingest } from '../cohort/ingest.ts';
import { omopSource } from '../cohort/omop-source.ts';
import { readRecords } from '../cohort/records-file.ts';
import { StoppedError } from '../errors.ts';
import { evaluate } from '../assessment/evaluate.ts';
import { generate } from '../generation/generate.ts';
import type { PipelineEvent } from '../run/events.ts';
import { ownFolder } from '../testing.ts';
import { train } from '../training/train.ts';
import { generateOn } from './generate-on.ts';
import { trainOn } from './train-on.ts';

const OURS = `${process.execPath} ${fileURLToPath(new URL('../../../../apps/cli/bin/ehrsynth.js', import.meta.url))}`;
const PATIENTS = 400;
/** Those that the patients have rows in. */
const TABLES = [
  ...['person', 'death', 'visit_occurrence', 'condition_occurrence', 'drug_exposure', 'procedure_occurrence'],
  ...['concept', 'vocabulary'],
];
/** How far the loss may be above that of one machine. */
const MOST_BEHIND = 0.01;

const at = ownFolder();
let spark: TestSpark | undefined;

beforeAll(async () => {
  spark = await startSpark({ master: TWO_EXECUTORS });
  if (!spark) return;
  mkdirSync(at('cdm'));
  const patients = simulatePatients({ patients: PATIENTS, seed: 3 }, new Vocabulary());
  await writeOmop(each(patients), at('cdm'), { format: 'parquet', today: '2026-01-01' });
  const session = await SparkSession.open(spark.url);
  await session.run('CREATE SCHEMA cdm');
  for (const table of TABLES)
    await session.run(`CREATE TABLE cdm.${table} USING parquet LOCATION '${at('cdm', `${table}.parquet`)}'`);
  await session.close();
  await ingest(omopSource(spark.url, { schema: 'cdm' }), { out: at('stay'), stay: `file:${at('place')}` });
  await ingest(omopSource(at('cdm')), { out: at('here') });
});
afterAll(() => spark?.stop());
const test = (what: string, work: () => Promise<void>) => it(what, async ({ skip }) => (spark ? work() : skip()));

const given = (out: string, model: string, more: object = {}) => ({
  ...{ on: spark!.url, executor: OURS, parts: 2, engine: 'wasm' as const, model, out: at(out) },
  ...{ roundsPerEpoch: 1, settings: { epochs: 2, hidden: 16, ...more } },
});
/** Starts ehrsynth on an executor; a task of a part does something else first, once. */
const failingOnce = (name: string, first: string) =>
  `sh -c 'case "$2" in train-part) if mkdir ${at(name)} 2>/dev/null; then ${first}; fi;; esac; exec ${OURS} "$@"' sh`;
const weightsOf = (folder: string) => readFileSync(at(folder, 'weights.bin'));
let whole: Promise<unknown> | undefined;
/** Of a training of two parts that nothing disturbs. */
const weightsOfWhole = async () => {
  await (whole ??= trainOn(at('stay'), given('whole', 'vae')));
  return weightsOf('whole');
};

/** Mean loss of the held-out patients. */
async function lossOf(folder: string): Promise<number> {
  const model = await loadAnyModel(at(folder));
  const held = at('here', 'holdout');
  const columns = await loadColumns(held);
  expect(model.columns).toEqual(columns);
  if (!('logLikelihood' in model)) return mean(await model.reconstructionError(await loadMatrix(held)));
  const encoder = new Encoder(columns, await readEncoding(at('here')), new Vocabulary());
  const columnOf = (event: CodedEvent) => encoder.columnOf(event);
  return -mean((await model.logLikelihood(readRecords(at('here', 'holdout', 'records.ndjson.gz')), columnOf)).nats);
}

test('what the executors kept is made again where one is lost, and the model is the same', async () => {
  // Once, in the first round, when rows are kept; the shell's parent is the executor.
  const isRound = `echo >> ${at('tasks')}; [ $(wc -l < ${at('tasks')}) -gt 4 ] && mkdir ${at('killed')} 2>/dev/null`;
  const killed = `sh -c 'case "$2" in train-part) if ${isRound}; then kill -9 $PPID; sleep 20; fi;; esac; exec ${OURS} "$@"' sh`;
  const notes: string[] = [];
  const onEvent = (event: PipelineEvent) => void (event.type === 'note' && notes.push(event.text));
  await trainOn(at('stay'), { ...given('lost', 'vae'), executor: killed }, { onEvent });
  expect(notes).toContainEqual(expect.stringMatching(/the patients are put into parts again/));
  expect(existsSync(at('killed'))).toBe(true);
  expect(weightsOf('lost')).toEqual(await weightsOfWhole());
});

test('a task that fails each time is an error, what was done is kept, and goes on to the same', async () => {
  const counting = `case "$2" in train-part) echo >> ${at('asked')};; esac`;
  const broken = `if [ $(wc -l < ${at('asked')}) -gt 7 ]; then cat > /dev/null; echo "The disk of this node is broken" >&2; exit 7; fi`;
  const executor = `sh -c '${counting}; case "$2" in train-part) ${broken};; esac; exec ${OURS} "$@"' sh`;
  const asked = given('broken', 'vae');
  // Spark need not have read the last words of a script that ends at once.
  await expect(trainOn(at('stay'), { ...asked, executor })).rejects.toThrow(/failed on the cluster \(exit code 7\)/);
  expect(existsSync(at('broken'))).toBe(false);
  await trainOn(at('stay'), { ...asked, parts: undefined, resume: true });
  expect(weightsOf('broken')).toEqual(await weightsOfWhole());
});

test('a training that is stopped goes on to the same', async () => {
  const stop = new AbortController();
  const onEvent = ({ type }: { type: string }) => void (type === 'epoch' && stop.abort());
  const asked = given('stopped', 'vae');
  await expect(trainOn(at('stay'), asked, { signal: stop.signal, onEvent })).rejects.toThrow(StoppedError);
  await trainOn(at('stay'), { ...asked, resume: true });
  expect(weightsOf('stopped')).toEqual(await weightsOfWhole());
});

test('lives of two parts, of which a task fails once, give a model as good as one machine’s, that draws there and here', async () => {
  await train(at('here'), { ...one('visits'), out: at('lives-here') });
  await trainOn(at('stay'), { ...given('lives', 'visits'), executor: failingOnce('failing', 'exit 1') });
  expect(existsSync(at('failing'))).toBe(true);
  expect(await lossOf('lives')).toBeLessThan((1 + MOST_BEHIND) * (await lossOf('lives-here')));
  const drawn = { on: spark!.url, executor: OURS, number: 40, engine: 'wasm' as const, out: `file:${at('there')}` };
  expect(await generateOn(at('lives'), drawn)).toMatchObject({ patients: 40 });
  const run = JSON.parse(readFileSync(at('lives', 'run.json'), 'utf8')) as { options: object; counts: object };
  expect(run).toMatchObject({ options: { parts: 2 }, counts: { sites: [{ name: 'part 1 of 2' }, {}] } });
});

test('rows of two parts give a model as good as one machine’s, which is evaluated on a cohort that is here', async () => {
  const more = { epochs: 6 };
  await train(at('here'), { ...one('autoregressive', more), out: at('sets-here') });
  await trainOn(at('stay'), given('sets', 'autoregressive', more));
  expect(await lossOf('sets')).toBeLessThan((1 + MOST_BEHIND) * (await lossOf('sets-here')));
  await generate(at('sets'), { out: at('synth'), number: 200, engine: 'wasm' });
  expect(await evaluate(at('here'), at('synth'), { out: at('report'), model: at('sets') })).toBeDefined();
});

test('what cannot be trained there is refused', async () => {
  const asked = given('refused', 'autoregressive');
  await expect(train(at('stay'), { out: at('refused') })).rejects.toThrow(NotHereError);
  await expect(trainOn(at('stay'), { ...asked, parts: 100 })).rejects.toThrow(/a part needs 20[^]*at most --parts/);
  await expect(trainOn(at('stay'), given('refused', 'medgan'))).rejects.toThrow(/cannot be trained by several sites/);
});

it('Sail, which runs no scripts, is refused', async ({ skip }) => {
  const sail = spark && (await startSail());
  if (!sail) return skip();
  await expect(trainOn(at('stay'), { ...given('refused', 'visits'), on: sail.url })).rejects.toThrow(NoScriptsError);
  await sail.stop();
});

function one(model: string, more: object = {}) {
  return { engine: 'wasm', model, settings: { epochs: 2, hidden: 16, ...more } } as const;
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
