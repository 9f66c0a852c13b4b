/**
 * The whole way with the library: simulated source patients become a cohort, a model learns from it and draws synthetic patients, and
 * these are measured and packed. Ctrl-C ends it in order: a training that was stopped goes on when the script is run again.
 *
 *     npm run build && node examples/dist/pipeline.js example
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFhir } from '@ehrsynth/fhir';
import { UserError } from '@ehrsynth/io';
import {
  evaluate,
  fhirSource,
  generate,
  ingest,
  type PipelineEvent,
  readAnyRecords,
  release,
  type Running,
  train,
} from '@ehrsynth/pipeline';
import { headline, verifyRelease } from '@ehrsynth/release';
import { simulatePatients } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';

const [folder = 'example', patients = '450'] = process.argv.slice(2);
const at = (name: string) => join(folder, name);
const policy = fileURLToPath(new URL('../policy.yaml', import.meta.url));

/** What a program would draw as bars: here a line where a piece of work begins, and one for each epoch. */
function show(event: PipelineEvent): void {
  if (event.type === 'work') console.log(`${event.work} …`);
  if (event.type === 'epoch') {
    const { epoch, epochs, losses } = event.epoch;
    console.log(`  epoch ${epoch} of ${epochs}: ${JSON.stringify(losses)}`);
  }
  if (event.type === 'note') console.log(event.text);
}

const stopped = new AbortController();
process.once('SIGINT', () => stopped.abort());
const running: Running = { onEvent: show, signal: stopped.signal };

async function* simulated() {
  yield* simulatePatients({ patients: Number(patients), seed: 1 }, new Vocabulary());
}

async function run(): Promise<void> {
  if (!existsSync(at('cohort'))) {
    mkdirSync(at('source'), { recursive: true });
    await writeFhir(simulated(), at('source'), new Vocabulary(), { format: 'ndjson', gzip: false });
    const source = await fhirSource(at('source'));
    const { counts } = await ingest(source, { out: at('cohort') }, running);
    console.log(`${counts.training} patients to train on, ${counts.holdout} held out`);
  }

  const resume = existsSync(at('.model.checkpoint'));
  // A model of rows is quick; without its name the default, of whole records, is trained.
  const model = { model: 'autoregressive', settings: { epochs: 3, hidden: 16 } } as const;
  const { codes } = await train(at('cohort'), { out: at('model'), ...model, seed: 1, resume }, running);
  console.log(`A model of ${codes} codes → ${at('model')}`);

  const drawn = await generate(at('model'), { number: 150, seed: 1, out: at('synth') }, running);
  console.log(`${drawn.patients} synthetic patients → ${drawn.out}`);
  let events = 0;
  const { records } = await readAnyRecords(at('synth'), {}, running);
  for await (const record of records) events += record.events.length;
  console.log(`with ${events} events`);

  const { assessment } = await evaluate(at('cohort'), at('synth'), { out: at('report') }, running);
  console.log(`By the usual gates: ${headline(assessment.verdict)}`);
  const { measured } = await release(at('synth'), { out: at('release'), policy, format: ['csv'] }, running);
  const { faults } = await verifyRelease(at('release'));
  console.log(`By the gates for trying: ${headline(measured.found.verdict)}; ${faults.length} faults`);
}

try {
  await run();
} catch (error) {
  if (!(error instanceof UserError) && !stopped.signal.aborted) throw error;
  console.error(error instanceof UserError ? error.message : 'Stopped; nothing of the last step was written.');
  process.exitCode = 1;
}
