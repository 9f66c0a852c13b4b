import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crossEntropy, startEngine, tf, trainStep } from '@ehrsynth/engine';
import { readPatientRecords, SystemAliases, validateFhir, writeFhir } from '@ehrsynth/fhir';
import { listFiles, readLines } from '@ehrsynth/io';
import { simulatePatients } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';

const PATIENTS = 500;
const folder = mkdtempSync(join(tmpdir(), 'ehrsynth-bench-'));
const vocabulary = new Vocabulary();

/** Seconds of one run, after one to warm up. */
async function seconds(work: () => Promise<unknown>): Promise<number> {
  await work();
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

function report(
  what: string,
  time: number,
  units: number,
  unit: string,
  reference: string,
  referenceTime: number,
): void {
  const rate = Math.round(units / time).toLocaleString('en-US');
  console.log(
    `${what.padEnd(34)}${rate.padStart(9)} ${unit}/s   ${(time / referenceTime).toFixed(1)} × ${reference}`,
  );
}

try {
  await reading();
  await training();
} finally {
  rmSync(folder, { recursive: true });
}

async function reading(): Promise<void> {
  const source = (async function* () {
    yield* simulatePatients({ patients: PATIENTS, seed: 1 }, vocabulary);
  })();
  const counts = await writeFhir(source, folder, vocabulary, { format: 'ndjson', gzip: false });
  const resources = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const parse = await seconds(async () => {
    for (const path of await listFiles(folder))
      for await (const { text } of readLines(path)) JSON.parse(text);
  });
  const options = {
    aliases: new SystemAliases(),
    vocabulary,
    kinds: ['condition' as const, 'drug' as const],
  };
  const read = await seconds(async () => {
    for await (const record of readPatientRecords(folder, options)) if (!record.id) throw new Error('no id');
  });
  report('ingest: FHIR to records', read, resources, 'resources', 'JSON.parse of the same', parse);
  for (const invariants of [false, true]) {
    const time = await seconds(() => validateFhir(folder, { vocabulary, invariants }));
    report(
      `validate${invariants ? ', with invariants' : ''}`,
      time,
      resources,
      'resources',
      'JSON.parse of the same',
      parse,
    );
  }
}

async function training(): Promise<void> {
  const { name } = await startEngine();
  const [rows, codes, embedding, steps] = [1000, 1071, 128, 10];
  const x = tf.cast(
    tf.greater(tf.randomUniform([rows, codes], 0, 1, 'float32', 1), 0.97),
    'float32',
  ) as tf.Tensor2D;
  const [encoder, decoder] = [tf.variable(tf.randomNormal<tf.Rank.R2>([codes, embedding], 0, 0.05, 'float32', 2)), tf.variable(tf.randomNormal<tf.Rank.R2>([embedding, codes], 0, 0.05, 'float32', 3))]; // prettier-ignore
  const optimizer = tf.train.adam(1e-3);
  const products = await seconds(async () => {
    // The five products that a step cannot do without.
    for (let i = 0; i < steps; i++)
      for (let n = 0; n < 5; n++) await tf.tidy(() => tf.sum(tf.matMul(x, encoder))).data();
  });
  const time = await seconds(async () => {
    for (let i = 0; i < steps; i++) {
      const loss = trainStep(optimizer, [encoder, decoder], () =>
        crossEntropy(tf.matMul(tf.tanh(tf.matMul<tf.Tensor2D>(x, encoder)), decoder), x),
      );
      await loss.data();
      loss.dispose();
    }
  });
  report(`autoencoder step (${name})`, time, rows * steps, 'rows', 'its matrix products', products);
}
