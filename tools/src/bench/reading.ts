import { readPatientRecords, SystemAliases, validateFhir, writeFhir } from '@ehrsynth/fhir';
import { listFiles, readLines } from '@ehrsynth/io';
import { simulatePatients } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';

const PATIENTS = 500;

export interface ReadingResult {
  what: string;
  resourcesPerSecond: number;
  /** Times as long as JSON.parse of the same lines. */
  timesParse: number;
}

/** Reading and validating FHIR, beside JSON.parse of the same lines. */
export async function benchReading(folder: string): Promise<ReadingResult[]> {
  const vocabulary = new Vocabulary();
  const source = (async function* () {
    yield* simulatePatients({ patients: PATIENTS, seed: 1 }, vocabulary);
  })();
  const counts = await writeFhir(source, folder, vocabulary, { format: 'ndjson', gzip: false });
  const resources = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const parse = await seconds(async () => {
    for (const path of await listFiles(folder)) for await (const { text } of readLines(path)) JSON.parse(text);
  });
  const kinds = ['condition' as const, 'drug' as const];
  const options = { aliases: new SystemAliases(), vocabulary, kinds };
  const works: [string, () => Promise<unknown>][] = [
    ['ingest: FHIR NDJSON to records', () => drain(readPatientRecords(folder, options))],
    ['validate, without invariants', () => validateFhir(folder, { vocabulary, invariants: false })],
    ['validate, with invariants', () => validateFhir(folder, { vocabulary, invariants: true })],
  ];
  const results: ReadingResult[] = [];
  for (const [what, work] of works) {
    const time = await seconds(work);
    results.push({ what, resourcesPerSecond: resources / time, timesParse: time / parse });
  }
  return results;
}

/** Seconds of one run, after one to warm up. */
async function seconds(work: () => Promise<unknown>): Promise<number> {
  await work();
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

async function drain(records: AsyncIterable<{ id: string }>): Promise<void> {
  for await (const { id } of records) if (!id) throw new Error('a record without an id');
}
