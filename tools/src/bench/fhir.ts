import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readPatientRecords, SystemAliases, validateFhir, writeFhir } from '@ehrsynth/fhir';
import { LineWriter, listFiles, readLines } from '@ehrsynth/io';
import type { PatientRecord } from '@ehrsynth/records';
import { simulatePatients } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';
import type { BenchSettings } from './settings.ts';
import type { Figure, PartResult } from './figure.ts';
import { sideBySide } from './side-by-side.ts';

const PATIENTS = 500;

/** Reading and validating FHIR beside JSON.parse of the same lines; writing it beside JSON.stringify of the same resources. */
export async function benchFhir({ folder, repeats, scale }: BenchSettings): Promise<PartResult> {
  const vocabulary = new Vocabulary();
  const records = [...simulatePatients({ patients: Math.ceil(scale * PATIENTS), seed: 1 }, vocabulary)];
  const [source, out] = ['source', 'out'].map((name) => join(folder, 'fhir', name));
  mkdirSync(source, { recursive: true });
  const counts = await writeFhir(each(records), source, vocabulary, { format: 'ndjson', gzip: false });
  const count = [...counts.values()].reduce((sum, one) => sum + one, 0);
  const parsed = new Map<string, unknown[]>();
  const read = async (keep = false) => {
    for (const path of await listFiles(source)) {
      const own: unknown[] = [];
      for await (const { text } of readLines(path)) {
        const resource: unknown = JSON.parse(text);
        if (keep) own.push(resource);
      }
      if (keep) parsed.set(path, own);
    }
  };
  await read(true);
  const options = { aliases: new SystemAliases(), vocabulary, kinds: ['condition' as const, 'drug' as const] };
  const reading = await sideBySide(
    {
      reference: () => read(),
      'ingest: NDJSON to records': () => drain(readPatientRecords(source, options)),
      'validate, without invariants': () => validateFhir(source, { vocabulary, invariants: false }),
      'validate, with invariants': () => validateFhir(source, { vocabulary, invariants: true }),
    },
    repeats,
  );
  /** Into a folder that is empty before. */
  const writing = async (work: () => Promise<unknown>) => {
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out, { recursive: true });
    await work();
    if (readdirSync(out).length === 0) throw new Error('nothing was written');
  };
  const write = (format: 'ndjson' | 'bundles') => () =>
    writing(() => writeFhir(each(records), out, vocabulary, { format, gzip: false }));
  const written = await sideBySide(
    {
      reference: () =>
        writing(async () => {
          for (const [i, resources] of [...parsed.values()].entries())
            await writeLines(join(out, `${i}.ndjson`), resources);
        }),
      'export, NDJSON': write('ndjson'),
      'export, one Bundle per patient': write('bundles'),
    },
    repeats,
  );
  const figures = ([timed, reference]: [typeof reading | typeof written, string]): Figure[] =>
    Object.entries(timed)
      .filter(([name]) => name !== 'reference')
      .map(([name, own]) => ({ name, ...own, count, unit: 'resources', reference }));
  return {
    figures: [
      ...figures([reading, 'JSON.parse of the same lines']),
      ...figures([written, 'JSON.stringify of the same resources, written']),
    ],
  };
}

/** Values as lines of JSON in a file. */
export async function writeLines(path: string, values: Iterable<unknown>): Promise<void> {
  const writer = new LineWriter(path);
  for (const value of values) await writer.write(JSON.stringify(value));
  await writer.close();
}

/** Reads to the end. */
export async function drain(records: AsyncIterable<{ id: string }>): Promise<void> {
  for await (const { id } of records) if (!id) throw new Error('a record without an id');
}

export async function* each(records: readonly PatientRecord[]): AsyncGenerator<PatientRecord> {
  yield* records;
}
