import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { generate, ingest, readRecords, recordSource, train } from '@ehrsynth/pipeline';
import { startEngine } from '@ehrsynth/engine';
import type { PatientRecord } from '@ehrsynth/records';
import { simulatePatients } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';
import { writeLines } from './fhir.ts';
import type { Figure, PartResult } from './figure.ts';
import type { BenchSettings } from './settings.ts';
import { sideBySide } from './side-by-side.ts';

/** Those of the demo. */
const TRAINED = 2600;
const DRAWN = 3000;

/** `generate` as users run it, from a model of the demo's size: rows drawn, decoded to whole records, written. */
export async function benchGenerate({ folder, repeats, scale, engines }: BenchSettings): Promise<PartResult> {
  const own = join(folder, 'generate');
  mkdirSync(own);
  const model = await benchModel(own, scale);
  const number = Math.ceil(scale * DRAWN);
  const figures: Figure[] = [];
  // Plain JavaScript would take minutes.
  for (const engine of engines.filter((name) => name !== 'cpu')) {
    const out = join(own, engine);
    const draw = () => generate(model, { number, out, engine, force: true });
    await draw();
    const records: PatientRecord[] = [];
    for await (const record of readRecords(join(out, 'records.ndjson.gz'))) records.push(record);
    const { whole } = await sideBySide(
      { reference: () => writeLines(join(own, 'records.ndjson.gz'), records), whole: draw },
      repeats,
    );
    const reference = 'JSON.stringify of the same records, gzipped';
    figures.push({ name: `generate, ${engine}`, ...whole, count: number, unit: 'patients', reference });
  }
  rmSync(own, { recursive: true });
  return { figures };
}

/** A small autoregressive model of simulated patients, as `train` writes it. Gives its folder. */
export async function benchModel(folder: string, scale: number): Promise<string> {
  const [cohort, model] = ['cohort', 'model'].map((name) => join(folder, name));
  const patients = Math.ceil(Math.max(200, scale * TRAINED));
  const records = simulatePatients({ patients, seed: 1 }, new Vocabulary());
  await ingest(recordSource('bench', records), { out: cohort });
  await startEngine();
  await train(cohort, { out: model, model: 'autoregressive', settings: { epochs: 3, hidden: 192 } });
  return model;
}
