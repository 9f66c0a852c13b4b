import { mkdirSync } from 'node:fs';
import { writeFhir } from '@ehrsynth/fhir';
import { simulatePatients } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';

/** Writes simulated patients (the world of sets) in full, one Bundle each. Gives the number of resources. */
export async function writeFullPatients(folder: string, patients: number, seed: number): Promise<number> {
  const vocabulary = new Vocabulary();
  mkdirSync(folder, { recursive: true });
  const records = (async function* () {
    yield* simulatePatients({ patients, seed }, vocabulary);
  })();
  const counts = await writeFhir(records, folder, vocabulary, { format: 'bundles', gzip: false, full: true });
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
