import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readDocuments, recordExamples } from '@ehrsynth/fhir/testing';

const CLI = fileURLToPath(new URL('../../../apps/cli/bin/ehrsynth.js', import.meta.url));
/** Runs one of our commands as a user would. */
export function ehrsynth(line: string): void {
  const done = spawnSync(process.execPath, [CLI, ...line.split(' ')], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`ehrsynth ${line}:\n${done.stdout}${done.stderr}`);
}

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
