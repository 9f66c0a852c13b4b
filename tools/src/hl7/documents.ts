import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDocuments, recordExamples } from '@ehrsynth/fhir/testing';
import { ehrsynth } from '../outside/ehrsynth.ts';

/** Trains a small model, generates patients and exports them as Bundles and as NDJSON; gives the two folders. */
export function generateExports(folder: string, patients: number): { bundles: string; ndjson: string } {
  const at = (name: string) => join(folder, name);
  ehrsynth(`simulate --world sets -n 1000 -o ${at('source')} --seed 1`);
  ehrsynth(`ingest fhir ${at('source')} -o ${at('cohort')}`);
  ehrsynth(`train ${at('cohort')} -o ${at('model')} --epochs 40`);
  ehrsynth(`generate ${at('model')} -n ${patients} -o ${at('synth')} --seed 2`);
  for (const format of ['bundles', 'ndjson']) {
    ehrsynth(`export fhir ${at('synth')} -o ${at(format)} --format ${format}`);
  }
  return { bundles: at('bundles'), ndjson: at('ndjson') };
}

/** The documents of a folder with their places. */
export async function documentsIn(folder: string): Promise<{ where: string; document: object }[]> {
  const found: { where: string; document: object }[] = [];
  for await (const parsed of readDocuments(folder)) {
    if (!('resource' in parsed)) throw new Error(`${parsed.where}: cannot be read whole`);
    found.push({ where: parsed.where, document: parsed.resource });
  }
  return found;
}

/** HL7's examples of records, by file name. */
export function examples(): { where: string; document: object }[] {
  return recordExamples().map(({ name, path }) => ({
    where: name,
    document: JSON.parse(readFileSync(path, 'utf8')) as object,
  }));
}
